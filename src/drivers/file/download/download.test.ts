import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KiB, MiB } from '../../../core/units.ts';
import { defaultLimits } from '../limits.ts';
import { download, type Download } from './download.ts';
import { serveFile, type FileServer, type Manners } from './file-server.fixture.ts';

const content = randomBytes(3 * MiB);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

let dir: string;
let path: string;
let servers: FileServer[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stratus-download-'));
  path = join(dir, 'download');
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await server.close();
  await rm(dir, { recursive: true });
});

async function server(manners: Partial<Manners> = {}): Promise<FileServer> {
  const made = await serveFile({ content, ...manners });
  servers.push(made);
  return made;
}

function job(url: string, more: Partial<Download> = {}): Download {
  return {
    url,
    checksum: { algorithm: 'sha256', hex: sha256(content) },
    path,
    limits: { ...defaultLimits, retryDelayMs: 1, stallTimeoutMs: 100 },
    policy: { allowLoopback: true, allowPrivate: true },
    onBytes: () => undefined,
    ensureRoom: async () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
}

test('a download brings the very bytes and tells how far it is', async () => {
  const { url } = await server();
  const seen: number[] = [];
  await download(job(url, { onBytes: (bytes, total) => seen.push(bytes / total!) }));
  expect(sha256(await readFile(path))).toBe(sha256(content));
  expect(seen.at(-1)).toBe(1);
});

test('a download verifies SHA-512 as well, in either case of its digits', async () => {
  const { url } = await server();
  const hex = createHash('sha512').update(content).digest('hex').toUpperCase();
  await download(job(url, { checksum: { algorithm: 'sha512', hex } }));
  expect((await readFile(path)).length).toBe(content.length);
});

test('a server that cuts every connection is asked for the rest until all is there', async () => {
  const { url, requests } = await server({ cutAfterBytes: 500 * KiB });
  await download(job(url));
  expect(sha256(await readFile(path))).toBe(sha256(content));
  expect(requests.length).toBeGreaterThan(3);
  expect(requests[1]?.range).toMatch(/^bytes=\d+-$/);
  expect(requests[1]?.['if-range']).toBe('"one"');
});

test('a later call goes on where an earlier one was given up', async () => {
  const { url, manners, requests } = await server({ cutAfterBytes: MiB });
  const abort = new AbortController();
  await expect(download(job(url, { signal: abort.signal, onBytes: (bytes) => bytes >= MiB && abort.abort() }))).rejects.toThrow(/abort/);
  manners.cutAfterBytes = Infinity;
  await download(job(url));
  expect(Number(/\d+/.exec(requests.at(-1)?.range ?? '')?.[0])).toBeGreaterThanOrEqual(MiB);
  expect(sha256(await readFile(path))).toBe(sha256(content));
});

test('content that changed between two calls is fetched from its beginning', async () => {
  const { url, manners } = await server({ content: randomBytes(2 * MiB), cutAfterBytes: MiB });
  const abort = new AbortController();
  await expect(download(job(url, { signal: abort.signal, onBytes: (bytes) => bytes >= MiB && abort.abort() }))).rejects.toThrow();
  Object.assign(manners, { content, etag: '"two"', cutAfterBytes: Infinity });
  await download(job(url));
  expect(sha256(await readFile(path))).toBe(sha256(content));
});

test('a server without entity tags or ranges is read from the beginning each time', async () => {
  const { url, manners } = await server({ etag: null, ranges: false, cutAfterBytes: MiB });
  await expect(download(job(url))).rejects.toThrow(/the connection was cut/);
  manners.cutAfterBytes = Infinity;
  await download(job(url));
  expect(sha256(await readFile(path))).toBe(sha256(content));
});

test('pieces that were damaged on disk by a power cut are found out and fetched again', async () => {
  const { url } = await server();
  const damaged = Buffer.from(content.subarray(0, MiB)).fill(0, 1000, 2000);
  await writeFile(path, damaged);
  await writeFile(`${path}.json`, JSON.stringify({ url, validator: { etag: '"one"' } }));
  await download(job(url));
  expect(sha256(await readFile(path))).toBe(sha256(content));
});

test('a file that is complete already is asked for and taken as it is', async () => {
  const { url, requests } = await server();
  await download(job(url));
  await download(job(url));
  expect(requests.at(-1)?.range).toBe(`bytes=${content.length}-`);
});

test("a file that is longer than the server's is fetched from its beginning", async () => {
  const { url } = await server();
  await download(job(url));
  await truncate(path, content.length + 100);
  await download(job(url));
  expect(sha256(await readFile(path))).toBe(sha256(content));
});

test('content with another digest is refused, naming both, and nothing of it stays', async () => {
  const { url } = await server();
  const hex = 'ab'.repeat(32);
  const failure = await download(job(url, { checksum: { algorithm: 'sha256', hex } })).catch((error: Error) => error);
  expect(failure).toMatchObject({ name: 'DriverError', retry: 'never' });
  expect(String(failure)).toContain(hex);
  expect(String(failure)).toContain(sha256(content));
  expect(await readdir(dir)).toEqual([]);
});

test('a server that announces less than it has is found out by the digest', async () => {
  const { url } = await server({ announcedBytes: 1000 });
  await expect(download(job(url))).rejects.toThrow(/the content is not what was announced/);
});

test('a server that announces more than it has is left after a few attempts', async () => {
  const { url } = await server({ announcedBytes: content.length + 1000, ranges: false, cutAfterBytes: content.length - 1 });
  await expect(download(job(url))).rejects.toMatchObject({ retry: 'soon' });
});

test('a server that goes silent is hung up on', async () => {
  const { url } = await server({ silent: true, ranges: false });
  await expect(download(job(url))).rejects.toThrow(/nothing came for/);
});

test('a file beyond the limit is refused before and while it comes', async () => {
  const limits = { ...defaultLimits, fileSizeBytesMax: MiB };
  const { url, manners } = await server();
  await expect(download(job(url, { limits }))).rejects.toThrow(/larger than the limit of 1 MiB/);
  manners.cutAfterBytes = Infinity;
  expect((await readFile(path)).length).toBeLessThanOrEqual(MiB);
});

test.each([
  [404, 'never', /there is no such file/],
  [403, 'never', /does not let us have it/],
  [503, 'later', /cannot serve it now/],
])('an answer of %i is told in plain words; it is tried again %s', async (status, retry, words) => {
  const { url } = await server({ status });
  const failure = await download(job(url)).catch((error: Error) => error);
  expect(failure).toMatchObject({ retry });
  expect(String(failure)).toMatch(words);
});

test('a redirect is followed, and a ring of redirects is not', async () => {
  const target = await server();
  const { url } = await server({ location: `${target.url}-moved` });
  await download(job(url));
  expect(sha256(await readFile(path))).toBe(sha256(content));
  const ring = await server({ location: '/image' });
  await expect(download(job(ring.url))).rejects.toThrow(/more than 5 redirects/);
});

test.each([
  ['file:///etc/shadow', /neither http nor https/],
  ['http://169.254.169.254/latest/meta-data', /link-local/],
  ['http://someone:secret@example.org/', /user name or password/],
])('a redirect to %s is refused', async (location, words) => {
  const { url } = await server({ location });
  const failure = await download(job(url)).catch((error: Error) => error);
  expect(String(failure)).toMatch(words);
  expect(String(failure)).not.toContain('secret');
});

test('loopback is out of bounds, by address and by name, unless it is allowed', async () => {
  const { url } = await server();
  const policy = { allowLoopback: false, allowPrivate: true };
  await expect(download(job(url, { policy }))).rejects.toThrow(/this machine itself/);
  await expect(download(job(url.replace('127.0.0.1', 'localhost'), { policy }))).rejects.toThrow(/this machine itself/);
});

test('content that a server calls compressed is stored as it came', async () => {
  const { url, requests } = await server();
  await download(job(url));
  expect(requests[0]?.['accept-encoding']).toBe('identity');
});
