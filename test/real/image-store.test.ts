import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MiB } from '../../src/core/units.ts';
import { serveFile } from '../../src/drivers/file/download/file-server.fixture.ts';
import type { BuildRecipe } from '../../src/drivers/file/import-job.ts';
import { FileImageStore } from '../../src/drivers/file/image-store.ts';
import type { ImageSource, ImportProgress } from '../../src/ports/image-store.ts';

const run = promisify(execFile);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const never = (): AbortSignal => new AbortController().signal;

let dir: string;
let store: FileImageStore;
let progress: ImportProgress[];
let buildRecipe: BuildRecipe;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stratus-images-'));
  progress = [];
  buildRecipe = () => Promise.reject(new Error('no recipes here'));
  store = openStore();
});

afterEach(() => rm(dir, { recursive: true }));

const openStore = (): FileImageStore =>
  new FileImageStore({
    dir: join(dir, 'store'),
    allowLoopback: true,
    limits: { retryDelayMs: 1, fileSizeBytesMax: 256 * MiB },
    buildRecipe: (name, options) => buildRecipe(name, options),
  });
const bring = (id: string, source: ImageSource, signal = never()) => store.import(id, source, (step) => progress.push(step), signal);
const at = (name: string): string => join(dir, name);
const file = (name: string): ImageSource => ({ type: 'file', path: at(name) });

/** A raw disk: a partition table, random content, and much nothing. */
async function makeRaw(name: string, sizeBytes = 40 * MiB): Promise<Buffer> {
  const head = randomBytes(2 * MiB);
  head.fill(0, 440, 512);
  head.fill(0, 512, 64 * 1024);
  head.writeUInt16LE(0xaa55, 510);
  head.writeUInt8(0x83, 450);
  head.writeUInt32LE(2048, 454);
  head.writeUInt32LE(10_000, 458);
  await writeFile(at(name), head);
  await truncate(at(name), sizeBytes);
  return readFile(at(name));
}

async function makeQcow2(name: string, ...options: string[]): Promise<Buffer> {
  await makeRaw(`${name}.raw`);
  await run('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', ...options, at(`${name}.raw`), at(name)]);
  return readFile(at(name));
}

/** The disk that a guest would see. */
async function diskOf(digest: string): Promise<Buffer> {
  await run('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', store.path(digest), at('seen.raw')]);
  return readFile(at('seen.raw'));
}

describe('an import', () => {
  test('of a sound qcow2 file keeps it byte by byte, under the digest that its user knows', async () => {
    const content = await makeQcow2('a.qcow2', '-c');
    const stored = await bring('image-1', file('a.qcow2'));
    expect(stored).toEqual({ format: 'qcow2', sha256: sha256(content), sizeBytes: content.length, virtualSizeBytes: 40 * MiB });
    expect(await readFile(store.path(stored.sha256))).toEqual(content);
    expect((await stat(store.path(stored.sha256))).mode & 0o777).toBe(0o444);
    expect(await store.has(stored.sha256)).toBe(true);
  });

  test('of a raw disk makes a sparse qcow2 file with the same disk in it', async () => {
    const disk = await makeRaw('a.raw');
    const stored = await bring('image-1', file('a.raw'));
    expect(sha256(await readFile(store.path(stored.sha256)))).toBe(stored.sha256);
    expect(stored.sizeBytes).toBeLessThan(4 * MiB);
    expect(sha256(await diskOf(stored.sha256))).toBe(sha256(disk));
    expect((await stat(store.path(stored.sha256))).uid).toBe(0);
    expect(progress.map(({ step }) => step)).toEqual(expect.arrayContaining(['copying', 'converting', 'storing']));
  });

  test.each<[string, (content: Buffer) => Buffer | Promise<Buffer>]>([
    ['gzip', (content) => gzipSync(content, { level: 1 })],
    ['zstd', (content) => zstdCompressSync(content)],
    ['xz', (content) => pipeThrough('xz', ['-0'], content)],
    ['bzip2', (content) => pipeThrough('bzip2', ['-1'], content)],
  ])('unpacks a disk compressed by %s', async (_name, compress) => {
    const disk = await makeRaw('a.raw', 8 * MiB);
    await writeFile(at('packed'), await compress(disk));
    const { sha256: digest } = await bring('image-1', file('packed'));
    expect(sha256(await diskOf(digest))).toBe(sha256(disk));
  });

  test('stops unpacking what grows beyond the limit', async () => {
    await writeFile(at('bomb.gz'), gzipSync(Buffer.alloc(300 * MiB)));
    await expect(bring('image-1', file('bomb.gz'))).rejects.toThrow(/limit of 256 MiB/);
  });

  test('says that a compressed file is cut short', async () => {
    const packed = gzipSync(randomBytes(MiB));
    await writeFile(at('cut.gz'), packed.subarray(0, MiB / 2));
    await expect(bring('image-1', file('cut.gz'))).rejects.toThrow(/damaged or cut short/);
  });

  test('refuses what the inspector refuses, with code and remedy, and keeps nothing of it', async () => {
    await makeRaw('base.raw');
    await run('qemu-img', ['create', '-f', 'qcow2', '-b', at('base.raw'), '-F', 'raw', at('over.qcow2')]);
    const failure = await bring('image-1', file('over.qcow2')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'DriverError', retry: 'never' });
    expect(String(failure)).toMatch(/backing file.*qemu-img convert.*image-has-backing-file/);
    expect(await readdir(at('store/imports/image-1'))).toEqual(['source.json']);
    await writeFile(at('packed.gz'), gzipSync(await readFile(at('over.qcow2'))));
    await expect(bring('image-2', file('packed.gz'))).rejects.toThrow(/image-has-backing-file/);
    expect((await store.list()).images).toEqual([]);
  });

  test('refuses a qcow2 file whose tables contradict each other below what headers tell', async () => {
    await makeQcow2('bad.qcow2');
    const content = await open(at('bad.qcow2'), 'r+');
    // Every reference count is zeroed: each cluster is in use and claims to be free.
    const table = Buffer.alloc(16);
    await content.read(table, 0, 16, 48);
    const entry = Buffer.alloc(8);
    await content.read(entry, 0, 8, Number(table.readBigUInt64BE(0)));
    await content.write(Buffer.alloc(65536), 0, 65536, Number(entry.readBigUInt64BE(0)));
    await content.close();
    await expect(bring('image-1', file('bad.qcow2'))).rejects.toThrow(/image-corrupt/);
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    ['a relative path', async () => 'a.raw', /must be absolute/],
    ['a missing file', async () => at('nothing'), /no such file/],
    ['a folder', async () => dir, /not a regular file/],
    ['a symbolic link', async () => (await symlink('/etc/hostname', at('link')), at('link')), /symbolic link/],
    ['a pipe', async () => (await run('mkfifo', [at('pipe')]), at('pipe')), /not a regular file/],
    ['a device', async () => '/dev/zero', /not a regular file/],
    ['a file that is no disk', async () => '/etc/passwd', /image-unrecognised/],
  ])('refuses %s', async (_what, make, words) => {
    await expect(bring('image-1', { type: 'file', path: await make() })).rejects.toThrow(words);
  });

  test('stores identical content once, and the second import leaves the first file in its place', async () => {
    await makeQcow2('a.qcow2');
    await run('cp', [at('a.qcow2'), at('b.qcow2')]);
    const first = await bring('image-1', file('a.qcow2'));
    const { ino } = await stat(store.path(first.sha256));
    expect(await bring('image-2', file('b.qcow2'))).toEqual(first);
    expect((await stat(store.path(first.sha256))).ino).toBe(ino);
    expect((await store.list()).images).toEqual([first.sha256]);
  });

  test('asked for again under its name answers at once, and from the beginning when its image is gone', async () => {
    await makeQcow2('a.qcow2');
    const first = await bring('image-1', file('a.qcow2'));
    progress = [];
    expect(await bring('image-1', file('a.qcow2'))).toEqual(first);
    expect(progress).toEqual([]);
    await store.remove(first.sha256);
    expect(await store.has(first.sha256)).toBe(false);
    expect(await bring('image-1', file('a.qcow2'))).toEqual(first);
    expect(await store.has(first.sha256)).toBe(true);
  });

  test('of another source under an old name begins anew', async () => {
    await makeQcow2('a.qcow2');
    await makeQcow2('b.qcow2');
    const first = await bring('image-1', file('a.qcow2'));
    expect((await bring('image-1', file('b.qcow2'))).sha256).not.toBe(first.sha256);
  });

  test('cannot leave its folder by its name', async () => {
    await expect(bring('../evil', file('a.raw'))).rejects.toThrow(/cannot name an import/);
    await expect(store.discardImport('..')).rejects.toThrow(/cannot name an import/);
  });
});

describe('an import from a URL', () => {
  test('verifies the content and survives a server that cuts connections', async () => {
    const content = await makeQcow2('a.qcow2');
    const server = await serveFile({ content, cutAfterBytes: MiB / 2 });
    const stored = await bring('image-1', { type: 'url', url: server.url, checksum: { algorithm: 'sha256', hex: sha256(content) } });
    await server.close();
    expect(stored.sha256).toBe(sha256(content));
    expect(server.requests.length).toBeGreaterThan(2);
    expect(progress).toContainEqual({ step: 'downloading', percent: 100 });
  });

  test('asked for by two callers at once fetches once', async () => {
    const content = await makeQcow2('a.qcow2');
    const server = await serveFile({ content });
    const source: ImageSource = { type: 'url', url: server.url, checksum: { algorithm: 'sha256', hex: sha256(content) } };
    const [one, two] = await Promise.all([bring('image-1', source), bring('image-1', source)]);
    await server.close();
    expect(one).toEqual(two);
    expect(server.requests.length).toBe(1);
  });

  test('ends at once when it is discarded, and leaves nothing', async () => {
    const content = await makeQcow2('a.qcow2');
    const server = await serveFile({ content, silent: true });
    const pending = bring('image-1', { type: 'url', url: server.url, checksum: { algorithm: 'sha256', hex: sha256(content) } });
    const outcome = expect(pending).rejects.toThrow(/given up/);
    while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await store.discardImport('image-1');
    await outcome;
    await server.close();
    expect(await store.list()).toEqual({ images: [], imports: [] });
  });
});

describe('an import of a recipe', () => {
  test('takes what the recipe made in its folder', async () => {
    const disk = await makeRaw('a.raw', 4 * MiB);
    buildRecipe = async (name, { workDir, onProgress }) => {
      onProgress({ step: `building ${name}`, percent: 50 });
      await writeFile(join(workDir, 'disk.raw'), disk);
      return { path: join(workDir, 'disk.raw'), format: 'raw' };
    };
    const { sha256: digest } = await bring('image-1', { type: 'recipe', recipe: 'tiny' });
    expect(sha256(await diskOf(digest))).toBe(sha256(disk));
    expect(progress).toContainEqual({ step: 'building tiny', percent: 50 });
  });

  test("does not take qcow2 for raw on the recipe's word", async () => {
    await makeQcow2('a.qcow2');
    buildRecipe = () => Promise.resolve({ path: at('a.qcow2'), format: 'raw' });
    await expect(bring('image-1', { type: 'recipe', recipe: 'odd' })).rejects.toThrow(/image-not-as-declared/);
  });
});

describe('stored content', () => {
  test('is read from any offset', async () => {
    const content = await makeQcow2('a.qcow2');
    const { sha256: digest } = await bring('image-1', file('a.qcow2'));
    const parts: Buffer[] = [];
    for await (const part of await store.read(digest, 1000)) parts.push(part as Buffer);
    expect(Buffer.concat(parts)).toEqual(content.subarray(1000));
    await expect(store.read(digest, content.length + 1)).rejects.toThrow(/none at/);
    await expect(store.read('0'.repeat(64), 0)).rejects.toThrow(/not in the store/);
  });

  test('is found by a store that is opened later; strange files beside it are not images', async () => {
    await makeQcow2('a.qcow2');
    const { sha256: digest } = await bring('image-1', file('a.qcow2'));
    await writeFile(at('store/images/notes.txt'), 'x');
    await mkdir(at('store/imports/image-9'));
    expect(await openStore().list()).toEqual({ images: [digest], imports: ['image-1', 'image-9'] });
    await store.discardImport('image-1');
    expect(await store.has(digest)).toBe(true);
  });

  test('is named by a digest and by nothing else', async () => {
    expect(() => store.path('../../etc/passwd')).toThrow(/SHA-256/);
    await expect(store.remove('../x')).rejects.toThrow(/SHA-256/);
  });
});

async function pipeThrough(program: string, args: string[], content: Buffer): Promise<Buffer> {
  await writeFile(at('to-pack'), content);
  const { stdout } = await run(program, [...args, '-c', at('to-pack')], { encoding: 'buffer', maxBuffer: 64 * MiB });
  return stdout;
}
