import { bounds } from './bounds.ts';

/** Fully qualified attribute name: what a VOMS server says that somebody is in a virtual organisation. */
export interface Fqan {
  readonly vo: string;
  /** `/vo` or a group in it, `/vo/group/sub`. */
  readonly group: string;
  /** Null: no more than a member. */
  readonly role: string | null;
  /** `/vo/group` or `/vo/group/Role=role`: how mappings write it. */
  readonly text: string;
}

const word = '[A-Za-z0-9_.-]{1,255}';
const form = new RegExp(`^((?:/${word})+)(?:/Role=(${word}))?(?:/Capability=(${word}))?$`);

/** Null for everything that is no such name, and for capabilities, which are long gone. */
export function readFqan(text: string): Fqan | null {
  if (text.length > bounds.fqanLengthMax) return null;
  const [, group = '', role = 'NULL', capability = 'NULL'] = form.exec(text) ?? [];
  const vo = group.split('/')[1];
  if (vo === undefined || capability !== 'NULL' || group.split('/').some((part) => part === '.' || part === '..')) return null;
  return role === 'NULL' ? { vo, group, role: null, text: group } : { vo, group, role, text: `${group}/Role=${role}` };
}
