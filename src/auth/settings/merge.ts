import { CloudError } from '../../core/errors.ts';
import { sameValue } from '../../core/same-value.ts';
import { branchOf, entryName, isFields, isSecret, withDefaults, type Fields, type Shape } from './shape.ts';

/**
 * `patch` laid over `before`: what it does not name stays; lists and single values are replaced; a secret stays unless
 * it is given, and goes with null. Throws INPUT_INVALID.
 */
export function merged(shape: Shape, before: unknown, patch: unknown, where = ''): unknown {
  const branch = branchOf(shape, patch);
  if (Array.isArray(patch)) {
    const items = branch?.items;
    if (items === undefined) return patch;
    const known = Array.isArray(before) ? before : [];
    return patch.map((item, at) => {
      const name = entryName(withDefaults(items, item), at);
      const same: unknown = known.find((each, index) => entryName(each, index) === name);
      // An entry is replaced whole, but for its secrets, which nobody could read and send back.
      return fields(branchOf(items, item), {}, same, item, `${where}.${at}`);
    });
  }
  return fields(branch, before, before, patch, where);
}

/** `kept`: what stays that `patch` does not name; `earlier`: what was there, secrets and all. */
function fields(branch: Shape | null, kept: unknown, earlier: unknown, patch: unknown, where: string): unknown {
  if (!isFields(patch) || branch?.properties === undefined) return patch;
  const { properties } = branch;
  const was = isFields(earlier) ? earlier : {};
  const result: Record<string, unknown> = { ...(isFields(kept) ? kept : {}) };
  for (const [name, value] of Object.entries(patch)) {
    const shape = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (shape === undefined) throw new CloudError('INPUT_INVALID', { where: below(where, name), problem: 'is not known here' });
    if (shape.readOnly !== true && !isSecret(shape)) result[name] = merged(shape, result[name], value, below(where, name));
  }
  for (const name of secretsOf(properties)) result[name] = secretAfter(was[name], patch[name]);
  const whole = withDefaults(branch, result) as Fields;
  const moved = places.find((place) => was[place] !== undefined && whole[place] !== undefined && !sameValue(was[place], whole[place]));
  for (const name of moved === undefined ? [] : secretsOf(properties)) {
    if (typeof whole[name] === 'string' && typeof patch[name] !== 'string')
      throw new CloudError('INPUT_INVALID', { where: below(where, name), problem: `must be given again, because ${moved} changes` });
  }
  return whole;
}

/** Fields that say to whom a secret is told, and who can listen: it must not get elsewhere by who never knew it. */
const places = ['url', 'issuer', 'host', 'security', 'startTls'];

/** A text is a new one; null takes it away; nothing, or what is shown of it, leaves it. */
function secretAfter(before: unknown, given: unknown): unknown {
  if (typeof given === 'string') return given;
  const stays = given === undefined || (isFields(given) && given['isSet'] === true);
  return stays ? (before ?? null) : null;
}

function secretsOf(properties: Readonly<Record<string, Shape>>): string[] {
  return Object.entries(properties).flatMap(([name, shape]) => (isSecret(shape) ? [name] : []));
}

function below(where: string, name: string): string {
  return where === '' ? name : `${where}.${name}`;
}
