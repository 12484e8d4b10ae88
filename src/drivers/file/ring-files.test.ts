import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { days } from '../../core/units.ts';
import { FileRingFiles } from './ring-files.ts';

let home: string;
let dir: string;
let files: FileRingFiles;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'rings-'));
  dir = join(home, 'metrics');
  files = new FileRingFiles(dir);
});
afterAll(() => rm(home, { recursive: true }));

test('what was never written is zero, and is no file', async () => {
  expect(await files.read('i-1', 100, 4)).toEqual(Buffer.alloc(4));
  expect(await readdir(home)).toEqual([]);
});

test('what was written is read back from another life, holes are zero and take no room', async () => {
  await files.write('i-1', [
    { offset: 200_000, bytes: Buffer.from('last') },
    { offset: 0, bytes: Buffer.from('first') },
  ]);
  const again = new FileRingFiles(dir);
  expect(Buffer.from(await again.read('i-1', 0, 6)).toString()).toBe('first\0');
  expect(Buffer.from(await again.read('i-1', 199_998, 10)).toString()).toBe('\0\0last\0\0\0\0');
  const { blocks, mode, size } = await stat(join(dir, 'i-1.ring'));
  expect([size, mode & 0o777]).toEqual([200_004, 0o600]);
  expect(blocks * 512).toBeLessThan(50_000);
});

test('removing ensures, and does not touch the others', async () => {
  await files.write('i-2', [{ offset: 0, bytes: Buffer.from('x') }]);
  await files.remove('i-2');
  await files.remove('i-2');
  expect(await readdir(dir)).toEqual(['i-1.ring']);
});

test('what nobody has written for longer than anything is kept goes', async () => {
  await files.write('i-3', [{ offset: 0, bytes: Buffer.from('x') }]);
  const longAgo = new Date(Date.now() - 31 * days);
  await utimes(join(dir, 'i-1.ring'), longAgo, longAgo);
  await files.sweep(30 * days);
  expect(await readdir(dir)).toEqual(['i-3.ring']);
});

test('no name leads out of the folder', async () => {
  for (const name of ['../up', 'a/b', '', '.hidden', 'A']) await expect(files.read(name, 0, 1)).rejects.toThrow('no name of a ring file');
});
