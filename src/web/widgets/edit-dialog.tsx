import { Alert, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Resource } from '../../core/resource.ts';
import { ask, type Problem } from '../cloud/client.ts';
import { useForbidden } from '../cloud/access.ts';
import { useRequests } from '../cloud/cloud.tsx';
import type { Live } from '../cloud/contract.ts';
import type { AnyWebKind } from '../web-kind.ts';
import { announce } from './announcer.tsx';
import { useFieldWords } from './form/field-words.ts';
import { fieldsOf, labelsField, nameField, type Field } from './form/fields.ts';
import { SchemaForm } from './form/schema-form.tsx';
import { changesOf, valueFrom, type Values } from './form/values.ts';
import { showProblem } from './problem.tsx';

type Row = Live<Resource>;
interface Clash {
  readonly theirs: Row;
  readonly values: Values;
  readonly changes: Readonly<Record<string, unknown>>;
}

/** Name, labels and whatever else of it may be changed. Refuses to overwrite unseen what somebody else has changed meanwhile. */
export default function EditDialog({ web, resource, done }: { web: AnyWebKind; resource: Row; done: () => void }) {
  const { kind } = web;
  const { t } = useTranslation();
  const requests = useRequests(kind);
  // As it was when the form was opened: that is what the reader saw.
  const [base, setBase] = useState(resource);
  const [initial, setInitial] = useState<Values>(() => valuesOf(fieldsToEdit(web), resource));
  const [clash, setClash] = useState<Clash | null>(null);
  const isAdministering = useForbidden()(kind, 'administer', resource) === null;
  const fields = fieldsToEdit(web).filter(({ name }) => isAdministering || web.administeredFields?.includes(name) !== true);

  const save = async (over: Row, changes: Readonly<Record<string, unknown>>): Promise<void> => {
    if (Object.keys(changes).length > 0) await requests.update(over, changes);
    announce(t('form:saved'));
    done();
  };
  /** What only the cloud itself wrote is nothing that anybody has to see: then the change is sent again. */
  const whenChanged = async (problem: Problem, values: Values): Promise<boolean> => {
    if (problem.code !== 'CHANGED_MEANWHILE') return false;
    const theirs: Row = await ask('GET', `/v1/${kind.plural}/${base.id}`);
    const changes = changesOf(fields, values, partsOf(base));
    const isTouched = Object.keys(changesOf(fields, valuesOf(fields, theirs), partsOf(base))).length > 0;
    if (isTouched) setClash({ theirs, values, changes });
    else await save(theirs, changes);
    return true;
  };
  if (clash !== null) {
    const { theirs, values, changes } = clash;
    return (
      <ChangedMeanwhile
        web={web}
        fields={fields}
        theirs={theirs}
        values={values}
        saveMine={async () => {
          try {
            await save(theirs, changes);
          } catch (error) {
            // Once more overtaken, or refused: back to the form, with everything in it.
            showProblem(error);
            setInitial(values);
            setBase(theirs);
            setClash(null);
          }
        }}
        takeTheirs={() => {
          setInitial(valuesOf(fields, theirs));
          setBase(theirs);
          setClash(null);
        }}
      />
    );
  }
  return (
    <SchemaForm
      kind={kind.name}
      fields={fields}
      initial={initial}
      submitLabel={t('save')}
      submit={(values) => save(base, changesOf(fields, values, partsOf(base)))}
      cancel={done}
      onProblem={whenChanged}
    >
      {kind.fixedNames !== undefined && (
        <Text size="sm" c="dimmed">
          {t('form:fixedName')}
        </Text>
      )}
    </SchemaForm>
  );
}

interface ChangedProps {
  readonly web: AnyWebKind;
  readonly fields: readonly Field[];
  readonly theirs: Row;
  readonly values: Values;
  readonly saveMine: () => Promise<void>;
  readonly takeTheirs: () => void;
}

function ChangedMeanwhile({ web, fields, theirs, values, saveMine, takeTheirs }: ChangedProps) {
  const { t } = useTranslation();
  const wordsOf = useFieldWords(web.kind.name);
  const [isBusy, setBusy] = useState(false);
  const now = partsOf(theirs);
  const different = changesOf(fields, values, now);
  return (
    <Stack>
      <Alert color="orange" role="alert" title={t('form:changed.title', { name: theirs.name })}>
        {t('form:changed.text')}
      </Alert>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('form:changed.field')}</Table.Th>
            <Table.Th>{t('form:changed.theirs')}</Table.Th>
            <Table.Th>{t('form:changed.yours')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {fields
            .filter(({ name }) => name in different)
            .map((field) => (
              <Table.Tr key={field.name}>
                <Table.Th fw={400}>{wordsOf(field).label}</Table.Th>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{shown(now[field.name])}</Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{shown(different[field.name])}</Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
      <Group justify="end">
        <Button variant="default" onClick={takeTheirs}>
          {t('form:changed.takeTheirs')}
        </Button>
        <Button
          loading={isBusy}
          onClick={() => {
            setBusy(true);
            void saveMine().finally(() => setBusy(false));
          }}
        >
          {t('form:changed.saveAnyway')}
        </Button>
      </Group>
    </Stack>
  );
}

function fieldsToEdit({ kind }: AnyWebKind): Field[] {
  const own = kind.update === null ? [] : fieldsOf(kind.update);
  return [...(kind.fixedNames === undefined ? [nameField(kind)] : []), ...own, labelsField];
}

/** What can be edited of a record, by the fields' names. */
function partsOf({ name, labels, spec }: Row): Record<string, unknown> {
  return { ...(spec as Record<string, unknown>), name, labels };
}

function valuesOf(fields: readonly Field[], row: Row): Values {
  const parts = partsOf(row);
  return Object.fromEntries(fields.map((field) => [field.name, valueFrom(field, parts[field.name])]));
}

function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null)
    return Object.entries(value as Record<string, string>)
      .map(([key, each]) => `${key}=${each}`)
      .join(', ');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
