import type { Field } from './fields.ts';

/** A line of the labels' editor, as typed. */
export interface LabelLine {
  readonly key: string;
  readonly value: string;
}
export type Value = string | number | boolean | readonly string[] | readonly LabelLine[];
/** What stands in a form, by the fields' names; '' where nothing was filled in. */
export type Values = Readonly<Record<string, Value>>;

/** What was typed into a text field; '' for anything else. */
export function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** What is wrong with a value: a key of the words `form:problems` and what fills it. */
export interface FieldProblem {
  readonly key: string;
  readonly limit?: number | string;
}

const labelKey = /^[A-Za-z0-9][A-Za-z0-9_./-]{0,62}$/;

/** By the same rules as the API's; null: nothing is wrong. */
export function checkValue(field: Field, value: Value | undefined): FieldProblem | null {
  if (field.type === 'labels') return checkLabels((value ?? []) as readonly LabelLine[]);
  if (isEmpty(value)) return field.isRequired && field.type !== 'switch' ? { key: 'required' } : null;
  if (field.type === 'integer' || field.type === 'number') return checkNumber(field, value);
  if (typeof value !== 'string') return null;
  if (field.minLength !== undefined && value.length < field.minLength) return { key: 'short', limit: field.minLength };
  if (field.maxLength !== undefined && value.length > field.maxLength) return { key: 'long', limit: field.maxLength };
  if (field.pattern !== undefined && !new RegExp(field.pattern).test(value)) return { key: 'pattern' };
  return null;
}

function checkNumber(field: Field, value: Value | undefined): FieldProblem | null {
  const number = typeof value === 'number' ? value : Number(value);
  if (!Number.isFinite(number)) return { key: 'number' };
  if (field.type === 'integer' && !Number.isInteger(number)) return { key: 'integer' };
  if (field.minimum !== undefined && number < field.minimum) return { key: 'minimum', limit: field.minimum };
  if (field.exclusiveMinimum !== undefined && number <= field.exclusiveMinimum) return { key: 'moreThan', limit: field.exclusiveMinimum };
  if (field.maximum !== undefined && number > field.maximum) return { key: 'maximum', limit: field.maximum };
  return null;
}

function checkLabels(lines: readonly LabelLine[]): FieldProblem | null {
  const seen = new Set<string>();
  for (const { key, value } of lines) {
    if (key === '' && value === '') continue;
    if (!labelKey.test(key)) return { key: 'labelKey' };
    if (seen.has(key)) return { key: 'labelTwice', limit: key };
    seen.add(key);
  }
  return null;
}

function isEmpty(value: Value | undefined): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** The body of the request: what was left empty is left out. */
export function bodyOf(fields: readonly Field[], values: Values): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of fields) {
    const value = values[field.name];
    if (field.type === 'labels') {
      const labels = labelsOf((value ?? []) as readonly LabelLine[]);
      if (Object.keys(labels).length > 0) body[field.name] = labels;
    } else if (!isEmpty(value)) {
      body[field.name] = field.type === 'integer' || field.type === 'number' ? Number(value) : value;
    }
  }
  return body;
}

/** What a change asks for: only what differs from `before`, and empty where something was emptied. */
export function changesOf(fields: readonly Field[], values: Values, before: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const field of fields) {
    const value = sent(field, values[field.name]);
    if (value !== undefined && JSON.stringify(value) !== JSON.stringify(sent(field, valueFrom(field, before[field.name]))))
      changes[field.name] = value;
  }
  return changes;
}

function sent(field: Field, value: Value | undefined): unknown {
  if (field.type === 'labels') return labelsOf((value ?? []) as readonly LabelLine[]);
  if (isEmpty(value) && field.isNullable === true) return null;
  if (field.type === 'integer' || field.type === 'number') return isEmpty(value) ? undefined : Number(value);
  return value;
}

/** A field's value as it stands in a record, ready to be edited. */
export function valueFrom(field: Field, stored: unknown): Value {
  if (field.type === 'labels') return Object.entries((stored ?? {}) as Record<string, string>).map(([key, value]) => ({ key, value }));
  if (stored === undefined || stored === null) return field.type === 'switch' ? false : '';
  return stored as Value;
}

function labelsOf(lines: readonly LabelLine[]): Record<string, string> {
  const filled = lines.filter(({ key }) => key !== '').map(({ key, value }) => [key, value] as const);
  return Object.fromEntries(filled.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
