import { Alert, Button, Card, Center, Group, Modal, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconCloud } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { CloudProblem, type Problem } from '../cloud/client.ts';
import { ProblemText } from '../widgets/problem.tsx';
import { LanguageSwitch } from './language-switch.tsx';
import { useSession } from './session.tsx';

export function LogIn() {
  const { t } = useTranslation();
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w={360} gap="lg">
        <Group gap="sm">
          <IconCloud size={36} stroke={1.6} color="var(--mantine-primary-color-filled)" aria-hidden />
          <Title order={1}>StratusLab</Title>
        </Group>
        <Card withBorder p="lg">
          <LogInForm userName="" />
        </Card>
        <Text size="sm" c="dimmed">
          {t('logIn.firstTime')}
        </Text>
        <LanguageSwitch />
      </Stack>
    </Center>
  );
}

/** Over the page, which keeps everything that was typed into it. */
export function LogInAgain() {
  const { session } = useSession();
  const { t } = useTranslation();
  const expired = session.is === 'in' && session.expired;
  return (
    <Modal opened={expired} onClose={() => undefined} withCloseButton={false} title={t('logIn.again')} centered>
      {expired && <LogInForm userName={session.user.name} />}
    </Modal>
  );
}

function LogInForm({ userName }: { userName: string }) {
  const { logIn } = useSession();
  const { t } = useTranslation();
  const [user, setUser] = useState(userName);
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      await logIn(user, password);
    } catch (error) {
      setProblem((error as CloudProblem).problem);
      setPassword('');
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <TextInput
          label={t('logIn.user')}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
          data-autofocus={userName === '' ? true : undefined}
          autoFocus={userName === ''}
        />
        <PasswordInput
          label={t('logIn.password')}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('logIn.showPassword') }}
          data-autofocus={userName === '' ? undefined : true}
        />
        {problem !== null && (
          <Alert color="red" role="alert">
            {problem.code === 'UNAUTHENTICATED' ? <Text size="sm">{t('logIn.wrong')}</Text> : <ProblemText problem={problem} />}
          </Alert>
        )}
        <Button type="submit" loading={isBusy}>
          {t('logIn.do')}
        </Button>
      </Stack>
    </form>
  );
}
