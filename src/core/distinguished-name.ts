/**
 * Names of directories and certificates (X.501), in the two forms in which people and tools write them:
 * RFC 4514, the most special part first (`CN=Ada,O=Lab,C=FR`), and the form of grid tools and OpenSSL's
 * "oneline", the most general part first (`/C=FR/O=Lab/CN=Ada`).
 */

export interface NamePart {
  /** The usual short name where the type has one (`CN`, `emailAddress`), an object identifier, or what was written, in lower case. */
  readonly type: string;
  /** May be empty, holds no NUL. */
  readonly value: string;
}

/** Most often one part; several that stand beside each other are joined by `+`. */
export type RelativeName = readonly NamePart[];

/** At least one relative name, the most general first, as in a certificate. */
export type DistinguishedName = readonly RelativeName[];

const lengthMax = 4_096;
const depthMax = 64;

/** Object identifier, the name that is written, further names that are understood. Sources: RFC 4519, RFC 2985, OpenSSL. */
const types: readonly (readonly [oid: string, name: string, ...aliases: string[]])[] = [
  ['2.5.4.3', 'CN', 'commonName'],
  ['2.5.4.4', 'SN', 'surname'],
  ['2.5.4.5', 'serialNumber'],
  ['2.5.4.6', 'C', 'countryName'],
  ['2.5.4.7', 'L', 'localityName'],
  ['2.5.4.8', 'ST', 'S', 'SP', 'stateOrProvinceName'],
  ['2.5.4.9', 'STREET', 'streetAddress'],
  ['2.5.4.10', 'O', 'organizationName'],
  ['2.5.4.11', 'OU', 'organizationalUnitName'],
  ['2.5.4.12', 'title', 'T'],
  ['2.5.4.42', 'GN', 'givenName', 'G'],
  ['2.5.4.43', 'initials'],
  ['2.5.4.46', 'dnQualifier'],
  ['2.5.4.65', 'pseudonym'],
  ['2.5.4.97', 'organizationIdentifier'],
  ['0.9.2342.19200300.100.1.1', 'UID', 'userId'],
  ['0.9.2342.19200300.100.1.25', 'DC', 'domainComponent'],
  ['1.2.840.113549.1.9.1', 'emailAddress', 'email', 'E', 'pkcs9email'],
];
const nameOfType = new Map(types.flatMap(([oid, name, ...aliases]) => [oid, name, ...aliases].map((each) => [each.toLowerCase(), name] as const)));
const objectIdentifier = /^(?:[0-2])(?:\.(?:0|[1-9]\d{0,39})){1,32}$/;

/** One name for all names of a type, be it an object identifier, a short name or a long one; null: it is none. */
export function nameType(text: string): string | null {
  const plain = text.replace(/^oid\./i, '').toLowerCase();
  const known = nameOfType.get(plain);
  if (known !== undefined) return known;
  return objectIdentifier.test(plain) || /^[a-z][a-z0-9-]{0,63}$/.test(plain) ? plain : null;
}

/** Either form; null: it is no distinguished name. At most 4,096 characters and 64 relative names. */
export function parseDistinguishedName(text: string): DistinguishedName | null {
  if (text.length > lengthMax || text.includes('\0')) return null;
  const name = text.startsWith('/') ? parseSlashForm(text) : parseCommaForm(text);
  return name === null || name.length === 0 || name.length > depthMax ? null : name;
}

/** RFC 4514, as directories take it. */
export function formatDistinguishedName(name: DistinguishedName): string {
  return name
    .toReversed()
    .map((relative) => relative.map((part) => `${part.type}=${escapeValue(part.value)}`).join('+'))
    .join(',');
}

/** As grid tools print it. For people: a value that holds `/CN=` looks like two parts, so names are never compared in this form. */
export function formatSlashForm(name: DistinguishedName): string {
  const value = (text: string) => text.replace(/[^ -~]+/gu, (odd) => encodeURIComponent(odd.toWellFormed()).replaceAll('%', '\\x'));
  return name
    .flat()
    .map((part) => `/${part.type}=${value(part.value)}`)
    .join('');
}

/**
 * A text that is the same for two names exactly when they name the same (RFC 5280 §7.1, RFC 4518): case, compatibility
 * forms and runs of blanks make no difference, nor does the order of the parts within `+`. It is itself a name of RFC 4514.
 */
export function comparableName(name: DistinguishedName): string {
  const folded = name.map((relative) =>
    relative
      .map((part) => ({ type: part.type.toLowerCase(), value: fold(part.value) }))
      .toSorted((a, b) => compare(a.type, b.type) || compare(a.value, b.value)),
  );
  return formatDistinguishedName(folded);
}

/** {@link comparableName} of a text in either form; null: it is no distinguished name. */
export function comparableNameOf(text: string): string | null {
  const name = parseDistinguishedName(text);
  return name === null ? null : comparableName(name);
}

export function isSameName(a: DistinguishedName, b: DistinguishedName): boolean {
  return comparableName(a) === comparableName(b);
}

function fold(value: string): string {
  // Twice, because lower case can have a compatibility form of its own.
  const once = value.normalize('NFKC').toLowerCase().normalize('NFKC');
  return once.toLowerCase().normalize('NFKC').replace(/\s+/gu, ' ').trim();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function escapeValue(value: string): string {
  return value
    .replace(/[\\"+,;<>]/g, '\\$&')
    .replace(/[\u0000-\u001f\u007f]/g, (control) => `\\${control.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/^[ #]|(?<=.) $/gsu, '\\$&');
}

function parseCommaForm(text: string): DistinguishedName | null {
  const relatives: NamePart[][] = [[]];
  let rest = text;
  for (;;) {
    const head = /^ *([A-Za-z0-9.-]+) *= */.exec(rest);
    const type = nameType(head?.[1] ?? '');
    if (head === null || type === null) return null;
    const read = readValue(rest.slice(head[0].length));
    if (read === null) return null;
    relatives.at(-1)?.push({ type, value: read.value });
    if (read.rest === '') return relatives.toReversed();
    if (read.rest.startsWith(',')) relatives.push([]);
    rest = read.rest.slice(1);
  }
}

/** A value up to the comma, the plus or the end that follows it. */
function readValue(text: string): { value: string; rest: string } | null {
  const hex = /^#((?:[0-9a-f]{2})+) *(?=[,+]|$)/i.exec(text);
  if (hex !== null) return withRest(derString(hex[1] as string), text.slice(hex[0].length));
  const quoted = /^"((?:[^"\\]|\\[^])*)" *(?=[,+]|$)/.exec(text);
  if (quoted !== null) return withRest(unescape(quoted[1] as string), text.slice(quoted[0].length));
  // Blanks before a separator are only kept where they are escaped.
  const plain = /^(?!#)((?:[^\\",+;<>]|\\[^])*?) *(?=[,+]|$)/.exec(text);
  return plain === null ? null : withRest(unescape(plain[1] as string), text.slice(plain[0].length));
}

function withRest(value: string | null, rest: string): { value: string; rest: string } | null {
  return value === null || value.includes('\0') ? null : { value, rest };
}

function unescape(text: string): string | null {
  if (!/^(?:[^\\]|\\[ "#+,;<=>\\]|\\[0-9a-f]{2})*$/i.test(text)) return null;
  return text.replace(
    /(?:\\[0-9a-f]{2})+|\\([^])/gi,
    (run: string, special: string | undefined) => special ?? utf8(run.replaceAll('\\', '')) ?? '\0',
  );
}

/** The hexadecimal form of RFC 4514: a DER string of one of the usual types. */
function derString(hex: string): string | null {
  const [tag, length, content] = [hex.slice(0, 2), Number.parseInt(hex.slice(2, 4), 16), hex.slice(4)];
  const isText = ['04', '0c', '13', '16'].includes(tag);
  return isText && length < 0x80 && content.length === length * 2 ? utf8(content) : null;
}

function utf8(hex: string): string | null {
  try {
    return decodeURIComponent(hex.replace(/../g, '%$&'));
  } catch {
    return null;
  }
}

function parseSlashForm(text: string): DistinguishedName | null {
  const relatives: { type: string; value: string }[] = [];
  for (const piece of text.slice(1).split('/')) {
    const [, written, value] = /^((?:oid\.)?[A-Za-z0-9.-]+)=(.*)$/is.exec(piece) ?? [];
    const type = written === undefined ? null : nameType(written);
    const last = relatives.at(-1);
    // A slash within a value, as in /CN=host/node.example.org, begins no part: what follows is no type that is known.
    const begins = type !== null && (last === undefined || nameOfType.has(type.toLowerCase()) || objectIdentifier.test(type));
    if (begins) relatives.push({ type, value: value ?? '' });
    else if (last === undefined) return null;
    else last.value += `/${piece}`;
  }
  const decoded = relatives.map((part) => ({ type: part.type, value: decodeOneline(part.value) }));
  return decoded.some((part) => part.value.includes('\0')) ? null : decoded.map((part) => [part]);
}

/** OpenSSL writes each byte that is no printable ASCII as `\xHH`. What is no UTF-8 becomes NUL, which no value may hold. */
function decodeOneline(value: string): string {
  return value.replace(/(?:\\x(?:[01][0-9a-f]|7f|[89a-f][0-9a-f]))+/gi, (run) => utf8(run.replace(/\\x/gi, '')) ?? '\0');
}
