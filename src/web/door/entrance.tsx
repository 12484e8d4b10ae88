import { Anchor, Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { IconCertificate, IconFingerprint, IconLogin2 } from '@tabler/icons-react';
import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { useSession } from '../shell/session.tsx';
import { useSending } from '../widgets/form/use-sending.ts';
import { wantedPath } from './own-path.ts';
import { canUsePasskeys, giveUpPasskeys, logInWithPasskey } from './passkeys.ts';
import { Refusal, useSecondsLeft } from './refusal.tsx';
import { SecondFactor, type HalfWay } from './second-factor.tsx';
import { siteName, takesPassword, type SignIn } from './sign-in.ts';

/** Names of providers are as long as they are. */
const wide = { variant: 'default', h: 'auto', mih: 36, py: 6, styles: { label: { whiteSpace: 'normal' } } } as const;

interface EntranceProps {
  readonly signIn: SignIn;
  /** '' where nobody was logged in before. */
  readonly userName: string;
  /** Before the browser is sent to a provider: what is to be found again when it comes back. */
  readonly onLeave?: () => void;
}

/** Every way in that this cloud has. */
export function Entrance({ signIn, userName, onLeave }: EntranceProps) {
  const { arrive } = useSession();
  const { t } = useTranslation();
  const [half, setHalf] = useState<HalfWay | null>(null);
  const sending = useSending();
  const left = useSecondsLeft(sending.problem);
  const hasPasskeys = canUsePasskeys();
  useSuggestedPasskey(hasPasskeys && half === null, arrive);
  if (half !== null) return <SecondFactor half={half} back={() => setHalf(null)} />;

  const others = signIn.methods.filter(({ type }) => type === 'oidc' || type === 'x509');
  const hasForm = takesPassword(signIn);
  const withPasskey = () => sending.send(async () => (await logInWithPasskey(null)) && (await arrive()));
  const withCertificate = () =>
    sending.send(async () => {
      await ask('POST', '/v1/session/certificate');
      await arrive();
    });
  const atProvider = (name: string) =>
    sending.send(async () => {
      const { url } = await ask<{ url: string }>('POST', `/v1/session/oidc/${name}`, { body: { returnTo: wantedPath(location) } });
      onLeave?.();
      location.assign(url);
    });
  return (
    <Stack>
      {hasForm && <PasswordForm {...{ signIn, userName, sending, hasPasskeys, isWaiting: left > 0, goOn: setHalf }} />}
      {sending.problem !== null && <Refusal problem={sending.problem} />}
      {hasForm && (others.length > 0 || hasPasskeys) && (
        <Text size="sm" c="dimmed" ta="center">
          {t('door:or')}
        </Text>
      )}
      {(others.length > 0 || hasPasskeys) && (
        <Stack gap="xs">
          {others.map(({ type, name, label }) =>
            type === 'oidc' ? (
              <Button key={name} {...wide} leftSection={<IconLogin2 size={18} />} onClick={() => void atProvider(name)}>
                {t('door:logInWith', { label })}
              </Button>
            ) : null,
          )}
          {hasPasskeys && (
            <Button {...wide} leftSection={<IconFingerprint size={18} />} onClick={() => void withPasskey()}>
              {t('door:withPasskey')}
            </Button>
          )}
          {others.some(({ type }) => type === 'x509') && (
            <Button {...wide} leftSection={<IconCertificate size={18} />} onClick={() => void withCertificate()}>
              {t('door:withCertificate')}
            </Button>
          )}
        </Stack>
      )}
    </Stack>
  );
}

interface PasswordFormProps extends EntranceProps {
  readonly sending: ReturnType<typeof useSending>;
  readonly hasPasskeys: boolean;
  readonly isWaiting: boolean;
  readonly goOn: (half: HalfWay) => void;
}

/** One for accounts of the cloud and of directories: the cloud asks them in its order. */
function PasswordForm({ signIn, userName, sending, hasPasskeys, isWaiting, goOn }: PasswordFormProps) {
  const { arrive } = useSession();
  const { t } = useTranslation();
  const [user, setUser] = useState(userName);
  const [password, setPassword] = useState('');
  const accounts = signIn.methods.filter(({ type }) => type === 'local' || type === 'ldap');
  const hasLocal = accounts.some(({ type }) => type === 'local');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const isIn = await sending.send(async () => {
      const answer = await ask<Partial<HalfWay>>('POST', '/v1/session', { body: { user: user.trim(), password } });
      if (answer.attempt === undefined) await arrive();
      else goOn({ attempt: answer.attempt, factors: answer.factors ?? [] });
    });
    if (!isIn) setPassword('');
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <TextInput
          label={t('logIn.user')}
          name="username"
          autoComplete={hasPasskeys ? 'username webauthn' : 'username'}
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          value={user}
          onChange={(event) => setUser(event.currentTarget.value)}
          data-autofocus={userName === '' ? true : undefined}
          autoFocus={userName === ''}
        />
        <Stack gap={4}>
          <PasswordInput
            label={t('logIn.password')}
            name="password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('logIn.showPassword') }}
            data-autofocus={userName === '' ? undefined : true}
          />
          {hasLocal && (
            <Group justify="end">
              <Anchor size="sm" href="/forgot-password">
                {t('door:forgotten')}
              </Anchor>
            </Group>
          )}
        </Stack>
        {accounts.length > 1 && (
          <Text size="sm" c="dimmed">
            {t('door:by', {
              methods: accounts.map(({ type, label }) => (type === 'local' && label === 'local' ? siteName(signIn) : label)).join(', '),
            })}
          </Text>
        )}
        <Button type="submit" loading={sending.isBusy} disabled={isWaiting}>
          {t('logIn.do')}
        </Button>
      </Stack>
    </form>
  );
}

/** The browser offers passkeys among the names that it knows, where it can. */
function useSuggestedPasskey(isWanted: boolean, arrive: () => Promise<void>): void {
  useEffect(() => {
    if (!isWanted) return undefined;
    // It is an offer: where it does not work, the button beside says why.
    void logInWithPasskey(null, { asSuggestion: true })
      .then((isIn) => (isIn ? arrive() : undefined))
      .catch(() => undefined);
    return giveUpPasskeys;
  }, [isWanted, arrive]);
}
