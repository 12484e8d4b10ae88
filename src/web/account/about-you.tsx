import { Button, Group, Modal, NativeSelect, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { announce } from '../widgets/announcer.tsx';
import { FormEnd } from '../widgets/form/form-end.tsx';
import { useUnsaved } from '../widgets/form/unsaved.ts';
import { useSending } from '../widgets/form/use-sending.ts';
import { ProblemAlert } from '../widgets/problem.tsx';
import { languages } from '../words/index.ts';
import type { Account } from './account.ts';
import { Section } from './section.tsx';

export function AboutYou({ account, changed }: { account: Account; changed: () => void }) {
  const { t } = useTranslation();
  const { user } = account;
  const [name, setName] = useState(user.spec.displayName);
  const [language, setLanguage] = useState<string>(user.spec.language);
  const [isMoving, setMoving] = useState(false);
  const sending = useSending();
  const isChanged = name !== user.spec.displayName || language !== user.spec.language;
  useUnsaved(isChanged);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const body = { displayName: name.trim(), language };
    const headers = { 'if-match': `"${user.revision}"` };
    if (!(await sending.send(() => ask('PATCH', `/v1/users/${user.id}`, { body, headers })))) return;
    announce(t('account:about.saved'));
    changed();
  };
  return (
    <Section title={t('account:about.title')}>
      <form onSubmit={(event) => void save(event)}>
        <Stack gap="sm">
          <div>
            <Text size="sm" fw={600}>
              {t('account:about.user')}
            </Text>
            <Text size="sm">{user.name}</Text>
          </div>
          <TextInput
            label={t('account:about.name')}
            name="displayName"
            autoComplete="name"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={sending.errorOf('displayName')}
          />
          <Group align="end" justify="space-between" gap="sm" wrap="nowrap">
            <div>
              <Text size="sm" fw={600}>
                {t('account:about.mail')}
              </Text>
              <Text size="sm" style={{ overflowWrap: 'anywhere' }} {...(user.spec.email === null ? { c: 'dimmed' } : {})}>
                {user.spec.email ?? t('account:about.noMail')}
              </Text>
            </div>
            <Button
              size="xs"
              variant="default"
              style={{ flexShrink: 0 }}
              onClick={() => setMoving(true)}
              aria-label={`${t('account:edit')}: ${t('account:about.mail')}`}
            >
              {t('account:edit')}
            </Button>
          </Group>
          <NativeSelect
            label={t('account:about.mails')}
            value={language}
            onChange={(event) => setLanguage(event.currentTarget.value)}
            data={Object.entries(languages).map(([value, label]) => ({ value, label }))}
          />
          {user.spec.role !== 'user' && (
            <Text size="sm" c="dimmed">
              {t('account:about.role')}: {t(`account:about.roles.${user.spec.role}`)}
            </Text>
          )}
          <ProblemAlert problem={sending.errorOf('displayName') === undefined ? sending.problem : null} />
          <Group justify="end">
            <Button type="submit" size="sm" loading={sending.isBusy} disabled={!isChanged}>
              {t('account:about.save')}
            </Button>
          </Group>
        </Stack>
      </form>
      {isMoving && <NewAddress hasPassword={account.hasPassword} close={() => setMoving(false)} />}
    </Section>
  );
}

function NewAddress({ hasPassword, close }: { hasPassword: boolean; close: () => void }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState('');
  const [current, setCurrent] = useState('');
  const [isSent, setSent] = useState(false);
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await sending.send(() => ask('POST', '/v1/account/email', { body: { email: email.trim(), ...(hasPassword ? { current } : {}) } })))
      setSent(true);
  };
  return (
    <Modal opened onClose={close} title={t('account:about.mail')} centered>
      {isSent ? (
        <Stack>
          <Text role="status">{t('account:about.mailSent', { email: email.trim() })}</Text>
          <Group justify="end">
            <Button onClick={close}>{t('close')}</Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <Stack>
            <TextInput
              label={t('account:about.mailNew')}
              description={t('account:about.mailSays')}
              type="email"
              name="email"
              autoComplete="email"
              required
              data-autofocus
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              error={sending.errorOf('email')}
            />
            {hasPassword && (
              <PasswordInput
                label={t('account:password.current')}
                autoComplete="current-password"
                required
                value={current}
                onChange={(event) => setCurrent(event.currentTarget.value)}
                error={sending.errorOf('current')}
                visibilityToggleButtonProps={{ 'aria-label': t('door:showPassword') }}
              />
            )}
            <FormEnd
              problem={sending.errorOf('email') === undefined && sending.errorOf('current') === undefined ? sending.problem : null}
              label={t('account:about.mailDo')}
              isBusy={sending.isBusy}
              cancel={close}
            />
          </Stack>
        </form>
      )}
    </Modal>
  );
}
