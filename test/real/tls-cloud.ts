import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { testCloud, type TestCloud } from '../../src/api/api.fixture.ts';
import type { ConnectionLimits } from '../../src/api/connection-limits.ts';
import { CertificateFiles } from '../../src/drivers/certificate/certificate-files.ts';
import { makeHostAuthority, X509HostAuthority } from '../../src/drivers/certificate/host-authority.ts';
import { makeSelfSigned } from '../../src/drivers/certificate/server-certificate.ts';

export interface TlsCloud extends TestCloud {
  readonly dir: string;
  readonly url: string;
  readonly plainUrl: string;
  readonly port: number;
  readonly certificate: CertificateFiles;
  /** What its log has said. */
  readonly said: () => string;
  /** Puts another certificate where the first one lies. */
  renew(): Promise<void>;
}

/** The real control plane and its API over TLS on loopback, with a certificate of its own. */
export async function tlsCloud(
  options: { isGiven?: boolean; limits?: Partial<ConnectionLimits>; hostLifetimeMs?: number } & Parameters<typeof testCloud>[0] = {},
): Promise<TlsCloud> {
  const { isGiven = false, limits = {}, hostLifetimeMs, ...ofCloud } = options;
  const dir = mkdtempSync(join(tmpdir(), 'stratus-door-'));
  const files = { certificateFile: join(dir, 'certificate.pem'), keyFile: join(dir, 'key.pem') };
  const renew = async () => {
    const { certificatePem, keyPem } = await makeSelfSigned(['cloud.example', 'localhost', '127.0.0.1'], Date.now());
    writeFileSync(files.keyFile, keyPem);
    writeFileSync(files.certificateFile, certificatePem);
  };
  await renew();
  const certificate = new CertificateFiles({ ...files, isGiven, lookEveryMs: 20 });
  const hostAuthority = new X509HostAuthority(await makeHostAuthority('01234567', Date.now()), hostLifetimeMs);
  const cloud = await testCloud({ hostAuthority, ...ofCloud });
  const { url, tlsUrl } = await cloud.api.listen({ port: 0, tls: { port: 0, host: '127.0.0.1', certificate }, limits });
  return {
    ...cloud,
    dir,
    url: tlsUrl ?? '',
    plainUrl: url ?? '',
    port: Number(new URL(tlsUrl ?? '').port),
    certificate,
    said: () => '',
    renew,
    async close() {
      certificate.close();
      await cloud.close();
      rmSync(dir, { recursive: true });
    },
  };
}

/** A TLS connection that trusts anybody, once it is one. */
export function secureSocket(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () => resolve(socket));
    socket.once('error', reject);
  });
}

export function plainSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectPlain({ host: '127.0.0.1', port }, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** All that comes until the other side ends it. */
export async function untilEnd(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => (socket.destroyed ? resolve(null) : socket.once('close', resolve)));
  return Buffer.concat(chunks).toString();
}
