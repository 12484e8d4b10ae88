import { bounds } from './bounds.ts';
import { contextOf, context, DerReader, insideOf, tags } from './der.ts';
import { booleanOf, integerHex, oidOf, smallInteger, timeOf, wholeBits } from './der-values.ts';
import { readName, type Name } from './name.ts';
import { malformed, Refusal } from './refusal.ts';

export interface Extension {
  readonly isCritical: boolean;
  readonly value: Buffer;
}
export type Extensions = ReadonlyMap<string, Extension>;

/** What somebody signed: a certificate, a revocation list, an attribute certificate. */
export interface Signed {
  /** The bytes that are signed. */
  readonly signedBytes: Buffer;
  /** The AlgorithmIdentifier, which stands outside and inside alike. */
  readonly algorithm: Buffer;
  readonly signature: Buffer;
}

export interface Certificate extends Signed {
  /** The whole of it: two certificates are one when these bytes are equal. */
  readonly der: Buffer;
  /** 1 to 3. Only 3 has extensions. */
  readonly version: number;
  /** Hex. */
  readonly serial: string;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** SubjectPublicKeyInfo. */
  readonly keyInfo: Buffer;
  readonly extensions: Extensions;
}

/** Throws Refusal `malformed` or `too-large`. Nothing is verified. */
export function readCertificate(der: Buffer): Certificate {
  const what = 'the certificate';
  if (der.length > bounds.certificateBytesMax) throw new Refusal('too-large', `a certificate has ${der.length} bytes`);
  const { body, ...signed } = readSigned(der, what);
  const explicitVersion = body.optional(contextOf(0));
  const version = explicitVersion === null ? 1 : 1 + smallInteger(onlyOf(explicitVersion.content, what), what);
  const serial = integerHex(body.next(), what);
  if (!body.next(tags.sequence).raw.equals(signed.algorithm)) throw malformed(`the signature of ${what}`);
  const issuer = readName(body.next().raw, what);
  const validity = body.inside();
  const notBeforeMs = timeOf(validity, what);
  const notAfterMs = timeOf(validity, what);
  validity.end();
  const subject = readName(body.next().raw, what);
  const keyInfo = body.next(tags.sequence).raw;
  body.optional(context(1));
  body.optional(context(2));
  const wrapped = body.optional(contextOf(3));
  body.end();
  if (version > 3 || (wrapped !== null && version !== 3)) throw malformed(what);
  const extensions = wrapped === null ? new Map() : readExtensions(onlyOf(wrapped.content, what).content, what);
  return { der, ...signed, version, serial, issuer, subject, notBeforeMs, notAfterMs, keyInfo, extensions };
}

/** The three parts of everything that is signed in X.509. `body` reads what is inside the signed part. */
export function readSigned(der: Buffer, what: string): Signed & { readonly body: DerReader } {
  const whole = insideOf(der, what);
  const signed = whole.next(tags.sequence);
  const algorithm = whole.next(tags.sequence).raw;
  const signature = wholeBits(whole.next(), what);
  whole.end();
  return { signedBytes: signed.raw, algorithm, signature, body: new DerReader(signed.content, what) };
}

/** @param content inside of Extensions. One that stands twice is refused. */
export function readExtensions(content: Buffer, what: string): Extensions {
  const all = new Map<string, Extension>();
  for (const { content: one } of new DerReader(content, what).rest(bounds.extensionsMax, tags.sequence)) {
    const reader = new DerReader(one, what);
    const oid = oidOf(reader.next(), what);
    const critical = reader.optional(tags.boolean);
    const value = reader.next(tags.octetString).content;
    reader.end();
    if (all.has(oid)) throw malformed(what);
    all.set(oid, { isCritical: critical !== null && booleanOf(critical, what), value });
  }
  return all;
}

function onlyOf(bytes: Buffer, what: string) {
  const reader = new DerReader(bytes, what);
  const only = reader.next();
  reader.end();
  return only;
}
