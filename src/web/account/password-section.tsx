import { Alert, Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../cloud/client.ts';
import { NewPassword, useNewPassword } from '../door/new-password.tsx';
import { Refusal } from '../door/refusal.tsx';
import { FormEnd } from '../widgets/form/form-end.tsx';
import { FormDialog } from '../widgets/form/leave-question.tsx';
import { useUnsaved } from '../widgets/form/unsaved.ts';
import { useSending } from '../widgets/form/use-sending.ts';
import type { Account } from './account.ts';
import { Section } from './section.tsx';

export function PasswordSection({ account, changed }: { account: Account; changed: () => void }) {
  const { t } = useTranslation();
  const [isChanging, setChanging] = useState(false);
  const [isDone, setDone] = useState(false);
  const { hasPassword } = account;
  return (
    <Section
      title={t('account:password.title')}
      says={t(hasPassword ? 'account:password.says' : 'account:password.none')}
      {...(hasPassword
        ? {
            action: (
              <Button size="xs" variant="default" onClick={() => setChanging(true)}>
                {t('account:password.change')}
              </Button>
            ),
          }
        : {})}
    >
      {isDone && (
        <Alert color="teal" role="status">
          <Text size="sm">{t('account:password.done')}</Text>
        </Alert>
      )}
      <FormDialog opened={isChanging} onClose={() => setChanging(false)} title={t('account:password.change')}>
        <Change
          userName={account.user.name}
          cancel={() => setChanging(false)}
          done={() => {
            setChanging(false);
            setDone(true);
            changed();
          }}
        />
      </FormDialog>
    </Section>
  );
}

function Change({ userName, cancel, done }: { userName: string; cancel: () => void; done: () => void }) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState('');
  const sending = useSending();
  const error = sending.errorOf('new');
  const state = useNewPassword(sending.problem);
  useUnsaved(current !== '' || state.password !== '');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await sending.send(() => ask('POST', '/v1/account/password', { body: { current, new: state.password } }))) done();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        {/* For password managers: whose password it is. */}
        <input hidden readOnly autoComplete="username" value={userName} />
        <PasswordInput
          label={t('account:password.current')}
          name="current-password"
          autoComplete="current-password"
          required
          data-autofocus
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          error={sending.errorOf('current')}
          visibilityToggleButtonProps={{ 'aria-label': t('door:showPassword') }}
        />
        <NewPassword state={state} error={error} />
        {sending.problem !== null && error === undefined && sending.errorOf('current') === undefined && <Refusal problem={sending.problem} />}
        <FormEnd label={t('account:password.change')} isBusy={sending.isBusy} isDisabled={!state.isFit} cancel={cancel} />
      </Stack>
    </form>
  );
}
