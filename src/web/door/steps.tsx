import { Box, Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SetUpCodes } from '../account/set-up-codes.tsx';
import { ask } from '../cloud/client.ts';
import { useSession, type Pending } from '../shell/session.tsx';
import { useSending } from '../widgets/form/use-sending.ts';
import { ProblemText, showProblem } from '../widgets/problem.tsx';
import { Frame } from './frame.tsx';
import { addPasskey, canUsePasskeys } from './passkeys.ts';
import { Refusal } from './refusal.tsx';
import { useSignIn, type Conditions, type SignIn } from './sign-in.ts';

/** What has to be done before anything else, on a page of its own. */
export function Steps({ pending }: { pending: Pending }) {
  const { t } = useTranslation();
  const signIn = useSignIn();
  return (
    <Frame signIn={signIn} title={t(`door:steps.${key(pending)}.title`)} width={640}>
      {signIn !== null && <Step pending={pending} signIn={signIn} />}
    </Frame>
  );
}

/** The same, over a page that was there before. */
export function StepsOver({ pending }: { pending: Pending }) {
  const { t } = useTranslation();
  const signIn = useSignIn();
  return (
    <Modal opened onClose={() => undefined} withCloseButton={false} title={t(`door:steps.${key(pending)}.title`)} size="lg" centered>
      {signIn !== null && <Step pending={pending} signIn={signIn} />}
    </Modal>
  );
}

function key(pending: Pending): 'conditions' | 'factor' {
  return pending === 'conditions' ? 'conditions' : 'factor';
}

function Step({ pending, signIn }: { pending: Pending; signIn: SignIn }) {
  return pending === 'conditions' ? <Accept conditions={signIn.conditions} /> : <SecondProof />;
}

/** As plain text, whatever it says: a paragraph for each empty line. */
export function ConditionsText({ text }: { text: Conditions['text'] }) {
  const { i18n } = useTranslation();
  const isFrench = i18n.language === 'fr' && text.fr !== null;
  return (
    <Stack gap="sm" lang={isFrench ? 'fr' : 'en'}>
      {(isFrench ? (text.fr ?? '') : text.en).split(/\n\s*\n/).map((paragraph, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- a text that does not change
        <Text key={at} size="sm" style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
          {paragraph.trim()}
        </Text>
      ))}
    </Stack>
  );
}

function Accept({ conditions }: { conditions: Conditions | null }) {
  const { t } = useTranslation();
  const { arrive } = useSession();
  const sending = useSending();
  const accept = () =>
    sending.send(async () => {
      // They may have been taken away meanwhile: then there is nothing to accept any more.
      if (conditions !== null) await ask('POST', '/v1/account/conditions', { body: { version: conditions.version } });
      await arrive();
    });
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {t('door:steps.conditions.says')}
      </Text>
      {conditions !== null && (
        <>
          <Box mah="50vh" style={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('door:steps.conditions.title')} pe="xs">
            <ConditionsText text={conditions.text} />
          </Box>
          <Text size="xs" c="dimmed">
            {t('door:steps.conditions.version', { version: conditions.version })}
          </Text>
        </>
      )}
      {sending.problem !== null && <Refusal problem={sending.problem} />}
      <Group justify="end">
        <LogOutButton />
        <Button loading={sending.isBusy} onClick={() => void accept()}>
          {t('door:steps.conditions.accept')}
        </Button>
      </Group>
    </Stack>
  );
}

function SecondProof() {
  const { t } = useTranslation();
  const { arrive } = useSession();
  const [isSettingUp, setSettingUp] = useState(false);
  const sending = useSending();
  if (isSettingUp) return <SetUpCodes done={() => void arrive()} cancel={() => setSettingUp(false)} />;
  const passkey = () =>
    sending.send(async () => {
      if ((await addPasskey(t('door:steps.factor.passkeyName'))) !== 'given-up') await arrive();
    });
  return (
    <Stack>
      <Text size="sm">{t('door:steps.factor.says')}</Text>
      <Way name="codes">
        <Button onClick={() => setSettingUp(true)}>{t('door:steps.factor.codesDo')}</Button>
      </Way>
      {canUsePasskeys() && (
        <Way name="passkey">
          <Button variant="default" loading={sending.isBusy} onClick={() => void passkey()}>
            {t('door:steps.factor.passkeyDo')}
          </Button>
        </Way>
      )}
      {sending.problem !== null && <ProblemText problem={sending.problem} />}
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {t('door:steps.factor.later')}
        </Text>
        <LogOutButton />
      </Group>
    </Stack>
  );
}

function Way({ name, children }: { name: 'codes' | 'passkey'; children: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" gap="sm">
      <Box maw={340}>
        <Title order={2} size="h3">
          {t(`door:steps.factor.${name}`)}
        </Title>
        <Text size="sm" c="dimmed">
          {t(`door:steps.factor.${name}Says`)}
        </Text>
      </Box>
      {children}
    </Group>
  );
}

function LogOutButton() {
  const { t } = useTranslation();
  const { logOut } = useSession();
  return (
    <Button variant="default" onClick={() => void logOut().catch(showProblem)}>
      {t('door:steps.logOut')}
    </Button>
  );
}
