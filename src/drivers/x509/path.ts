import { isoTime } from '../../ports/clock.ts';
import { bounds } from './bounds.ts';
import type { Certificate } from './certificate.ts';
import { refuseRevoked } from './crl.ts';
import { allows, allowsClients, basicConstraints, refuseUnknown, usages } from './extensions.ts';
import { Refusal } from './refusal.ts';
import { verifySignature } from './signature.ts';
import type { TrustAnchors } from './trust-anchors.ts';

export interface PathRules {
  readonly anchors: TrustAnchors;
  readonly isCrlRequired: boolean;
  /** Certificates that came along; trusted for nothing by themselves. */
  readonly presented: readonly Certificate[];
  /** Whether the certificate is to stand for a client, and so must not be made for something else. */
  readonly isForClient: boolean;
  readonly atMs: number;
}

export interface Path {
  /** From the one that signed the entity up to the anchor. */
  readonly authorities: readonly Certificate[];
  /** The first end of a certificate, the entity's included, or of a revocation list. */
  readonly untilMs: number;
}

/**
 * The authorities from the one that signed `entity` up to the anchor. Throws Refusal; where there are
 * several ways up, that of the way that came furthest.
 */
export function pathToAnchor(entity: Certificate, rules: PathRules): Path {
  refuseOutOfTime(entity, rules.atMs);
  const search: Search = { rules, signaturesTried: 0 };
  return climb(entity, { authorities: [], untilMs: entity.notAfterMs }, search);
}

interface Search {
  readonly rules: PathRules;
  signaturesTried: number;
}

/** @param below how far it came; `certificate` is the last of it */
function climb(certificate: Certificate, below: Path, search: Search): Path {
  const { anchors, presented } = search.rules;
  const unknown = new Refusal(
    'unknown-authority',
    `${certificate.issuer.slash}, who signed for ${certificate.subject.slash}, is not among the trusted authorities`,
  );
  const known = anchors.authorities(certificate.issuer);
  const came = presented.filter((one) => one.subject.key === certificate.issuer.key && !anchors.isAnchor(one));
  let refusal = unknown;
  for (const authority of [...known, ...came]) {
    if (below.authorities.includes(authority)) continue;
    try {
      const listUntilMs = refuseAsAuthority(authority, certificate, below.authorities, search);
      const path = { authorities: [...below.authorities, authority], untilMs: Math.min(below.untilMs, authority.notAfterMs, listUntilMs) };
      // A trusted authority that another trusted one can revoke is asked about there.
      if (anchors.isAnchor(authority) && !hasIssuer(authority, anchors)) return path;
      return climb(authority, path, search);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (refusal === unknown || error.code !== 'bad-signature') refusal = error;
    }
  }
  throw refusal;
}

function hasIssuer({ subject, issuer }: Certificate, anchors: TrustAnchors): boolean {
  return subject.key !== issuer.key && anchors.authorities(issuer).length > 0;
}

/** The answer: until when the revocation list holds. */
function refuseAsAuthority(authority: Certificate, signed: Certificate, below: readonly Certificate[], search: Search): number {
  const { anchors, isCrlRequired, isForClient, atMs } = search.rules;
  const name = authority.subject.slash;
  if (below.length >= bounds.authoritiesInPathMax || search.signaturesTried >= bounds.signaturesTriedMax) {
    throw new Refusal('path-too-long', `the way from ${signed.subject.slash} to a trusted authority is too long`);
  }
  search.signaturesTried++;
  verifySignature(signed, authority, `the certificate of ${signed.subject.slash}`);
  refuseOutOfTime(authority, atMs);
  refuseUnknown(authority.extensions, `the certificate of ${name}`);
  const { isAuthority, pathLengthMax } = basicConstraints(authority);
  if (!isAuthority) throw new Refusal('not-an-authority', `${name} is no authority and may not sign certificates`);
  if (!allows(authority, usages.keyCertSign)) throw new Refusal('wrong-usage', `the key of ${name} may not sign certificates (keyUsage)`);
  if (isForClient && !allowsClients(authority)) throw new Refusal('wrong-usage', `${name} may not sign for clients (extendedKeyUsage)`);
  const length = below.filter(({ subject, issuer }) => subject.key !== issuer.key).length;
  if (pathLengthMax !== null && length > pathLengthMax)
    throw new Refusal('path-too-long', `${name} may not stand so far above ${signed.subject.slash}`);
  anchors.refuseForbidden(authority, signed.subject);
  return refuseRevoked(signed, authority, anchors.crlsOf(authority), isCrlRequired, atMs);
}

export function refuseOutOfTime({ subject, notBeforeMs, notAfterMs }: Certificate, atMs: number): void {
  if (atMs < notBeforeMs) throw new Refusal('not-yet-valid', `the certificate of ${subject.slash} begins only on ${isoTime(notBeforeMs)}`);
  if (atMs > notAfterMs) throw new Refusal('expired', `the certificate of ${subject.slash} ended on ${isoTime(notAfterMs)}`);
}
