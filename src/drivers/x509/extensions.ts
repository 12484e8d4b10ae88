import type { Certificate, Extensions } from './certificate.ts';
import { insideOf, tags, DerReader } from './der.ts';
import { booleanOf, oidOf, setBits, smallInteger } from './der-values.ts';
import { oids } from './oids.ts';
import { Refusal } from './refusal.ts';

/** Bits of keyUsage. Source: RFC 5280, 4.2.1.3. */
export const usages = { digitalSignature: 0, keyCertSign: 5, crlSign: 6 } as const;

export interface BasicConstraints {
  readonly isAuthority: boolean;
  /** How many authorities may follow below; null: any number. */
  readonly pathLengthMax: number | null;
}

export function basicConstraints(certificate: Certificate): BasicConstraints {
  const extension = certificate.extensions.get(oids.basicConstraints);
  if (extension === undefined) return { isAuthority: false, pathLengthMax: null };
  const what = 'basicConstraints';
  const reader = insideOf(extension.value, what);
  const authority = reader.optional(tags.boolean);
  const length = reader.optional(tags.integer);
  reader.end();
  return {
    isAuthority: authority !== null && booleanOf(authority, what),
    pathLengthMax: length === null ? null : smallInteger(length, what),
  };
}

/** Null: the certificate does not say, and so its key may be used for all. */
export function keyUsage(certificate: Certificate): ReadonlySet<number> | null {
  const extension = certificate.extensions.get(oids.keyUsage);
  if (extension === undefined) return null;
  const reader = new DerReader(extension.value, 'keyUsage');
  const bits = setBits(reader.next(), 'keyUsage');
  reader.end();
  return bits;
}

export function allows(certificate: Certificate, usage: number): boolean {
  return keyUsage(certificate)?.has(usage) ?? true;
}

/** Whether it may stand for a client: it says nothing of purposes, or names this one. */
export function allowsClients(certificate: Certificate): boolean {
  const extension = certificate.extensions.get(oids.extendedKeyUsage);
  if (extension === undefined) return true;
  const purposes = insideOf(extension.value, 'extendedKeyUsage').rest(50);
  const clients: readonly string[] = [oids.clientAuth, oids.anyExtendedKeyUsage];
  return purposes.some((purpose) => clients.includes(oidOf(purpose, 'extendedKeyUsage')));
}

export interface ProxyCertInfo {
  /** How many proxies may follow below; null: any number. */
  readonly pathLengthMax: number | null;
  /** Object identifier. */
  readonly policyLanguage: string;
  readonly policy: Buffer | null;
}

/** Source: RFC 3820, 3.8. Null: it is no such proxy. */
export function proxyCertInfo(certificate: Certificate): ProxyCertInfo | null {
  const extension = certificate.extensions.get(oids.proxyCertInfo);
  if (extension === undefined) return null;
  const what = 'proxyCertInfo';
  const reader = insideOf(extension.value, what);
  const length = reader.optional(tags.integer);
  const policy = reader.inside();
  reader.end();
  const language = oidOf(policy.next(), what);
  const text = policy.optional(tags.octetString)?.content ?? null;
  policy.end();
  return { pathLengthMax: length === null ? null : smallInteger(length, what), policyLanguage: language, policy: text };
}

const understood: ReadonlySet<string> = new Set([
  oids.basicConstraints,
  oids.keyUsage,
  oids.extendedKeyUsage,
  oids.subjectAltName,
  oids.issuerAltName,
  oids.certificatePolicies,
  oids.subjectKeyIdentifier,
  oids.authorityKeyIdentifier,
]);

/** A critical extension that we do not keep to may forbid what we would allow. */
export function refuseUnknown(extensions: Extensions, whose: string, more: readonly string[] = []): void {
  for (const [oid, { isCritical }] of extensions) {
    if (!isCritical || understood.has(oid) || more.includes(oid)) continue;
    if (oid === oids.nameConstraints)
      throw new Refusal('unknown-extension', `${whose} limits names (nameConstraints), which this cloud does not check`);
    throw new Refusal('unknown-extension', `${whose} has a critical extension ${oid} that this cloud does not know`);
  }
}
