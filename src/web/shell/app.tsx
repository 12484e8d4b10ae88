import { Center, Loader } from '@mantine/core';
import { RouterProvider } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CloudProvider } from '../cloud/cloud.tsx';
import { ProblemPage } from '../widgets/problem.tsx';
import { LogIn, LogInAgain } from './log-in.tsx';
import { router } from './router.tsx';
import { SessionProvider, useSession } from './session.tsx';

export function App() {
  return (
    <SessionProvider>
      <Door />
    </SessionProvider>
  );
}

function Door() {
  const { session, retry } = useSession();
  const { t } = useTranslation();
  switch (session.is) {
    case 'unknown':
      return (
        <Center h="100vh">
          <Loader aria-label={t('loading')} />
        </Center>
      );
    case 'unreachable':
      return <ProblemPage problem={session.problem} retry={retry} retriesByItself />;
    case 'out':
      return <LogIn />;
    case 'in':
      return (
        <CloudProvider key={session.user.id}>
          <RouterProvider router={router} />
          <LogInAgain />
        </CloudProvider>
      );
  }
}
