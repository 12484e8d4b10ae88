import { Box, Group, Input, NativeSelect, NumberInput, Stack } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { QuotaName, SetQuota } from '../../../core/quota.ts';
import type { projectKind, Project } from '../../../kinds/project/project.ts';
import type { userKind, User } from '../../../kinds/user/user.ts';
import { CloudProblem } from '../../cloud/client.ts';
import { useRequests } from '../../cloud/cloud.tsx';
import type { Live } from '../../cloud/contract.ts';
import { useFormat } from '../../words/format.ts';
import { announce } from '../announcer.tsx';
import { FormEnd } from '../form/form-end.tsx';
import { useUnsaved } from '../form/unsaved.ts';
import { useProblem } from '../form/use-problem.ts';
import { amountText, shownNames, unitOf, type Usage } from './amounts.ts';

type Mode = 'default' | 'none' | 'limit';
interface Choice {
  readonly mode: Mode;
  /** As typed; counts where `mode` is `limit`. */
  readonly limit: number | string;
}

interface Props {
  readonly kind: typeof projectKind | typeof userKind;
  readonly of: Live<Project> | Live<User>;
  readonly usage: Usage;
  readonly done: () => void;
}

/** Of each: a number, without limit, or as everywhere. */
export function QuotaForm({ kind, of, usage, done }: Props) {
  const { t } = useTranslation();
  const requests = useRequests(kind);
  const [names] = useState(() => shownNames(usage));
  const [before] = useState(() => Object.fromEntries(names.map((name) => [name, choiceOf(of, usage, name)])) as Record<QuotaName, Choice>);
  const [choices, setChoices] = useState(before);
  const [isTried, setTried] = useState(false);
  const [problem, setProblem] = useProblem();
  const [isBusy, setBusy] = useState(false);
  const changes = Object.fromEntries(
    names.filter((name) => !isSame(choices[name], before[name])).map((name) => [name, wanted(choices[name])]),
  ) as SetQuota;
  useUnsaved(Object.keys(changes).length > 0);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (names.some((name) => isWrong(choices[name]))) return;
    setBusy(true);
    setProblem(null);
    try {
      if (Object.keys(changes).length > 0) await requests.run(of, 'set-quota', changes);
      announce(t('quota:saved', { name: of.name }));
      done();
    } catch (error) {
      if (!(error instanceof CloudProblem)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        {names.map((name) => (
          <Row
            key={name}
            name={name}
            everywhere={before[name].mode === 'default' ? usage.limits[name] : undefined}
            choice={choices[name]}
            onChange={(choice) => setChoices((all) => ({ ...all, [name]: choice }))}
            isWrong={isTried && isWrong(choices[name])}
          />
        ))}
        <FormEnd problem={problem} label={t('save')} isBusy={isBusy} cancel={done} />
      </Stack>
    </form>
  );
}

interface RowProps {
  readonly name: QuotaName;
  /** What is so everywhere; undefined: not known here. */
  readonly everywhere: number | null | undefined;
  readonly choice: Choice;
  readonly onChange: (choice: Choice) => void;
  readonly isWrong: boolean;
}

function Row({ name, everywhere, choice, onChange, isWrong: showsWrong }: RowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const label = t(`quota:names.${name}`);
  const asEverywhere =
    everywhere === undefined
      ? t('quota:modes.default')
      : everywhere === null
        ? t('quota:modes.defaultNone')
        : t('quota:modes.defaultOf', { limit: amountText(format, name, everywhere) });
  const unit = unitOf(name);
  return (
    <Input.Wrapper label={label} labelElement="div">
      <Group align="start" gap="xs" wrap="nowrap">
        <NativeSelect
          aria-label={label}
          flex="1 1 0"
          value={choice.mode}
          onChange={(event) => onChange({ ...choice, mode: event.currentTarget.value as Mode })}
          data={[
            { value: 'default', label: asEverywhere },
            { value: 'none', label: t('quota:modes.none') },
            { value: 'limit', label: t('quota:modes.limit') },
          ]}
        />
        {choice.mode === 'limit' ? (
          <NumberInput
            flex="1 1 0"
            aria-label={t('quota:most', { name: label })}
            value={choice.limit}
            onChange={(limit) => onChange({ ...choice, limit })}
            allowDecimal={false}
            allowNegative={false}
            min={0}
            clampBehavior="none"
            {...(unit === null ? {} : { suffix: ` ${t(`quota:units.${unit}`)}` })}
            error={showsWrong ? t('quota:wrong') : null}
          />
        ) : (
          <Box flex="1 1 0" visibleFrom="xs" />
        )}
      </Group>
    </Input.Wrapper>
  );
}

function choiceOf(of: Live<Project> | Live<User>, { limits }: Usage, name: QuotaName): Choice {
  const own = of.spec.quota?.[name];
  const limit = limits[name] ?? '';
  if (own === undefined) return { mode: 'default', limit };
  return { mode: own === null ? 'none' : 'limit', limit };
}

function wanted({ mode, limit }: Choice): number | null | 'default' {
  return mode === 'default' ? mode : mode === 'none' ? null : Number(limit);
}

function isSame(a: Choice, b: Choice): boolean {
  return a.mode === b.mode && (a.mode !== 'limit' || Number(a.limit) === Number(b.limit));
}

function isWrong({ mode, limit }: Choice): boolean {
  return mode === 'limit' && (limit === '' || !Number.isInteger(Number(limit)) || Number(limit) < 0);
}
