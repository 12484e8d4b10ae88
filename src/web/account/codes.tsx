import { Alert, Badge, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { Refusal } from '../door/refusal.tsx';
import { FormEnd } from '../widgets/form/form-end.tsx';
import { useSending } from '../widgets/form/use-sending.ts';
import type { Account } from './account.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { Section } from './section.tsx';
import { SetUpCodes } from './set-up-codes.tsx';

/** One-time codes of an app, and those for when it is lost. */
export function Codes({ account, changed }: { account: Account; changed: () => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<'set-up' | 'renew' | 'takeAway' | null>(null);
  const [said, setSaid] = useState<'done' | 'gone' | null>(null);
  const isOn = account.totp?.isConfirmed === true;
  const close = () => setOpen(null);
  const end = (outcome: 'done' | 'gone' | null) => {
    close();
    setSaid(outcome);
    changed();
  };
  return (
    <Section
      title={t('account:codes.title')}
      says={t('account:codes.says')}
      action={
        <Badge color={isOn ? 'teal' : 'gray'} variant="light" tt="none">
          {t(isOn ? 'account:codes.on' : 'account:codes.off')}
        </Badge>
      }
    >
      <Stack gap="sm">
        {isOn && <Text size="sm">{t('account:codes.left', { count: account.totp?.recoveryCodesLeft ?? 0 })}</Text>}
        <Group gap="xs">
          {isOn ? (
            <>
              <Button size="xs" variant="default" onClick={() => setOpen('renew')}>
                {t('account:codes.renew')}
              </Button>
              <Button size="xs" variant="default" onClick={() => setOpen('takeAway')}>
                {t('account:codes.takeAway')}
              </Button>
            </>
          ) : (
            <Button size="xs" variant="default" onClick={() => setOpen('set-up')}>
              {t('account:codes.setUp')}
            </Button>
          )}
        </Group>
        {said !== null && (
          <Alert color="teal" role="status">
            <Text size="sm">{t(`account:codes.${said}`)}</Text>
          </Alert>
        )}
      </Stack>
      {open !== null && (
        // What is shown here is shown once: it closes by its own buttons.
        <Modal
          opened
          onClose={close}
          withCloseButton={false}
          closeOnEscape={false}
          closeOnClickOutside={false}
          centered
          title={t(open === 'set-up' ? 'account:codes.setUp' : `account:codes.${open}`)}
        >
          {open === 'set-up' ? (
            <SetUpCodes done={() => end('done')} cancel={close} />
          ) : (
            <WithCode verb={open} cancel={close} done={() => end(open === 'takeAway' ? 'gone' : null)} />
          )}
        </Modal>
      )}
    </Section>
  );
}

/** What a stolen session must not do: it asks for a code. */
function WithCode({ verb, cancel, done }: { verb: 'renew' | 'takeAway'; cancel: () => void; done: () => void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState('');
  const [fresh, setFresh] = useState<readonly string[] | null>(null);
  const sending = useSending();
  if (fresh !== null) return <RecoveryCodes codes={fresh} done={done} />;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = { code: code.trim() };
    const isDone = await sending.send(async () => {
      if (verb === 'takeAway') await ask('DELETE', '/v1/account/totp', { body });
      else setFresh((await ask<{ recoveryCodes: string[] }>('POST', '/v1/account/totp/recovery-codes', { body })).recoveryCodes);
    });
    if (!isDone) setCode('');
    else if (verb === 'takeAway') done();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <Text size="sm">{t(`account:codes.${verb}Says`)}</Text>
        <TextInput
          label={t('account:codes.code')}
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          required
          data-autofocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          error={sending.errorOf('code')}
        />
        {sending.problem !== null && sending.errorOf('code') === undefined && <Refusal problem={sending.problem} />}
        <FormEnd
          label={t(verb === 'takeAway' ? 'account:codes.takeAway' : 'account:codes.go')}
          isBusy={sending.isBusy}
          isDangerous={verb === 'takeAway'}
          cancel={cancel}
        />
      </Stack>
    </form>
  );
}
