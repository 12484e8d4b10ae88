import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PackageCache } from './package-cache.ts';

const content = 'a package';
const file = {
  file: 'x_1_all.deb',
  package: 'x',
  version: '1',
  architecture: 'all',
  sizeBytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
};
const fetched = { key: 'k', files: [file], sources: [] };
let cache: PackageCache;

beforeEach(() => {
  cache = new PackageCache(mkdtempSync(join(tmpdir(), 'cache-')));
  mkdirSync(join(cache.dir, 'debs'));
});
afterEach(() => rmSync(cache.dir, { recursive: true }));

test('a fetch that was ended is found again', async () => {
  writeFileSync(cache.path(file), content);
  await cache.record('tiny', fetched);
  expect(await cache.find('tiny', 'k')).toEqual(fetched);
});

test('a fetch counts as none when a file is gone or cut short', async () => {
  await cache.record('tiny', fetched);
  expect(await cache.find('tiny', 'k')).toBeNull();
  writeFileSync(cache.path(file), 'a pack');
  expect(await cache.find('tiny', 'k')).toBeNull();
});

test('a fetch for an older recipe counts as none', async () => {
  writeFileSync(cache.path(file), content);
  await cache.record('tiny', fetched);
  expect(await cache.find('tiny', 'other')).toBeNull();
});

test('a list of files that a crash cut off counts as none', async () => {
  writeFileSync(join(cache.dir, 'tiny.json'), '{"key":"k","fi');
  expect(await cache.find('tiny', 'k')).toBeNull();
});

test('a package that has rotted in the cache is refused by its digest', async () => {
  writeFileSync(cache.path(file), 'A package');
  await expect(cache.verify([file], new AbortController().signal)).rejects.toThrow('x_1_all.deb is damaged');
});
