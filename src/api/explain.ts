import type { TLocalizedValidationError } from 'typebox/error';
import type { JsonSchema } from './strict.ts';

export interface FieldProblem {
  /** Dotted path, e.g. `source.url`; empty: the whole. */
  readonly field: string;
  readonly problem: string;
}

const problemsMax = 20;

const typeNames: Readonly<Record<string, string>> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

/** What a validator found, in plain words, each problem once. */
export function explain(errors: readonly TLocalizedValidationError[], schema: JsonSchema): FieldProblem[] {
  const found = new Map<string, FieldProblem>();
  for (const error of ofTheBranchMeant(errors)) {
    for (const problem of problemsOf(error, schema)) found.set(`${problem.field}\n${problem.problem}`, problem);
  }
  return [...found.values()].slice(0, problemsMax);
}

/** Of several possible forms only the one that was meant is worth complaining about: the one whose `type` matches. */
function ofTheBranchMeant(errors: readonly TLocalizedValidationError[]): TLocalizedValidationError[] {
  const notMeant = new Set<string>();
  const constants = new Map<string, { error: TLocalizedValidationError; allowed: unknown[] }>();
  for (const error of errors) {
    const branch = /^(.*\/anyOf\/\d+)(\/properties\/\w+)?$/.exec(error.schemaPath);
    if (branch?.[1] === undefined || !['const', 'type'].includes(error.keyword)) continue;
    notMeant.add(branch[1]);
    if (error.keyword !== 'const') continue;
    const same = constants.get(error.instancePath) ?? { error, allowed: [] };
    same.allowed.push(error.params.allowedValue);
    constants.set(error.instancePath, same);
  }
  const meant = errors.filter(
    ({ keyword, schemaPath }) => keyword !== 'anyOf' && ![...notMeant].some((path) => schemaPath === path || schemaPath.startsWith(`${path}/`)),
  );
  if (meant.length > 0) return meant;
  if (constants.size > 0)
    return [...constants.values()].map(({ error, allowed }): TLocalizedValidationError => ({
      ...error,
      keyword: 'enum',
      params: { allowedValues: allowed },
    }));
  return errors.filter(({ keyword }) => keyword === 'anyOf').slice(0, 1);
}

function problemsOf({ keyword, instancePath, schemaPath, params, message }: TLocalizedValidationError, schema: JsonSchema): FieldProblem[] {
  const field = fieldOf(instancePath);
  const inside = (name: string) => (field === '' ? name : `${field}.${name}`);
  switch (keyword) {
    case 'boolean':
      // A forbidden field, told as such by its object.
      return [];
    case 'required':
      return params.requiredProperties.map((name) => ({ field: inside(name), problem: 'is missing' }));
    case 'additionalProperties':
      return params.additionalProperties.map((name) => ({ field: inside(name.slice(0, 100)), problem: 'is not known here' }));
    case 'type':
      return [
        {
          field,
          problem: `must be ${[params.type]
            .flat()
            .map((name) => typeNames[name] ?? name)
            .join(' or ')}`,
        },
      ];
    case 'enum':
      return [{ field, problem: `must be one of ${params.allowedValues.join(', ')}` }];
    case 'const':
      return [{ field, problem: `must be ${String(params.allowedValue)}` }];
    case 'anyOf':
      return [{ field, problem: 'has none of the possible forms' }];
    case 'minimum':
      return [{ field, problem: `must be at least ${params.limit}` }];
    case 'maximum':
      return [{ field, problem: `must be at most ${params.limit}` }];
    case 'exclusiveMinimum':
      return [{ field, problem: `must be more than ${params.limit}` }];
    case 'minLength':
    case 'minItems':
      return [{ field, problem: `must have at least ${params.limit} ${keyword === 'minItems' ? 'entries' : 'characters'}` }];
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return [{ field, problem: `must have at most ${params.limit} ${keyword === 'maxLength' ? 'characters' : 'entries'}` }];
    case 'pattern':
    case 'format': {
      const description = schemaAt(schema, schemaPath)?.description;
      return [{ field, problem: description === undefined ? 'has the wrong form' : `has the wrong form: ${description.replace(/\.$/, '')}` }];
    }
    default:
      return [{ field, problem: message }];
  }
}

/** `/source/url` → `source.url`, undoing JSON Pointer's escapes (RFC 6901). */
function fieldOf(instancePath: string): string {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~').slice(0, 100))
    .join('.');
}

function schemaAt(schema: JsonSchema, schemaPath: string): JsonSchema | undefined {
  let at: unknown = schema;
  for (const part of schemaPath.split('/').slice(1)) {
    at = (at as Record<string, unknown> | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return at as JsonSchema | undefined;
}
