import type { Problem } from '../../../../web/cloud/client.ts';
import type { FieldName } from './draft.ts';

const fieldOfCode: Readonly<Record<string, FieldName>> = {
  NAME_TAKEN: 'name',
  DISK_TOO_SMALL: 'diskGib',
  USER_DATA_INVALID: 'userData',
  IMAGE_NOT_READY: 'image',
  NETWORK_FULL: 'network',
  LIMIT_REACHED: 'type',
};
const fieldOfKind: Readonly<Record<string, FieldName>> = {
  image: 'image',
  'instance-type': 'type',
  'ssh-key': 'keys',
  network: 'network',
  project: 'project',
};
const fieldOfInput: Readonly<Record<string, FieldName>> = { userDataBase64: 'userData', start: 'restartPolicy', stopTimeoutSeconds: 'restartPolicy' };
const fields: readonly string[] = [
  'image',
  'name',
  'type',
  'keys',
  'userData',
  'count',
  'network',
  'diskGib',
  'restartPolicy',
  'firmware',
  'labels',
  'description',
  'lease',
] satisfies FieldName[];

/** Which fields a refusal is about; none: it is about the whole, such as that no host has room. */
export function fieldsOf(problem: Problem): readonly { readonly field: FieldName; readonly problem: string | null }[] {
  const found = problem.errors.flatMap(({ field, problem: says }) => {
    const own = fieldOf(field);
    return own === null ? [] : [{ field: own, problem: says }];
  });
  if (found.length > 0) return found;
  const { kind, where } = problem.params;
  const field =
    problem.code === 'INPUT_INVALID'
      ? fieldOf(typeof where === 'string' ? where : '')
      : problem.code === 'NOT_FOUND' || problem.code === 'BEING_DELETED'
        ? (fieldOfKind[typeof kind === 'string' ? kind : ''] ?? null)
        : problem.code === 'LIMIT_REACHED' && problem.params['what'] === 'The lease of an instance'
          ? 'lease'
          : (fieldOfCode[problem.code] ?? null);
  return field === null ? [] : [{ field, problem: null }];
}

/** `labels.team`, `keys.0` → the field that shows them. */
function fieldOf(path: string): FieldName | null {
  const top = path.split(/[.[]/, 1)[0] ?? '';
  return fields.includes(top) ? (top as FieldName) : (fieldOfInput[top] ?? null);
}
