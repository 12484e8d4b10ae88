import { keyPem, newKeys, p256, x509 } from './certificate-keys.ts';

/** A new ECDSA key on P-256, and a request (PKCS #10) that proves it; both PEM. */
export async function makeCertificateRequest(name: string): Promise<{ keyPem: string; requestPem: string }> {
  const keys = await newKeys();
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ name: [{ CN: [name] }], keys, signingAlgorithm: p256 });
  return { keyPem: await keyPem(keys.privateKey), requestPem: `${request.toString('pem')}\n` };
}
