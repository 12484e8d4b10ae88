import { Option, InvalidArgumentError, type Command } from 'commander';
import type { TObject } from 'typebox';
import { Ref } from '../core/schema.ts';
import { sourceOfOption } from './completion-sources.ts';

const refSays = (Ref as { description?: string }).description?.replace(/\.$/, '');

interface FieldSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly items?: FieldSchema;
  readonly default?: unknown;
  readonly anyOf?: readonly FieldSchema[];
}

/** One field of a request's body as an option of a command. */
export interface Flag {
  readonly field: string;
  /** With its two hyphens. */
  readonly name: string;
  readonly schema: FieldSchema;
  readonly isRequired: boolean;
  /** It can be none at all, which its option with `--no-` says. */
  readonly isNullable: boolean;
}

/** `diskGib` → `--disk-gib`; a list may be given several times, so its flag is in the singular: `keys` → `--key`. */
export function flagsOf(body: TObject | null, replaced: readonly string[] = []): Flag[] {
  if (body === null) return [];
  const required = new Set<string>((body as { required?: string[] }).required ?? []);
  return Object.entries(body.properties as Record<string, FieldSchema>)
    .filter(([field]) => !replaced.includes(field))
    .map(([field, given]) => {
      const other = nonNull(given);
      const schema = other ?? given;
      const name = `--${kebab(isList(schema) ? singular(field) : field)}`;
      return { field, name, schema, isRequired: required.has(field), isNullable: other !== null };
    });
}

const kebab = (field: string) =>
  field
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
const singular = (field: string) => (field.endsWith('s') && !field.endsWith('ss') && field.length > 2 ? field.slice(0, -1) : field);
/** A list of what fits on one word each; other lists are given as JSON. */
const isList = (schema: FieldSchema) => schema.type === 'array' && schema.items !== undefined && isScalar(schema.items);
const isScalar = (schema: FieldSchema) => ['string', 'integer', 'number'].includes(schema.type ?? '');

/** What it is when it is not null; null: null is nothing special for it, or it takes more than a word to say. */
function nonNull({ anyOf = [] }: FieldSchema): FieldSchema | null {
  const [schema, none] = anyOf;
  return anyOf.length === 2 && schema !== undefined && none?.type === 'null' && isScalar(schema) ? schema : null;
}

/** commander takes null for an option without a value. */
const isNull = Symbol('null');

/** The positive spelling of a yes-or-no flag; its option shows both. */
const pairs = new WeakSet<Option>();
export const isPair = (option: Option): boolean => pairs.has(option);

export function addFlags(command: Command, flags: readonly Flag[]): Command {
  for (const flag of flags) for (const option of optionsOf(flag)) command.addOption(option);
  return command;
}

function optionsOf(flag: Flag): Option[] {
  const { name, isNullable } = flag;
  const options = valueOptions(flag);
  return isNullable ? [...options, new Option(name.replace('--', '--no-'), `no ${name.slice(2).replaceAll('-', ' ')} at all`)] : options;
}

function valueOptions({ name, schema, isRequired }: Flag): Option[] {
  const says = describe(name, schema, isRequired);
  if (schema.type === 'boolean') {
    const yes = new Option(name, says);
    pairs.add(yes);
    return [yes, new Option(name.replace('--', '--no-')).hideHelp()];
  }
  const option = new Option(`${name} <${sourceOfOption(name) === null ? metavar(schema) : 'name'}>`, says).makeOptionMandatory(isRequired);
  if (schema.enum !== undefined) return [option.choices(schema.enum)];
  if (isList(schema)) {
    const one = parserOf(schema.items as FieldSchema);
    return [option.argParser((text: string, before: unknown[] | undefined) => [...(before ?? []), one(text)])];
  }
  return [option.argParser(parserOf(schema))];
}

/** The body that options of a command stand for; fields whose option was not given are absent. */
export function bodyOf(flags: readonly Flag[], options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const flag of flags) {
    const value = options[attributeOf(flag)];
    if (value !== undefined) body[flag.field] = value === isNull || (flag.isNullable && value === false) ? null : value;
  }
  return body;
}

/** The words that say this body on a command line: what {@link bodyOf} reads back. */
export function wordsOf(flags: readonly Flag[], body: Readonly<Record<string, unknown>>): string[] {
  return flags.flatMap(({ field, name, schema, isNullable }) => {
    const value = body[field];
    if (value === undefined) return [];
    if (isNullable && value === null) return [name.replace('--', '--no-')];
    if (schema.type === 'boolean') return [value === true ? name : name.replace('--', '--no-')];
    if (isList(schema)) return (value as unknown[]).map((item) => `${name}=${String(item)}`);
    return [`${name}=${isScalar(schema) ? `${value as string | number}` : JSON.stringify(value)}`];
  });
}

function attributeOf({ name }: Flag): string {
  return new Option(`${name} <x>`).attributeName();
}

function parserOf(schema: FieldSchema): (text: string) => unknown {
  switch (schema.type) {
    case 'string':
      return (text) => text;
    case 'integer':
      return (text) => within(schema, /^[+-]?\d{1,15}$/.test(text) ? Number(text) : refuse('It must be a whole number.'));
    case 'number':
      return (text) => within(schema, /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : refuse('It must be a number.'));
    default:
      return (text) => {
        try {
          return (JSON.parse(text) as unknown) ?? isNull;
        } catch {
          return refuse('It must be JSON.');
        }
      };
  }
}

function within(schema: FieldSchema, value: number): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && value < minimum) refuse(`It must be at least ${minimum}.`);
  if (maximum !== undefined && value > maximum) refuse(`It must be at most ${maximum}.`);
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) refuse(`It must be more than ${exclusiveMinimum}.`);
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) refuse(`It must be less than ${exclusiveMaximum}.`);
  return value;
}

function refuse(problem: string): never {
  throw new InvalidArgumentError(problem);
}

function metavar(schema: FieldSchema): string {
  if (schema.enum !== undefined) return 'choice';
  if (isList(schema)) return metavar(schema.items as FieldSchema);
  return { string: 'text', integer: 'number', number: 'number' }[schema.type ?? ''] ?? 'json';
}

function describe(name: string, schema: FieldSchema, isRequired: boolean): string {
  const { minimum, maximum } = schema;
  const range =
    minimum !== undefined && maximum !== undefined
      ? `${minimum} to ${maximum}`
      : maximum !== undefined && schema.type !== 'string'
        ? `at most ${maximum}`
        : minimum !== undefined
          ? `at least ${minimum}`
          : '';
  const notes = [range, isList(schema) ? 'may be repeated' : '', isRequired ? 'required' : ''].filter((note) => note !== '');
  const said = (schema.description ?? '').replace(/\.$/, '');
  // A reference says the same everywhere; here it says to what.
  const says =
    said === '' || said === refSays
      ? name.slice(2).replaceAll('-', ' ') + (said === refSays ? ', by name or id' : '')
      : said.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());
  return `${says}${says !== '' && notes.length > 0 ? ' ' : ''}${notes.length === 0 ? '' : `(${notes.join('; ')})`}`;
}
