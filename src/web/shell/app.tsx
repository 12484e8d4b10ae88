import { Center, Loader } from '@mantine/core';
import { RouterProvider } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CloudProvider } from '../cloud/cloud.tsx';
import { later } from '../widgets/later.tsx';
import { ProblemPage } from '../widgets/problem.tsx';
import { router } from './router.tsx';
import { SessionProvider, useSession } from './session.tsx';

const PublicPage = later(() => import('../door/public-page.tsx'), 'PublicPage');
const LogIn = later(() => import('../door/log-in.tsx'), 'LogIn');
const LogInAgain = later(() => import('../door/log-in.tsx'), 'LogInAgain');
const Steps = later(() => import('../door/steps.tsx'), 'Steps');
const StepsOver = later(() => import('../door/steps.tsx'), 'StepsOver');

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
  // Whoever is logged in: they act by what stands in a mail, or for somebody who has no account yet.
  if (isPublic(location.pathname)) return <PublicPage path={location.pathname} />;
  switch (session.is) {
    case 'unknown':
      return (
        <Center h="100vh">
          <Loader role="progressbar" aria-label={t('loading')} />
        </Center>
      );
    case 'unreachable':
      return <ProblemPage problem={session.problem} retry={retry} retriesByItself />;
    case 'out':
      return <LogIn />;
    case 'in':
      if (session.pending !== null && !session.wasFree) return <Steps pending={session.pending} />;
      return (
        <CloudProvider key={session.user.id}>
          <RouterProvider router={router} />
          {session.expired && <LogInAgain />}
          {session.pending !== null && !session.expired && <StepsOver pending={session.pending} />}
        </CloudProvider>
      );
  }
}

function isPublic(path: string): path is '/register' | '/forgot-password' | '/link' {
  return path === '/register' || path === '/forgot-password' || path === '/link';
}
