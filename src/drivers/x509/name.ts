import { hasControlCharacters } from '../../core/schema.ts';
import { bounds } from './bounds.ts';
import { DerReader, tags } from './der.ts';
import { oidOf } from './der-values.ts';
import { oids } from './oids.ts';
import { malformed, Refusal } from './refusal.ts';

/** A distinguished name in the two forms that people write. */
export interface DistinguishedName {
  /** RFC 4514: most specific first, `CN=Jane Doe,O=Grid,C=FR`. */
  readonly rfc4514: string;
  /** OpenSSL's: in the order of the certificate, `/C=FR/O=Grid/CN=Jane Doe`: LSC files, signing policies, gridmaps. */
  readonly slash: string;
}

export interface Name extends DistinguishedName {
  /** One for each part, in the order of the certificate: equal when RFC 5280 calls the parts equal. */
  readonly partKeys: readonly string[];
  /** The same of the whole name. */
  readonly key: string;
  /** The value of the last part when that is one common name; otherwise null. */
  readonly lastCommonName: string | null;
}

interface Attribute {
  readonly oid: string;
  readonly value: string;
}

const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.97': 'organizationIdentifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

/** @param raw a Name of X.501, whole */
export function readName(raw: Buffer, what: string): Name {
  const whole = new DerReader(raw, what);
  const parts = whole
    .inside()
    .rest(bounds.nameAttributesMax, tags.set)
    .map((part) => readPart(part.content, what));
  whole.end();
  if (parts.flat().length > bounds.nameAttributesMax) throw malformed(what);
  const texts = parts.map((part) => part.map(({ oid, value }) => ({ type: shortNames[oid] ?? oid, value })));
  const partKeys = parts.map(keyOf);
  const last = parts.at(-1);
  return {
    slash: texts.map((part) => `/${part.map(({ type, value }) => `${type}=${value}`).join('+')}`).join(''),
    rfc4514: texts
      .toReversed()
      .map((part) => part.map(({ type, value }) => `${type}=${escaped(value)}`).join('+'))
      .join(','),
    partKeys,
    key: partKeys.join('\n'),
    lastCommonName: last?.length === 1 && last[0]?.oid === oids.commonName ? last[0].value : null,
  };
}

/** How a name in slash form is compared. */
export function slashKey(text: string): string {
  return folded(text);
}

/** The same of a name that an administrator wrote, with old spellings and with bytes as OpenSSL once printed them. */
export function writtenSlashKey(text: string): string {
  const bytes = /(?:\\x[0-9A-Fa-f]{2})+/g;
  const plain = text.replaceAll(bytes, (found) => Buffer.from(found.replaceAll('\\x', ''), 'hex').toString('utf8'));
  return folded(plain.replaceAll(/\/(?:Email|E)=/gi, '/emailAddress=').replaceAll(/\/USERID=/gi, '/UID='));
}

/**
 * Source: RFC 5280, 7.1, as OpenSSL does it: ASCII letter case and runs of spaces do not count. Letters of other
 * alphabets stay as they are: some have one of ASCII as their small form.
 */
function folded(text: string): string {
  return text
    .replaceAll(/ +/g, ' ')
    .replaceAll(/^ | $/g, '')
    .replaceAll(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
}

function readPart(content: Buffer, what: string): Attribute[] {
  const reader = new DerReader(content, what);
  const attributes: Attribute[] = [];
  do {
    const one = reader.inside();
    const oid = oidOf(one.next(), what);
    const { tag, content: bytes } = one.next();
    one.end();
    const value = textOf(tag, bytes, what);
    // With slashes it would read as two parts, and so as somebody else's name.
    if (hasControlCharacters(value) || !value.isWellFormed() || /[/+][A-Za-z0-9.]+=/.test(value)) {
      throw new Refusal('malformed', `${what} has a name that could be taken for another`);
    }
    attributes.push({ oid, value });
  } while (!reader.isAtEnd && attributes.length <= bounds.nameAttributesMax);
  return attributes;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Of the string types that a name may have. */
function textOf(tag: number, bytes: Buffer, what: string): string {
  if (bytes.length > 1_024) throw malformed(what);
  switch (tag) {
    case tags.utf8:
      try {
        return utf8.decode(bytes);
      } catch {
        throw malformed(what);
      }
    case 0x12: // numeric
    case 0x13: // printable
    case 0x16: // IA5
    case 0x1a: // visible
      if (bytes.some((byte) => byte >= 0x80)) throw malformed(what);
      return bytes.toString('latin1');
    case 0x14: // T.61, which everybody fills with Latin-1
      return bytes.toString('latin1');
    case 0x1e: // BMP
      if (bytes.length % 2 !== 0) throw malformed(what);
      return Buffer.from(bytes).swap16().toString('utf16le');
    default:
      throw malformed(what);
  }
}

/** The type of the string does not count either. No value has a control character, so none can pass for a separator. */
function keyOf(part: readonly Attribute[]): string {
  return part
    .map(({ oid, value }) => `${oid}=${folded(value)}`)
    .toSorted()
    .join('\t');
}

function escaped(value: string): string {
  return value
    .replaceAll(/[",+;<>\\]/g, '\\$&')
    .replace(/^([ #])/, '\\$1')
    .replace(/ $/, '\\ ');
}
