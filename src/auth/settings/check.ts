import type { TSchema } from 'typebox';
import { Compile } from 'typebox/schema';
import { CloudError } from '../../core/errors.ts';
import { branchOf, isFields, type Shape } from './shape.ts';
import type { SettingsValues } from './schema.ts';

/** Throws INPUT_INVALID, naming the field, for settings that a cloud cannot work with. Secrets in them may be any text. */
export function checkSettings(schema: Shape, values: unknown): asserts values is SettingsValues {
  checkForm(schema, values, '');
  checkSense(values as SettingsValues);
}

/** Field by field, so that of several possible forms the one is complained about that was meant. */
function checkForm(shape: Shape, value: unknown, where: string): void {
  const branch = branchOf(shape, value);
  if (branch === null) {
    const types = (shape.anyOf ?? []).map(({ properties }) => properties?.['type']?.const).filter((type) => typeof type === 'string');
    throw invalid(where, types.length === 0 ? 'has none of the possible forms' : `has no type that this cloud knows: ${types.join(', ')}`);
  }
  if (isFields(value) && branch.properties !== undefined) {
    for (const name of branch.required ?? []) if (value[name] === undefined) throw invalid(below(where, name), 'is missing');
    const unknown = Object.keys(value).find((name) => !Object.hasOwn(branch.properties ?? {}, name));
    if (unknown !== undefined) throw invalid(below(where, unknown), 'is not known here');
    for (const [name, each] of Object.entries(branch.properties)) if (value[name] !== undefined) checkForm(each, value[name], below(where, name));
  } else if (Array.isArray(value) && branch.items !== undefined) {
    for (const [at, item] of value.entries()) checkForm(branch.items, item, below(where, String(at)));
    checkOne({ ...branch, items: {} }, value, where);
  } else if (branch.writeOnly !== true) checkOne(branch, value, where);
}

function checkOne(shape: Shape, value: unknown, where: string): void {
  const compiled = Compile(shape as TSchema);
  if (compiled.Check(value)) return;
  const [, errors] = compiled.Errors(value);
  throw invalid(where, errors[0]?.message ?? 'has the wrong form');
}

/** What no form can say. */
function checkSense({ methods, registration, mail, site, leases }: SettingsValues): void {
  for (const [at, { type, name }] of methods.entries()) {
    if (methods.some((other, index) => index < at && other.name === name)) throw invalid(`methods.${at}.name`, 'is the name of two methods');
    if (type === 'local' && methods.some((other, index) => index < at && other.type === 'local'))
      throw invalid(`methods.${at}`, 'is the second local one');
  }
  if (registration.open && mail === null) throw invalid('registration.open', 'needs mail: set mail.host and mail.from first, or together with it');
  if (registration.open && site.url === null) throw invalid('registration.open', 'needs site.url, with which the links in mails begin');
  if (leases.maxDays !== null && leases.warnDaysBefore >= leases.maxDays) throw invalid('leases.warnDaysBefore', 'must be less than leases.maxDays');
  for (const [at, method] of methods.entries()) {
    if (!('mappings' in method)) continue;
    for (const [index, { project, role, cloudRole }] of method.mappings.entries()) {
      const where = `methods.${at}.mappings.${index}`;
      if ((project === null) !== (role === null)) throw invalid(where, 'needs project and role together');
      if (project === null && cloudRole === null) throw invalid(where, 'gives nothing: it needs project and role, or cloudRole');
    }
  }
}

function invalid(where: string, problem: string): CloudError {
  return new CloudError('INPUT_INVALID', { where: where === '' ? 'The request' : where, problem });
}

function below(where: string, name: string): string {
  return where === '' ? name : `${where}.${name}`;
}
