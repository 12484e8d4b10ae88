import type { Entry } from 'ldapts';
import { comparableNameOf } from '../../core/distinguished-name.ts';
import type { LdapMethod } from '../../core/ldap-method.ts';
import { hasControlCharacters } from '../../core/schema.ts';

/** What an entry of the directory says of a person, groups aside. */
export interface Person {
  /** As the directory writes it: for asking it again. */
  readonly dn: string;
  readonly subject: string;
  readonly userName: string | null;
  readonly displayName: string | null;
  readonly email: string | null;
  readonly certificateSubjects: readonly string[];
}

const valuesMax = 100;

export function attributesOfPerson(method: LdapMethod): string[] {
  const wanted = [method.userAttribute, method.subjectAttribute, method.mailAttribute, method.displayNameAttribute];
  return method.certificateAttribute === null ? wanted : [...wanted, method.certificateAttribute];
}

/** @param typed with which name the person came; null: by certificate. Null is answered where the entry has no usable DN. */
export function personOf(method: LdapMethod, entry: Entry, typed: string | null): Person | null {
  const comparable = comparableNameOf(entry.dn);
  if (comparable === null) return null;
  const names = texts(entry, method.userAttribute).filter((each) => isShowable(each, 255));
  const [mail] = texts(entry, method.mailAttribute).filter((each) => isShowable(each, 254) && /^[^\s@]+@[^\s@]+$/.test(each));
  const [displayName] = texts(entry, method.displayNameAttribute).filter((each) => isShowable(each, 255));
  return {
    dn: entry.dn,
    subject: stableId(entry, method.subjectAttribute) ?? comparable,
    userName: names.find((each) => each.toLowerCase() === typed?.toLowerCase()) ?? names[0] ?? null,
    displayName: displayName ?? null,
    email: mail ?? null,
    certificateSubjects:
      method.certificateAttribute === null ? [] : texts(entry, method.certificateAttribute).flatMap((each) => comparableNameOf(each) ?? []),
  };
}

/** A name that somebody typed and that can be one: everything else is unknown without asking the directory. */
export function isPossibleUserName(userName: string): boolean {
  return isShowable(userName, 255) && userName.trim() !== '';
}

function isShowable(text: string, lengthMax: number): boolean {
  return text !== '' && text.length <= lengthMax && text.isWellFormed() && !hasControlCharacters(text);
}

/** Text as it is, bytes (objectGUID) in hexadecimal; null: the directory gives none. */
function stableId(entry: Entry, attribute: string): string | null {
  const [value] = valuesOf(entry, attribute);
  if (value === undefined || value.length === 0 || value.length > 255) return null;
  const bytes = Buffer.from(value as string);
  return bytes.every((byte) => byte > 0x20 && byte < 0x7f) ? bytes.toString('latin1') : bytes.toString('hex');
}

function texts(entry: Entry, attribute: string): string[] {
  return valuesOf(entry, attribute).filter((value) => typeof value === 'string');
}

/** The directory may write an attribute's name in another case than it was asked for. */
function valuesOf(entry: Entry, attribute: string): (string | Buffer)[] {
  const name = Object.keys(entry).find((each) => each !== 'dn' && each.toLowerCase() === attribute.toLowerCase());
  const values = name === undefined ? [] : entry[name];
  return (Array.isArray(values) ? values : [values ?? []].flat()).slice(0, valuesMax);
}
