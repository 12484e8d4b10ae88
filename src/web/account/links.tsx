import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { Refusal } from '../door/refusal.tsx';
import type { SignInMethod } from '../door/sign-in.ts';
import { FormEnd } from '../widgets/form/form-end.tsx';
import { useSending } from '../widgets/form/use-sending.ts';
import { showProblem } from '../widgets/problem.tsx';
import { When } from '../widgets/when.tsx';
import type { Account, LinkFact } from './account.ts';
import { Section } from './section.tsx';
import { Sure } from './sure.tsx';

interface LinksProps {
  readonly account: Account;
  readonly methods: readonly SignInMethod[];
  readonly changed: () => void;
}

/** Directories, providers and certificates that say who I am. */
export function Links({ account, methods, changed }: LinksProps) {
  const { t } = useTranslation();
  const [removed, setRemoved] = useState<LinkFact | null>(null);
  const [asked, setAsked] = useState<SignInMethod | null>(null);
  const outside = methods.filter(({ type }) => type === 'ldap' || type === 'oidc');
  const open = outside.filter(({ name }) => !account.links.some((link) => link.method === name));
  const add = async (method: SignInMethod) => {
    if (method.type === 'ldap') return setAsked(method);
    const { url } = await ask<{ url: string }>('POST', `/v1/account/links/oidc/${method.name}`);
    location.assign(url);
  };
  return (
    <Section title={t('account:links.title')} says={t('account:links.says')}>
      <Stack gap="xs">
        {account.links.length === 0 && <Text size="sm">{t('account:links.none')}</Text>}
        {account.links.map((link) => (
          <Group key={link.id} justify="space-between" wrap="nowrap" gap="sm">
            <div>
              <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
                {link.label}
              </Text>
              <Text size="xs" c="dimmed">
                {[link.userName].filter((each) => each !== null).join()}
                {link.seenAt !== null && (
                  <>
                    {link.userName === null ? '' : ' · '}
                    {t('account:links.seen')} <When at={link.seenAt} />
                  </>
                )}
              </Text>
            </div>
            <Button size="xs" variant="default" aria-label={t('account:links.removeOf', { label: link.label })} onClick={() => setRemoved(link)}>
              {t('account:links.unlink')}
            </Button>
          </Group>
        ))}
        {open.length > 0 && (
          <Group gap="xs">
            {open.map((method) => (
              <Button key={method.name} size="xs" variant="default" onClick={() => void add(method).catch(showProblem)}>
                {t('account:links.add', { label: method.label })}
              </Button>
            ))}
          </Group>
        )}
      </Stack>
      {asked !== null && <AtDirectory method={asked} close={() => setAsked(null)} done={changed} />}
      {removed !== null && (
        <Sure
          title={t('account:links.removeTitle', { label: removed.label })}
          says={t('account:links.removeSays')}
          label={t('account:links.unlink')}
          act={() => ask('DELETE', `/v1/account/links/${removed.id}`)}
          done={changed}
          close={() => setRemoved(null)}
        />
      )}
    </Section>
  );
}

function AtDirectory({ method, close, done }: { method: SignInMethod; close: () => void; done: () => void }) {
  const { t } = useTranslation();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const sending = useSending();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const isLinked = await sending.send(() => ask('POST', `/v1/account/links/ldap/${method.name}`, { body: { user: user.trim(), password } }));
    setPassword('');
    if (!isLinked) return;
    done();
    close();
  };
  return (
    <Modal opened onClose={close} title={t('account:links.add', { label: method.label })} centered>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <TextInput
            label={t('account:links.user')}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            required
            data-autofocus
            value={user}
            onChange={(event) => setUser(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('account:links.password')}
            description={t('account:links.passwordSays')}
            autoComplete="off"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('door:showPassword') }}
          />
          {sending.problem !== null && <Refusal problem={sending.problem} />}
          <FormEnd label={t('account:links.do')} isBusy={sending.isBusy} cancel={close} />
        </Stack>
      </form>
    </Modal>
  );
}
