import type { TSchema } from 'typebox';
import { Compile } from 'typebox/schema';
import { Settings } from 'typebox/system';
import { CloudError } from '../core/errors.ts';
import { explain, type FieldProblem } from './explain.ts';
import type { JsonSchema } from './strict.ts';

// All forms of a union are complained about before we choose the one that was meant.
Settings.Set({ maxErrors: 200 });

/** INPUT_INVALID with every field that is wrong. */
export class InputInvalid extends CloudError {
  readonly errors: readonly FieldProblem[];

  constructor(errors: readonly FieldProblem[]) {
    const first = errors[0] ?? { field: '', problem: 'cannot be understood' };
    super('INPUT_INVALID', { where: first.field === '' ? 'The request' : first.field, problem: first.problem });
    this.errors = errors;
  }
}

export function inputInvalid(field: string, problem: string): InputInvalid {
  return new InputInvalid([{ field, problem }]);
}

/** What fastify calls: with the value as it should be, or with what is wrong with it. */
export type Validator = (value: unknown) => { value: unknown } | { error: InputInvalid };

/** Compiled at its first use: most routes of a small cloud are never called. */
export function validatorOf(schema: TSchema | JsonSchema, httpPart: string | undefined): Validator {
  let compiled: ReturnType<typeof Compile> | null = null;
  const isText = httpPart === 'querystring' || httpPart === 'params';
  return (given) => {
    compiled ??= Compile(schema);
    const value = isText ? fromText(schema, given) : given;
    if (compiled.Check(value)) return { value };
    const [, errors] = compiled.Errors(value);
    return { error: new InputInvalid(explain(errors, schema)) };
  };
}

/** Addresses carry only text: numbers, booleans and lists are made of it where the schema wants them. */
function fromText(schema: JsonSchema, given: unknown): unknown {
  const value: Record<string, unknown> = { ...(given as Record<string, unknown>) };
  for (const [name, { type }] of Object.entries(schema.properties ?? {})) {
    const text = value[name];
    if (text === undefined) continue;
    if (type === 'array') value[name] = Array.isArray(text) ? text : [text];
    else if (typeof text !== 'string') continue;
    else if ((type === 'integer' || type === 'number') && /^-?\d{1,15}(\.\d{1,6})?$/.test(text)) value[name] = Number(text);
    else if (type === 'boolean' && (text === 'true' || text === 'false')) value[name] = text === 'true';
  }
  return value;
}
