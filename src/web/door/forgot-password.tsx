import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { useSending } from '../widgets/form/use-sending.ts';
import { Frame } from './frame.tsx';
import { Refusal, useSecondsLeft } from './refusal.tsx';
import { useSignIn } from './sign-in.ts';

/** The answer is the same whether there is such an account or not. */
export function ForgotPassword() {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const [user, setUser] = useState('');
  const [isSent, setSent] = useState(false);
  const sending = useSending();
  const left = useSecondsLeft(sending.problem);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await sending.send(() => ask('POST', '/v1/password-resets', { body: { user: user.trim() } }))) setSent(true);
  };
  return (
    <Frame signIn={signIn} title={t(isSent ? 'door:forgot.sent' : 'door:forgot.title')} below={<ToLogIn />}>
      {isSent ? (
        <Text size="sm">{t('door:forgot.sentSays')}</Text>
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <Text size="sm">{t('door:forgot.says')}</Text>
            <TextInput
              label={t('door:forgot.user')}
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              autoFocus
              value={user}
              onChange={(event) => setUser(event.currentTarget.value)}
              error={sending.errorOf('user')}
            />
            {sending.problem !== null && sending.errorOf('user') === undefined && <Refusal problem={sending.problem} />}
            <Button type="submit" loading={sending.isBusy} disabled={left > 0}>
              {t('door:forgot.do')}
            </Button>
          </Stack>
        </form>
      )}
    </Frame>
  );
}

export function ToLogIn() {
  const { t } = useTranslation();
  return (
    <Anchor size="sm" href="/">
      {t('door:toLogIn')}
    </Anchor>
  );
}
