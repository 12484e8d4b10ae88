import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MiB } from '../../src/core/units.ts';
import { serveFile, type FileServer } from '../../src/drivers/file/download/file-server.fixture.ts';
import { FileImageStore } from '../../src/drivers/file/image-store.ts';
import type { ImageSource, StoredImage } from '../../src/ports/image-store.ts';

let dir: string;
let server: FileServer;
let source: ImageSource;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stratus-kill-'));
  const disk = Buffer.concat([randomBytes(16 * MiB), Buffer.alloc(16 * MiB)]);
  disk.fill(0, 440, 2048);
  disk.writeUInt16LE(0xef53, 1080);
  const content = gzipSync(disk, { level: 1 });
  server = await serveFile({ content });
  source = { type: 'url', url: server.url, checksum: { algorithm: 'sha256', hex: createHash('sha256').update(content).digest('hex') } };
});

afterEach(async () => {
  await server.close();
  await rm(dir, { recursive: true });
});

interface Attempt {
  readonly stored: StoredImage | null;
  readonly steps: string[];
}

/** Runs the import in a process of its own and kills it, without warning, once the step is seen or the time is over. */
async function attempt(killAt: string | null, killAfterMs: number | null = null): Promise<Attempt> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'image-store-import.ts'), dir, 'image-1', JSON.stringify(source)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (killAfterMs !== null) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const steps: string[] = [];
  let stored: StoredImage | null = null;
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as { step?: string; percent?: number; stored?: StoredImage };
    stored = said.stored ?? stored;
    if (said.step !== undefined && steps.at(-1) !== said.step) steps.push(said.step);
    // In the middle of the step, where it has one.
    if (said.step === killAt && (said.percent === null || (said.percent ?? 0) >= 30)) child.kill('SIGKILL');
  }
  return { stored, steps };
}

test('an import that is killed in each of its steps goes on from there and stores what an undisturbed one does', async () => {
  const before = await attempt('downloading');
  expect(before.stored).toBeNull();
  for (const step of ['unpacking', 'converting', 'storing']) {
    const { steps, stored } = await attempt(step);
    expect(stored).toBeNull();
    expect(steps.at(-1)).toBe(step);
  }
  const { steps, stored } = await attempt(null);
  expect(steps).toEqual(['storing']);

  const undisturbed = await new FileImageStore({ dir: join(dir, 'other'), allowLoopback: true, buildRecipe: () => Promise.reject(new Error('none')) }).import(
    'image-1', source, () => undefined, new AbortController().signal,
  ); // prettier-ignore
  expect(stored?.virtualSizeBytes).toBe(undisturbed.virtualSizeBytes);
  const content = await readFile(join(dir, 'images', `${stored?.sha256}.qcow2`));
  expect(createHash('sha256').update(content).digest('hex')).toBe(stored?.sha256);
  expect(await readdir(join(dir, 'images'))).toEqual([`${stored?.sha256}.qcow2`]);
  expect((await readdir(join(dir, 'imports', 'image-1'))).sort()).toEqual(['result.json', 'source.json']);
}, 60_000);

test('an import that is killed again and again at any moment comes to its end', async () => {
  let stored: StoredImage | null = null;
  for (let life = 1; stored === null; life++) {
    // Longer each time: the first dies while it starts, the last in its last step or not at all.
    stored = (await attempt(null, 100 + life * 60)).stored;
  }
  expect(await readdir(join(dir, 'images'))).toEqual([`${stored.sha256}.qcow2`]);
}, 60_000);

test('an import that was cut off between naming its image and clearing up finds it done', async () => {
  const { stored } = await attempt(null);
  const image = join(dir, 'images', `${stored?.sha256}.qcow2`);
  await copyFile(image, join(dir, 'imports', 'image-1', 'converted.qcow2'));
  const requests = server.requests.length;
  expect((await attempt(null)).stored).toEqual(stored);
  expect(server.requests.length).toBe(requests);
  expect((await readdir(join(dir, 'imports', 'image-1'))).sort()).toEqual(['result.json', 'source.json']);
}, 60_000);
