import { Alert, Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, CloudProblem } from '../cloud/client.ts';
import { CopyLine } from '../widgets/copy-line.tsx';
import { FormEnd } from '../widgets/form/form-end.tsx';
import { FormDialog } from '../widgets/form/leave-question.tsx';
import { useUnsaved } from '../widgets/form/unsaved.ts';
import { useProblem } from '../widgets/form/use-problem.ts';
import { sayProblem } from '../widgets/problem.tsx';
import { useUser } from '../shell/session.tsx';
import { useSentence } from '../words/use-sentence.ts';
import { useContextName } from './cli-elsewhere.tsx';
import { bodyOfLimits, LimitsInput, noLimits, type TokenLimits } from './token-limits.tsx';

interface NewTokenProps {
  readonly isOpen: boolean;
  readonly close: () => void;
  /** Called when there is one more. */
  readonly made: () => void;
}

interface Made {
  readonly name: string;
  readonly host: string | null;
  readonly secret: string;
}

/** A form, and then the secret: shown this once, and gone from the page when the dialog is closed. */
export function NewToken({ isOpen, close, made }: NewTokenProps) {
  const { t } = useTranslation();
  const [token, setToken] = useState<Made | null>(null);
  const leave = () => {
    close();
    setToken(null);
  };
  return (
    <FormDialog
      opened={isOpen}
      onClose={leave}
      // A click beside it, or a key too many, would lose what is shown once.
      closeOnClickOutside={token === null}
      closeOnEscape={token === null}
      title={token === null ? t('settings:tokens.create') : t('settings:tokens.made.title', { name: token.name })}
      size="lg"
    >
      {token === null ? (
        <Form
          cancel={leave}
          made={(fresh) => {
            setToken(fresh);
            made();
          }}
        />
      ) : (
        <Secret token={token} close={leave} />
      )}
    </FormDialog>
  );
}

const validDays = ['', '7', '30', '90', '365'] as const;
const dayMs = 86_400_000;

function Form({ cancel, made }: { cancel: () => void; made: (token: Made) => void }) {
  const { t } = useTranslation();
  const say = useSentence();
  const isAdministrator = useUser().role === 'administrator';
  const [name, setName] = useState('');
  const [type, setType] = useState('user');
  const [host, setHost] = useState('');
  const [days, setDays] = useState('');
  const [limits, setLimits] = useState<TokenLimits>(noLimits);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useProblem();
  useUnsaved([name, host, days].some((each) => each !== '') || limits !== noLimits);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const body = {
        name: name.trim(),
        ...(type === 'agent' ? { host: host.trim() } : bodyOfLimits(limits)),
        ...(days === '' ? {} : { expiresAt: new Date(Date.now() + Number(days) * dayMs).toISOString() }),
      };
      made(await ask<Made>('POST', '/v1/tokens', { body }));
    } catch (error) {
      if (!(error instanceof CloudProblem)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  };
  const errorOf = (field: string) => problem?.errors.find((each) => each.field === field)?.problem;
  const isTaken = problem?.code === 'NAME_TAKEN';
  // Checked by the cloud itself and not by its schema: the field is told by name.
  const addressesError = problem?.params['where'] === 'addresses' ? say(String(problem.params['problem'])) : errorOf('addresses');
  const isAtField = isTaken || addressesError !== undefined || ['name', 'host'].some((field) => errorOf(field) !== undefined);
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <TextInput
          label={t('settings:tokens.name')}
          description={t('settings:tokens.form.nameHelp')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={isTaken && problem !== null ? sayProblem(problem).says : errorOf('name')}
          required
          data-autofocus
          autoComplete="off"
          spellCheck={false}
        />
        <NativeSelect
          label={t('settings:tokens.form.for')}
          value={type}
          onChange={(event) => setType(event.currentTarget.value)}
          data={(isAdministrator ? (['user', 'agent'] as const) : (['user'] as const)).map((value) => ({
            value,
            label: t(`settings:tokens.form.${value}`),
          }))}
        />
        {type === 'agent' && (
          <TextInput
            label={t('settings:tokens.form.host')}
            value={host}
            onChange={(event) => setHost(event.currentTarget.value)}
            error={errorOf('host')}
            required
            autoComplete="off"
            spellCheck={false}
          />
        )}
        <NativeSelect
          label={t('settings:tokens.form.expires')}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
          data={validDays.map((value) => ({
            value,
            label: value === '' ? t('settings:tokens.form.forever') : t('settings:tokens.form.days', { count: Number(value) }),
          }))}
        />
        {type === 'user' && <LimitsInput value={limits} onChange={setLimits} addressesError={addressesError} />}
        <FormEnd problem={isAtField ? null : problem} label={t('settings:tokens.form.do')} isBusy={isBusy} cancel={cancel} />
      </Stack>
    </form>
  );
}

function Secret({ token, close }: { token: Made; close: () => void }) {
  const { t } = useTranslation();
  const name = useContextName();
  return (
    <Stack>
      <Alert color="orange" role="alert" title={t('settings:tokens.made.once')} />
      <CopyLine text={token.secret} label={t('settings:tokens.made.secret')} />
      {token.host === null && (
        <div>
          <Text size="sm" mb={2}>
            {t('settings:tokens.made.try')}
          </Text>
          {/* From standard input: what stands in a command is seen by others and kept in the shell's history. */}
          <CopyLine text={`stratus login ${location.origin} --name ${name} --token -`} label={t('settings:tokens.made.try')} />
        </div>
      )}
      <Group justify="end">
        <Button onClick={close} data-autofocus>
          {t('settings:tokens.made.done')}
        </Button>
      </Group>
    </Stack>
  );
}
