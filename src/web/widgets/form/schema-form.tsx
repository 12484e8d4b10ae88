import { Button, Group, Stack } from '@mantine/core';
import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CloudProblem, type Problem } from '../../cloud/client.ts';
import { useSentence } from '../../words/use-sentence.ts';
import { announce } from '../announcer.tsx';
import { ProblemAlert, sayProblem } from '../problem.tsx';
import { FieldInput, type FieldInputProps } from './field-input.tsx';
import { useFieldWords } from './field-words.ts';
import type { Field } from './fields.ts';
import { useUnsaved } from './unsaved.ts';
import { useProblem } from './use-problem.ts';
import { checkValue, valueFrom, type Value, type Values } from './values.ts';

interface SchemaFormProps {
  /** Whose words are asked first for labels and help: `<kind>:fields.<name>.label`, `.help`. */
  readonly kind: string;
  readonly fields: readonly Field[];
  readonly initial?: Values;
  readonly submitLabel: string;
  /** Sends what was filled in; throws CloudProblem. */
  readonly submit: (values: Values) => Promise<void>;
  readonly cancel?: () => void;
  /** Which field a path of the API's answer means, where it is called otherwise. */
  readonly fieldOfPath?: (path: string) => string;
  /** At which field an error of this code belongs, beside NAME_TAKEN. */
  readonly fieldOfCode?: Readonly<Record<string, string>>;
  /** Inputs of the kind's own, by field. */
  readonly inputs?: Readonly<
    Record<string, (props: FieldInputProps & { setOther: (field: string, value: Value) => void; values: Values }) => ReactNode>
  >;
  /** Above the fields. */
  readonly children?: ReactNode;
  /** Tells of an error before it is shown; true: it is dealt with. */
  readonly onProblem?: (problem: Problem, values: Values) => boolean | Promise<boolean>;
}

/**
 * A form from a schema: checked at each field when it is left and again as a whole, by the API's rules. What was
 * typed stays whatever the cloud answers, or does not.
 */
export function SchemaForm(props: SchemaFormProps) {
  const {
    kind,
    fields,
    initial = {},
    submitLabel,
    submit,
    cancel,
    fieldOfPath = (path) => path,
    fieldOfCode = {},
    inputs = {},
    children,
    onProblem,
  } = props;
  const { t } = useTranslation();
  const say = useSentence();
  const wordsOf = useFieldWords(kind);
  const [typed, setTyped] = useState<Values>(initial);
  const [wrong, setWrong] = useState<Readonly<Record<string, string | null>>>({});
  const [problem, setProblem] = useProblem();
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const valuesOf = (from: Values): Values => Object.fromEntries(fields.map((field) => [field.name, from[field.name] ?? valueFrom(field, undefined)]));
  const values = valuesOf(typed);
  useUnsaved(JSON.stringify(values) !== JSON.stringify(valuesOf(initial)));

  const problemOf = (field: Field): string | null => {
    const found = checkValue(field, values[field.name]);
    if (found === null) return null;
    const says = t(`form:problems.${found.key}`, { limit: found.limit, key: found.limit });
    return found.key === 'pattern' ? `${says} ${wordsOf(field).help}` : says;
  };
  const set = (name: string, value: Value) => {
    setTyped((before) => ({ ...before, [name]: value }));
    setWrong((before) => ({ ...before, [name]: null }));
  };
  const focusFirst = (names: ReadonlySet<string>) => {
    const first = fields.find((field) => names.has(field.name));
    if (first !== undefined) requestAnimationFrame(() => form.current?.querySelector<HTMLElement>(`[data-field="${first.name}"]`)?.focus());
  };
  const show = (found: Readonly<Record<string, string>>) => {
    setWrong(found);
    focusFirst(new Set(Object.keys(found)));
  };
  const take = async (refused: unknown) => {
    if (!(refused instanceof CloudProblem)) throw refused;
    let error = refused;
    try {
      if ((await onProblem?.(refused.problem, values)) === true) return;
    } catch (another) {
      // To deal with it, the cloud was asked once more.
      if (!(another instanceof CloudProblem)) throw another;
      error = another;
    }
    const known = new Set(fields.map(({ name }) => name));
    const at: Record<string, string> = {};
    for (const { field, problem } of error.problem.errors) {
      const name = fieldOfPath(field);
      if (known.has(name)) at[name] = say(problem);
    }
    const { code, params } = error.problem;
    // Checked by the kind itself and not by its schema: the field is told by name.
    const where = fieldOfPath(String(params['where'] ?? ''));
    if (code === 'INPUT_INVALID' && known.has(where)) at[where] ??= say(String(params['problem']));
    const owner = code === 'NAME_TAKEN' ? 'name' : fieldOfCode[code];
    if (owner !== undefined && known.has(owner)) at[owner] = sayProblem(error.problem).says;
    show(at);
    setProblem(Object.keys(at).length === 0 ? error.problem : null);
  };
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const found = Object.fromEntries(fields.flatMap((field) => (problemOf(field) === null ? [] : [[field.name, problemOf(field) ?? '']])));
    setProblem(null);
    show(found);
    if (Object.keys(found).length > 0) return announce(t('form:unsent'));
    setBusy(true);
    try {
      await submit(values);
    } catch (error) {
      await take(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form ref={form} noValidate onSubmit={(event) => void onSubmit(event)}>
      <Stack gap="md">
        {children}
        {fields.map((field) => {
          const input: FieldInputProps = {
            field,
            ...wordsOf(field),
            value: values[field.name],
            error: wrong[field.name] ?? null,
            onChange: (value) => set(field.name, value),
            onBlur: () =>
              setWrong((before) => ({ ...before, [field.name]: values[field.name] === '' ? (before[field.name] ?? null) : problemOf(field) })),
          };
          const Own = inputs[field.name];
          return Own === undefined ? (
            <FieldInput key={field.name} {...input} />
          ) : (
            <div key={field.name}>{Own({ ...input, setOther: set, values })}</div>
          );
        })}
        <ProblemAlert problem={problem} />
        {/* The field that is being left shows its error only now: a button that moved away under the pointer would not be pressed. */}
        <Group justify="end" gap="sm" onMouseDown={(event) => event.preventDefault()}>
          {cancel !== undefined && (
            <Button variant="default" onClick={cancel}>
              {t('cancel')}
            </Button>
          )}
          <Button type="submit" loading={isBusy}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
