import { isoTime } from '../../ports/clock.ts';
import { bounds } from './bounds.ts';
import { readExtensions, readSigned, type Certificate, type Signed } from './certificate.ts';
import { contextOf, DerReader, tags } from './der.ts';
import { integerHex, smallInteger, timeOf } from './der-values.ts';
import { allows, refuseUnknown, usages } from './extensions.ts';
import { readName, type Name } from './name.ts';
import { malformed, Refusal } from './refusal.ts';
import { verifySignature } from './signature.ts';

/** A certificate revocation list. */
export interface Crl extends Signed {
  readonly issuer: Name;
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  /** Serial numbers, hex. */
  readonly revoked: ReadonlySet<string>;
}

/** Throws Refusal. A list of a part (critical extensions of lists and entries) is refused: it would not say the whole. */
export function readCrl(der: Buffer): Crl {
  const what = 'the revocation list';
  if (der.length > bounds.crlBytesMax) throw new Refusal('too-large', `${what} has ${der.length} bytes`);
  const { body, ...signed } = readSigned(der, what);
  const version = body.optional(tags.integer);
  if (version !== null && smallInteger(version, what) !== 1) throw malformed(what);
  if (!body.next(tags.sequence).raw.equals(signed.algorithm)) throw malformed(what);
  const issuer = readName(body.next().raw, what);
  const thisUpdateMs = timeOf(body, what);
  // Without a next update nobody could tell an old list, put back, from a current one.
  const nextUpdateMs = timeOf(body, what);
  const entries = body.optional(tags.sequence);
  const extensions = body.optional(contextOf(0));
  body.end();
  if (extensions !== null) refuseUnknown(readExtensions(new DerReader(extensions.content, what).next(tags.sequence).content, what), what);
  return { ...signed, issuer, thisUpdateMs, nextUpdateMs, revoked: readEntries(entries?.content ?? Buffer.alloc(0), what) };
}

function readEntries(content: Buffer, what: string): ReadonlySet<string> {
  const serials = new Set<string>();
  const reader = new DerReader(content, what);
  while (!reader.isAtEnd) {
    const entry = reader.inside();
    serials.add(integerHex(entry.next(), what));
    timeOf(entry, what);
    const extensions = entry.optional(tags.sequence);
    entry.end();
    if (extensions !== null) refuseUnknown(readExtensions(extensions.content, what), what);
  }
  return serials;
}

const verified = new WeakMap<Crl, WeakSet<Certificate>>();

/** Whether `authority` itself signed the list; computed once for each pair. */
export function isSignedBy(crl: Crl, authority: Certificate): boolean {
  if (verified.get(crl)?.has(authority) === true) return true;
  if (!allows(authority, usages.crlSign)) return false;
  try {
    verifySignature(crl, authority, 'the revocation list');
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
  verified.set(crl, (verified.get(crl) ?? new WeakSet()).add(authority));
  return true;
}

/**
 * `crls`: all lists that bear the authority's name. Throws Refusal `revoked`, or `revocation-unknown` when
 * the newest list is past its time, or is needed and not there. The answer: until when it holds; Infinity
 * where there is no list.
 */
export function refuseRevoked(certificate: Certificate, authority: Certificate, crls: readonly Crl[], isRequired: boolean, atMs: number): number {
  const name = authority.subject.slash;
  const own = crls.filter((crl) => crl.thisUpdateMs <= atMs + bounds.clockSkewMs && isSignedBy(crl, authority));
  const newest = own.toSorted((a, b) => b.thisUpdateMs - a.thisUpdateMs)[0];
  if (newest === undefined) {
    if (crls.length > 0) throw new Refusal('revocation-unknown', `no revocation list with the name of ${name} is signed by it and begun`);
    if (isRequired) throw new Refusal('revocation-unknown', `there is no revocation list of ${name}`);
    return Infinity;
  }
  if (newest.revoked.has(certificate.serial)) {
    throw new Refusal('revoked', `the certificate of ${certificate.subject.slash} was revoked by ${name}`);
  }
  if (newest.nextUpdateMs <= atMs) {
    throw new Refusal('revocation-unknown', `the revocation list of ${name} ended on ${isoTime(newest.nextUpdateMs)}`);
  }
  return newest.nextUpdateMs;
}
