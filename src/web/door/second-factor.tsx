import { Anchor, Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconFingerprint } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { useSession } from '../shell/session.tsx';
import { useSending } from '../widgets/form/use-sending.ts';
import { canUsePasskeys, logInWithPasskey } from './passkeys.ts';
import { Refusal, useSecondsLeft } from './refusal.tsx';

/** A log-in whose password was right and that waits for more. */
export interface HalfWay {
  readonly attempt: string;
  readonly factors: readonly string[];
}

/** A code, a recovery code or a passkey, by what the account has. */
export function SecondFactor({ half: { attempt, factors }, back }: { half: HalfWay; back: () => void }) {
  const { t } = useTranslation();
  const { arrive } = useSession();
  const [isRecovery, setRecovery] = useState(false);
  const [code, setCode] = useState('');
  const sending = useSending();
  const left = useSecondsLeft(sending.problem);
  const hasCode = factors.includes('code');
  const hasPasskey = factors.includes('passkey') && canUsePasskeys();
  const send = async (given: string) => {
    const isIn = await sending.send(async () => {
      await ask('POST', '/v1/session/code', { body: { attempt, code: given } });
      await arrive();
    });
    if (!isIn) setCode('');
  };
  const type = (given: string) => {
    setCode(given);
    // Nothing more can come: whoever has typed all of it need not press anything.
    if (!isRecovery && /^\d{6}$/.test(given.trim()) && !sending.isBusy) void send(given.trim());
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!sending.isBusy) void send(code.trim());
  };
  const usePasskey = () => sending.send(async () => (await logInWithPasskey(attempt)) && (await arrive()));
  return (
    <Stack>
      <div>
        <Title order={2}>{t('door:factor.title')}</Title>
        <Text size="sm" c="dimmed">
          {t('door:factor.says')}
        </Text>
      </div>
      {hasCode && (
        <form onSubmit={submit}>
          <Stack>
            <TextInput
              key={isRecovery ? 'recovery' : 'code'}
              label={t(isRecovery ? 'door:factor.recovery' : 'door:factor.code')}
              description={t(isRecovery ? 'door:factor.recoveryHelp' : 'door:factor.codeHelp')}
              name="code"
              autoComplete="one-time-code"
              inputMode={isRecovery ? 'text' : 'numeric'}
              autoCapitalize="none"
              spellCheck={false}
              required
              autoFocus
              data-autofocus
              value={code}
              onChange={(event) => type(event.currentTarget.value)}
            />
            <Button type="submit" loading={sending.isBusy} disabled={left > 0}>
              {t('door:factor.do')}
            </Button>
          </Stack>
        </form>
      )}
      {sending.problem !== null && <Refusal problem={sending.problem} />}
      {hasPasskey && (
        <Button variant={hasCode ? 'default' : 'filled'} leftSection={<IconFingerprint size={18} />} onClick={() => void usePasskey()}>
          {t('door:factor.usePasskey')}
        </Button>
      )}
      {!hasCode && !hasPasskey && <Text size="sm">{t('door:factor.noPasskey')}</Text>}
      <Stack gap={6}>
        {hasCode && (
          <Anchor
            component="button"
            type="button"
            size="sm"
            ta="left"
            onClick={() => {
              setRecovery(!isRecovery);
              setCode('');
              sending.forget();
            }}
          >
            {t(isRecovery ? 'door:factor.useCode' : 'door:factor.useRecovery')}
          </Anchor>
        )}
        <Anchor component="button" type="button" size="sm" ta="left" onClick={back}>
          {t('door:factor.back')}
        </Anchor>
      </Stack>
    </Stack>
  );
}
