import { days } from '../../core/units.ts';
import { CertificateRequestRefused, type HostAuthority, type IssuedCertificate } from '../../ports/certificates.ts';
import { keyFromPem, keyPem, newKeys, newSerial, p256, sha256Of, x509 } from '../certificate-keys.ts';

/** Short enough that a lost machine's copy dies, long enough that a host may be off over a summer. */
export const hostCertificateMs = 90 * days;
/** For hosts whose clock is behind. */
const backdatedMs = 1 * days;
const authorityMs = 7_300 * days;

export interface AuthorityFiles {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** A new authority: it may sign certificates, of hosts and of nothing that signs again. */
export async function makeHostAuthority(cloudId: string, nowMs: number): Promise<AuthorityFiles> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ O: ['StratusLab'] }, { CN: [`Hosts of cloud ${cloudId}`] }],
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + authorityMs),
    signingAlgorithm: p256,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificatePem: `${certificate.toString('pem')}\n`, keyPem: await keyPem(keys.privateKey) };
}

/** The authority of {@link makeHostAuthority}, at work. */
export class X509HostAuthority implements HostAuthority {
  readonly certificatePem: string;
  readonly #certificate: x509.X509Certificate;
  readonly #key: Promise<CryptoKey>;
  readonly #lifetimeMs: number;

  constructor(files: AuthorityFiles, lifetimeMs = hostCertificateMs) {
    this.certificatePem = files.certificatePem;
    this.#certificate = new x509.X509Certificate(files.certificatePem);
    this.#key = keyFromPem(files.keyPem);
    this.#lifetimeMs = lifetimeMs;
  }

  /** Nothing that the request says counts but its key: name, id and use are ours. */
  async issue(requestPem: string, host: { readonly id: string; readonly name: string }, nowMs: number): Promise<IssuedCertificate> {
    const publicKey = await keyOfRequest(requestPem);
    const expiresAtMs = nowMs + this.#lifetimeMs;
    const serial = newSerial();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial,
      issuer: this.#certificate.subjectName,
      subject: [{ O: ['StratusLab'] }, { CN: [host.name] }],
      notBefore: new Date(nowMs - backdatedMs),
      notAfter: new Date(expiresAtMs),
      signingAlgorithm: p256,
      publicKey,
      signingKey: await this.#key,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([{ type: 'url', value: `urn:stratuslab:host:${host.id}` }]),
        await x509.AuthorityKeyIdentifierExtension.create(this.#certificate),
      ],
    });
    return { certificatePem: `${certificate.toString('pem')}\n`, serial, sha256: sha256Of(certificate.rawData), expiresAtMs };
  }
}

const requestLengthMax = 8_192;

async function keyOfRequest(pem: string): Promise<x509.PublicKey> {
  if (pem.length > requestLengthMax) throw new CertificateRequestRefused('it is too long');
  if (!/^\s*-----BEGIN (NEW )?CERTIFICATE REQUEST-----/.test(pem))
    throw new CertificateRequestRefused('it is no certificate request (PKCS #10, PEM)');
  let request: x509.Pkcs10CertificateRequest;
  let isProven: boolean;
  try {
    request = new x509.Pkcs10CertificateRequest(pem);
    const { algorithm } = request.publicKey as { algorithm: { name: string; namedCurve?: string } };
    if (algorithm.name !== 'ECDSA' || algorithm.namedCurve !== 'P-256') throw new CertificateRequestRefused('its key is not an ECDSA key on P-256');
    // Who cannot sign with the key does not get a certificate for it.
    isProven = await request.verify();
  } catch (error) {
    if (error instanceof CertificateRequestRefused) throw error;
    throw new CertificateRequestRefused('it is no certificate request (PKCS #10, PEM)');
  }
  if (!isProven) throw new CertificateRequestRefused('it is not signed with its own key');
  return request.publicKey;
}
