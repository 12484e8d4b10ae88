import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type ConnectionOptions, type Server, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clientCertificateOptions, presentedChain } from '../../src/drivers/x509/presented-chain.ts';
import { chainOf, makeProxy, makeServer } from './certificates.ts';
import { makeGridSite, verdictOf, type GridSite } from './grid-site.ts';

let site: GridSite;
let server: Server;
let port: number;
/** What the door saw, one for each connection. */
let seen: { chain: Buffer[]; isResumed: boolean; isAuthorized: boolean }[];

beforeAll(async () => {
  site = await makeGridSite();
  const { certFile, keyFile } = await makeServer(site.ca, { dir: site.dir, subject: '/CN=door', key: 'ec' });
  server = createServer({ ...clientCertificateOptions, cert: await readFile(certFile), key: await readFile(keyFile) }, (socket: TLSSocket) => {
    // What others ask of the socket must not spoil it.
    socket.getPeerCertificate(true);
    presentedChain(socket);
    seen.push({ chain: presentedChain(socket), isResumed: socket.isSessionReused(), isAuthorized: socket.authorized });
    socket.on('error', () => undefined);
    socket.end('seen\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
beforeEach(() => {
  seen = [];
});
afterAll(async () => {
  server.close();
  await rm(site.dir, { recursive: true });
});

/** A visit with OpenSSL's client. */
async function visitByOpenssl(...flags: readonly string[]): Promise<void> {
  const client = spawn('openssl', ['s_client', '-quiet', '-connect', `127.0.0.1:${port}`, ...flags], { stdio: ['pipe', 'pipe', 'ignore'] });
  client.stdout.resume();
  const [code] = (await once(client, 'close')) as [number];
  expect(code).toBe(0);
}

/** A visit with Node's client; the answer is the session. */
async function visit(options: ConnectionOptions): Promise<Buffer | null> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
  let session: Buffer | null = null;
  socket.on('session', (given) => (session = given));
  socket.resume();
  await once(socket, 'close');
  return session;
}

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a door that speaks %s', (version) => {
  const versions = { minVersion: version, maxVersion: version };

  test.each([
    ['a proxy of a proxy', ['-rfc']],
    ['an old proxy, which OpenSSL cannot link to its person', ['-old']],
  ])('has the whole chain of %s, leaf first, though its own TLS refuses it', async (_, flags) => {
    const first = await makeProxy(site.jane, site.trustDir, ...flags);
    const { file } = await makeProxy(first, site.trustDir, ...flags);
    const pem = await readFile(file);
    await visit({ cert: pem, key: pem, ...versions });
    // This client sends the first certificate twice.
    await visitByOpenssl(version === 'TLSv1.2' ? '-tls1_2' : '-tls1_3', '-cert', file, '-key', file, '-cert_chain', file);
    const chain = await chainOf(file);
    expect(chain).toHaveLength(3);
    expect(seen).toEqual([
      { chain, isResumed: false, isAuthorized: false },
      { chain, isResumed: false, isAuthorized: false },
    ]);
    expect(await verdictOf(site, seen[0]?.chain ?? [])).toMatchObject({ type: 'valid', subject: { slash: site.jane.subject }, proxyDepth: 2 });
  });

  test('resumes no session, which would bring the leaf alone', async () => {
    const pem = await readFile((await makeProxy(site.jane, site.trustDir, '-rfc')).file);
    const session = await visit({ cert: pem, key: pem, ...versions });
    await visit({ cert: pem, key: pem, ...versions, ...(session === null ? {} : { session }) });
    expect(seen).toMatchObject([{ isResumed: false }, { isResumed: false }]);
    expect(seen[1]?.chain).toEqual(seen[0]?.chain);
    expect(seen[1]?.chain).toHaveLength(2);
  });

  test('sees that somebody has no certificate, and no circle where somebody sends the authority along', async () => {
    await visit(versions);
    expect(await verdictOf(site, seen[0]?.chain ?? [])).toMatchObject({ type: 'refused', code: 'no-certificate' });
    const cert = Buffer.concat(await Promise.all([site.jane.certFile, site.ca.certFile].map((file) => readFile(file))));
    await visit({ cert, key: await readFile(site.jane.keyFile), ...versions });
    expect(seen[1]?.chain).toEqual(await chainOf(site.jane.certFile, site.ca.certFile));
    expect(await verdictOf(site, seen[1]?.chain ?? [])).toMatchObject({ type: 'valid', proxyDepth: 0 });
  });
});
