import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { ServerCertificate } from '../../ports/certificates.ts';
import { DriverError } from '../../core/driver-error.ts';
import { days } from '../../core/units.ts';

/** As a server shows it. Throws DriverError when the two are not a certificate and its key. */
export function readServerCertificate(certificatePem: string, keyPem: string, isGiven: boolean): ServerCertificate {
  const what = 'reading the certificate of the cloud';
  const certificate = attempt(() => new X509Certificate(certificatePem), `${what}: it is no PEM certificate`);
  const key = attempt(() => createPrivateKey(keyPem), `${what}: its key is no PEM private key, or has a password`);
  if (!certificate.checkPrivateKey(key)) throw new DriverError(`${what}: the key belongs to another certificate`);
  return {
    certificatePem,
    keyPem,
    names: namesOf(certificate),
    fingerprint: fingerprintOf(certificate),
    isGiven,
  };
}

/** `sha256:` and 64 hexadecimal digits: what people compare, and clients pin. */
function fingerprintOf(certificate: X509Certificate): string {
  return `sha256:${certificate.fingerprint256.replaceAll(':', '').toLowerCase()}`;
}

/** Source: the text form that Node gives a subjectAltName, `DNS:a, IP Address:127.0.0.1`. */
function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  return subjectAltName.split(', ').flatMap((each) => /^(?:DNS|IP Address):(.+)$/.exec(each)?.[1]?.toLowerCase() ?? []);
}

/** One block of a PEM file; null where there is none of that label. */
export function pemBlock(pem: string, label: string): string | null {
  return new RegExp(`-----BEGIN ${label}-----[A-Za-z0-9+/=\\s]+-----END ${label}-----`).exec(pem)?.[0] ?? null;
}

/** Before its end, and not so near to it that a client's clock could think otherwise. */
export function lastsFor(certificatePem: string, ms: number, nowMs: number): boolean {
  return Date.parse(new X509Certificate(certificatePem).validTo) - nowMs > ms;
}

export const selfSignedMs = 3_650 * days;

/** A certificate of the cloud's own, for these DNS names and addresses. */
export async function makeSelfSigned(names: readonly string[], nowMs: number): Promise<{ certificatePem: string; keyPem: string }> {
  const { x509, newKeys, newSerial, p256, keyPem } = await import('../certificate-keys.ts');
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ CN: ['StratusLab'] }, { OU: [newSerial().slice(0, 8)] }],
    // A clock that is a little behind must still find it valid.
    notBefore: new Date(nowMs - 1 * days),
    notAfter: new Date(nowMs + selfSignedMs),
    signingAlgorithm: p256,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value }))),
    ],
  });
  return { certificatePem: `${certificate.toString('pem')}\n`, keyPem: await keyPem(keys.privateKey) };
}

function attempt<T>(work: () => T, problem: string): T {
  try {
    return work();
  } catch (error) {
    throw new DriverError(problem, { cause: error });
  }
}
