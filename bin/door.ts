import { hostname, networkInterfaces } from 'node:os';
import { CertificateFiles } from '../src/drivers/certificate/certificate-files.ts';
import { lastsFor, makeSelfSigned, pemBlock, readServerCertificate } from '../src/drivers/certificate/server-certificate.ts';
import { nodeClock } from '../src/drivers/node-clock.ts';
import { days } from '../src/core/units.ts';
import type { HostAuthority } from '../src/ports/certificates.ts';
import { readPrivate, writePrivate, type CloudFacts, type Home } from '../src/local/home.ts';
import type { Elsewhere } from '../src/local/summary.ts';

/** Where TLS comes from: the files that were given, or a certificate of the cloud's own, made at the first start. */
export async function serverCertificate(home: Home, facts: CloudFacts, onError: (error: Error) => void): Promise<CertificateFiles> {
  if (facts.tls != null) return new CertificateFiles({ ...facts.tls, isGiven: true, onError });
  await ensureOwnCertificate(home, facts);
  return new CertificateFiles({ certificateFile: home.ownCertificate, keyFile: home.ownCertificate, isGiven: false, onError });
}

/** Clients know it by its fingerprint: it stays as long as it lasts, also when the machine gets other names. */
async function ensureOwnCertificate(home: Home, facts: CloudFacts): Promise<void> {
  const known = readPrivate(home.ownCertificate);
  if (known !== null && lastsFor(known, 30 * days, nodeClock.now())) return;
  const { certificatePem, keyPem } = await makeSelfSigned(namesOf(facts), nodeClock.now());
  // One file, so that the two are never of different ages.
  writePrivate(home.ownCertificate, `${certificatePem}${keyPem}`);
}

/**
 * The authority that makes machines hosts of this cloud; made once. What signs is loaded when somebody joins: a control
 * plane is idle most of the time, and its memory is the guests'.
 */
export async function hostAuthority(home: Home, { cloudId }: CloudFacts): Promise<HostAuthority> {
  const load = () => import('../src/drivers/certificate/host-authority.ts');
  let pem = readPrivate(home.hostAuthority);
  if (pem === null) {
    const made = await (await load()).makeHostAuthority(cloudId, nodeClock.now());
    pem = `${made.certificatePem}${made.keyPem}`;
    writePrivate(home.hostAuthority, pem);
  }
  const [certificatePem, keyPem] = [pemBlock(pem, 'CERTIFICATE'), pemBlock(pem, 'PRIVATE KEY')];
  if (certificatePem === null || keyPem === null)
    throw new Error(`${home.hostAuthority} is damaged: put it back from a backup, or take it away, and every other host has to join again`);
  return {
    certificatePem,
    issue: async (request, host, nowMs) => new (await load()).X509HostAuthority({ certificatePem, keyPem }).issue(request, host, nowMs),
  };
}

/** For the summary of a cloud that is up. */
export function elsewhere(home: Home, { listen = null, tls = null, names = [] }: CloudFacts): Elsewhere | null {
  if (listen === null) return null;
  const isEverywhere = ['0.0.0.0', '::'].includes(listen.address);
  const host = names[0] ?? (isEverywhere ? hostname() : listen.address);
  const pem = readPrivate(home.ownCertificate);
  const fingerprint = tls !== null || pem === null ? null : readServerCertificate(pem, pem, false).fingerprint;
  return { url: `https://${host.includes(':') ? `[${host}]` : host}:${listen.port}`, fingerprint };
}

/** All that this machine may be called by. */
function namesOf({ listen = null, names = [] }: CloudFacts): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const own = addresses.flatMap(({ address, internal }) => (internal || address.startsWith('fe80:') ? [] : [address]));
  const isEverywhere = listen === null || ['0.0.0.0', '::'].includes(listen.address);
  return [...new Set([...names, hostname().toLowerCase(), ...(isEverywhere ? own : [listen.address]), 'localhost', '127.0.0.1', '::1'])];
}
