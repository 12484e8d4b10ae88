import { Alert, Anchor, Modal, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSession } from '../shell/session.tsx';
import { Frame } from './frame.tsx';
import { Entrance } from './entrance.tsx';
import { isNew, useSignIn } from './sign-in.ts';

/** Shown at whatever address somebody came to, and goes on there. */
export function LogIn() {
  const { t } = useTranslation();
  const signIn = useSignIn();
  const asks = ({ '/device': 'device', '/join': 'join' } as const)[location.pathname];
  return (
    <Frame
      signIn={signIn}
      below={
        <Stack gap={6}>
          {signIn?.registration.open === true && (
            <Text size="sm">
              {t('door:noAccount')}{' '}
              <Anchor href={location.pathname === '/join' ? `/register${location.search}` : '/register'}>{t('door:register')}</Anchor>
            </Text>
          )}
          {/* Until somebody has given the cloud a name, whoever comes is likely the one who started it. */}
          {signIn !== null && isNew(signIn) && (
            <Text size="sm" c="dimmed">
              {t('door:firstTime')}
            </Text>
          )}
        </Stack>
      }
    >
      <Stack>
        {asks !== undefined && <Text size="sm">{t(`door:asked.${asks}`)}</Text>}
        <CameBack />
        {signIn !== null && <Entrance signIn={signIn} userName="" />}
      </Stack>
    </Frame>
  );
}

/** Over the page, which keeps everything that was typed into it. */
export function LogInAgain() {
  const { session } = useSession();
  const { t } = useTranslation();
  const signIn = useSignIn();
  const userName = session.is === 'in' ? session.user.name : '';
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title={t('logIn.again')} centered>
      {signIn !== null && <Entrance signIn={signIn} userName={userName} />}
    </Modal>
  );
}

/** Why a provider sent somebody back without a log-in. */
export function CameBack() {
  const { t } = useTranslation();
  const code = new URLSearchParams(location.search).get('problem');
  if (location.pathname !== '/log-in' || code === null) return null;
  const key = (part: string) => [`door:problem.${/^[A-Z_]{1,40}$/.test(code) ? code : 'other'}.${part}`, `door:problem.other.${part}`];
  return (
    <Alert color="red" role="alert">
      <Text size="sm" fw={550}>
        {t(key('says'))}
      </Text>
      <Text size="sm">{t(key('remedy'))}</Text>
    </Alert>
  );
}
