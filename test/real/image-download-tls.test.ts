import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { download } from '../../src/drivers/file/download/download.ts';
import { defaultLimits } from '../../src/drivers/file/limits.ts';

const content = Buffer.from('content');
let dir: string;
let server: Server;
let url: string;
let ca: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stratus-tls-'));
  const options = [
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=mirror',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
  ];
  await promisify(execFile)('openssl', ['req', ...options, '-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')]);
  ca = await readFile(join(dir, 'cert.pem'), 'utf8');
  server = createServer({ key: await readFile(join(dir, 'key.pem')), cert: ca }, (request, response) => {
    if (request.url === '/down') response.writeHead(302, { location: 'http://127.0.0.1/image' }).end();
    else response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await rm(dir, { recursive: true });
});

const fetchFrom = (address: string, trusted?: string) =>
  download({
    url: address,
    ca: trusted,
    checksum: { algorithm: 'sha256', hex: createHash('sha256').update(content).digest('hex') },
    path: join(dir, 'download'),
    limits: { ...defaultLimits, retryDelayMs: 1 },
    policy: { allowLoopback: true, allowPrivate: true },
    onBytes: () => undefined,
    ensureRoom: async () => undefined,
    signal: new AbortController().signal,
  });

test('a server with a certificate that is trusted is read over TLS', async () => {
  await fetchFrom(`${url}/image`, ca);
  expect(await readFile(join(dir, 'download'))).toEqual(content);
});

test('a server whose certificate nobody vouches for is refused', async () => {
  await expect(fetchFrom(`${url}/image`)).rejects.toThrow(/certificate is not trusted/);
});

test('a certificate for another name is refused', async () => {
  await expect(fetchFrom(`${url.replace('127.0.0.1', 'localhost')}/image`, ca)).rejects.toThrow(/certificate is not trusted/);
});

test('a redirect from https to http is refused', async () => {
  await expect(fetchFrom(`${url}/down`, ca)).rejects.toThrow(/leaves https for http/);
});
