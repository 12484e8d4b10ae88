import { ActionIcon, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconFingerprint, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { addPasskey, canUsePasskeys } from '../door/passkeys.ts';
import { FormEnd } from '../widgets/form/form-end.tsx';
import { useSending } from '../widgets/form/use-sending.ts';
import { When } from '../widgets/when.tsx';
import type { Account, PasskeyFact } from './account.ts';
import { Section } from './section.tsx';
import { Sure } from './sure.tsx';

export function Passkeys({ account, changed }: { account: Account; changed: () => void }) {
  const { t } = useTranslation();
  const [named, setNamed] = useState<PasskeyFact | 'new' | null>(null);
  const [removed, setRemoved] = useState<PasskeyFact | null>(null);
  const isPossible = canUsePasskeys();
  return (
    <Section
      title={t('account:passkeys.title')}
      says={t('account:passkeys.says')}
      {...(isPossible
        ? {
            action: (
              <Button size="xs" variant="default" leftSection={<IconFingerprint size={16} />} onClick={() => setNamed('new')}>
                {t('account:passkeys.add')}
              </Button>
            ),
          }
        : {})}
    >
      <Stack gap="xs">
        {!isPossible && <Text size="sm">{t('account:passkeys.here')}</Text>}
        {account.passkeys.length === 0 && isPossible && <Text size="sm">{t('account:passkeys.none')}</Text>}
        {account.passkeys.map((passkey) => (
          <Group key={passkey.id} justify="space-between" wrap="nowrap" gap="sm">
            <div>
              <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
                {passkey.name}
              </Text>
              <Text size="xs" c="dimmed">
                {t('account:passkeys.created')} <When at={passkey.createdAt} /> · {t('account:passkeys.lastUsed')}{' '}
                {passkey.lastUsedAt === null ? t('account:passkeys.never') : <When at={passkey.lastUsedAt} />}
              </Text>
            </div>
            <Group gap={4} wrap="nowrap">
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('account:passkeys.renameOf', { name: passkey.name })}
                onClick={() => setNamed(passkey)}
              >
                <IconPencil size={16} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('account:passkeys.removeOf', { name: passkey.name })}
                onClick={() => setRemoved(passkey)}
              >
                <IconTrash size={16} />
              </ActionIcon>
            </Group>
          </Group>
        ))}
      </Stack>
      {named !== null && <Named passkey={named} close={() => setNamed(null)} done={changed} />}
      {removed !== null && (
        <Sure
          title={t('account:passkeys.removeTitle', { name: removed.name })}
          says={t('account:passkeys.removeSays')}
          label={t('account:remove')}
          act={() => ask('DELETE', `/v1/account/passkeys/${removed.id}`)}
          done={changed}
          close={() => setRemoved(null)}
        />
      )}
    </Section>
  );
}

/** A name first: the browser's own dialog follows, and with it everything is done. */
function Named({ passkey, close, done }: { passkey: PasskeyFact | 'new'; close: () => void; done: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(passkey === 'new' ? '' : passkey.name);
  const [isKnown, setKnown] = useState(false);
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setKnown(false);
    let outcome: Awaited<ReturnType<typeof addPasskey>> = 'added';
    const isSent = await sending.send(async () => {
      if (passkey === 'new') outcome = await addPasskey(name.trim());
      else await ask('PATCH', `/v1/account/passkeys/${passkey.id}`, { body: { name: name.trim() } });
    });
    if (!isSent) return;
    setKnown((outcome as string) === 'known');
    if (outcome !== 'added') return;
    done();
    close();
  };
  return (
    <Modal opened onClose={close} title={t(passkey === 'new' ? 'account:passkeys.add' : 'account:passkeys.rename')} centered>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <TextInput
            label={t('account:passkeys.name')}
            description={t('account:passkeys.nameHelp')}
            required
            data-autofocus
            maxLength={100}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={sending.errorOf('name')}
          />
          {isKnown && <Text size="sm">{t('account:passkeys.known')}</Text>}
          <FormEnd
            problem={sending.errorOf('name') === undefined ? sending.problem : null}
            label={t(passkey === 'new' ? 'account:passkeys.add' : 'save')}
            isBusy={sending.isBusy}
            cancel={close}
          />
        </Stack>
      </form>
    </Modal>
  );
}
