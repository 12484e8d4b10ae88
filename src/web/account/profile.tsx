import { Button, Center, Loader, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { CloudProblem } from '../cloud/client.ts';
import { doorWords } from '../door/door.words.ts';
import { useSignIn } from '../door/sign-in.ts';
import { ProblemText } from '../widgets/problem.tsx';
import { addWords } from '../words/index.ts';
import { AboutYou } from './about-you.tsx';
import { accountWords } from './account.words.ts';
import { useAccount } from './account.ts';
import { Codes } from './codes.tsx';
import { Links } from './links.tsx';
import { Passkeys } from './passkeys-section.tsx';
import { PasswordSection } from './password-section.tsx';
import { Section } from './section.tsx';
import { Sessions } from './sessions.tsx';

addWords('account', accountWords);
addWords('door', doorWords);

/** Who I am here, and how I prove it. */
export function Profile() {
  const { t } = useTranslation();
  const { account, error, readAnew } = useAccount();
  const signIn = useSignIn();
  return (
    <Stack gap="md">
      <Title order={1}>{t('account:title')}</Title>
      {account === undefined ? (
        error instanceof CloudProblem ? (
          <ProblemText problem={error.problem} />
        ) : (
          <Center mih={200}>
            <Loader role="status" aria-label={t('loading')} />
          </Center>
        )
      ) : (
        <>
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            <AboutYou account={account} changed={readAnew} />
            <Stack gap="md">
              <PasswordSection account={account} changed={readAnew} />
              <Codes account={account} changed={readAnew} />
            </Stack>
            <Passkeys account={account} changed={readAnew} />
            <Links account={account} methods={signIn?.methods ?? []} changed={readAnew} />
          </SimpleGrid>
          <Sessions account={account} changed={readAnew} />
          <Section
            title={t('account:tokens.title')}
            says={t('account:tokens.says')}
            action={
              <Button size="xs" variant="default" renderRoot={(props) => <Link to="/settings" {...props} />}>
                {t('account:tokens.go')}
              </Button>
            }
          />
          {account.conditions.current > 0 && (
            <Text size="sm" c="dimmed">
              {t('account:conditions.accepted', { version: account.conditions.accepted })}
            </Text>
          )}
        </>
      )}
    </Stack>
  );
}
