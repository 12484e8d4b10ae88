import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, statSync, writeFileSync, existsSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { Contents, disksOf, first, inPieces, never, nobody, scratch, second } from './host-disks.fixture.ts';
import { FileHostDisks } from './host-disks.ts';

test('an image is fetched once, verified, and kept read-only under its digest', async () => {
  const dir = scratch();
  const contents = new Contents();
  const image = contents.add(randomBytes(50_000));
  const disks = disksOf(contents, { dir });
  expect(await disks.hasImage(image.sha256)).toBe(false);
  const seen: number[] = [];
  await disks.ensureImage(image, (bytes) => seen.push(bytes), never);
  await disks.ensureImage(image, nobody, never);
  expect(await disks.hasImage(image.sha256)).toBe(true);
  expect(contents.fetchedFrom).toEqual([0]);
  expect(seen.at(-1)).toBe(50_000);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  const path = join(dir, 'images', image.sha256);
  expect(readFileSync(path).equals(contents.content(image))).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o444);
  expect(existsSync(`${path}.partial`)).toBe(false);
});

test('two callers share one transfer, and both hear of its progress', async () => {
  const contents = new Contents();
  const image = contents.add(randomBytes(50_000));
  const disks = disksOf(contents);
  let a = 0;
  let b = 0;
  await Promise.all([disks.ensureImage(image, (bytes) => (a = bytes), never), disks.ensureImage(image, (bytes) => (b = bytes), never)]);
  expect([a, b]).toEqual([50_000, 50_000]);
  expect(contents.fetchedFrom).toEqual([0]);
});

test('one of two callers may leave a transfer without stopping it; when both leave, it stops and can be taken up again', async () => {
  const contents = new Contents();
  const image = contents.add(randomBytes(200_000));
  const disks = disksOf(contents);
  const leaver = new AbortController();
  const stayer = new AbortController();
  const left = disks.ensureImage(image, () => leaver.abort(), leaver.signal);
  const stayed = disks.ensureImage(image, (bytes) => bytes > 100_000 && stayer.abort(), stayer.signal);
  await expect(left).rejects.toMatchObject({ name: 'DriverError', retry: 'soon' });
  await expect(stayed).rejects.toMatchObject({ name: 'DriverError', retry: 'soon' });
  expect(await disks.hasImage(image.sha256)).toBe(false);
  await disks.ensureImage(image, nobody, never);
  expect(contents.fetchedFrom[1]).toBeGreaterThan(0);
});

test('a transfer that was cut off goes on from where it was, also in a new process', async () => {
  const dir = scratch();
  const contents = new Contents();
  const image = contents.add(randomBytes(100_000));
  const cut = new FileHostDisks({ dir, fetchImage: () => Promise.resolve(inPieces(contents.content(image), 60_000)) });
  await expect(cut.ensureImage(image, nobody, never)).rejects.toThrow(/copying the image .* the connection was cut/);
  const next = disksOf(contents, { dir });
  await next.sweep();
  await next.ensureImage(image, nobody, never);
  expect(contents.fetchedFrom).toEqual([60_000]);
  expect(readFileSync(join(dir, 'images', image.sha256)).equals(contents.content(image))).toBe(true);
});

test('a part that a power cut harmed is fetched again from the start', async () => {
  const dir = scratch();
  const contents = new Contents();
  const image = contents.add(randomBytes(30_000));
  const disks = disksOf(contents, { dir });
  writeFileSync(join(dir, 'images', `${image.sha256}.partial`), Buffer.alloc(10_000));
  await disks.ensureImage(image, nobody, never);
  expect(contents.fetchedFrom).toEqual([10_000, 0]);
});

test('content that is wrong, too long or too short never becomes an image', async () => {
  const contents = new Contents();
  const image = contents.add(randomBytes(10_000));
  const giving = (content: Buffer) => disksOf(contents, { fetchImage: () => Promise.resolve(inPieces(content)) });
  for (const [content, reason] of [
    [randomBytes(10_000), /does not match its digest/],
    [Buffer.concat([contents.content(image), Buffer.from('x')]), /more comes than/],
    [contents.content(image).subarray(0, 9000), /ended after/],
  ] as const) {
    const disks = giving(content);
    await expect(disks.ensureImage(image, nobody, never)).rejects.toThrow(reason);
    expect(await disks.hasImage(image.sha256)).toBe(false);
  }
});

test('a transfer from which nothing comes is broken off', async () => {
  const contents = new Contents();
  const image = contents.add(randomBytes(10_000));
  const disks = disksOf(contents, { stallTimeoutMs: 20, fetchImage: () => Promise.resolve(new Readable({ read() {} })) });
  await expect(disks.ensureImage(image, nobody, never)).rejects.toMatchObject({
    retry: 'soon',
    message: expect.stringContaining('nothing has come'),
  });
});

test('an image of a store on the same machine takes no space twice, and is verified all the same', async () => {
  const store = scratch();
  const contents = new Contents();
  const image = contents.add(randomBytes(10_000));
  const path = join(store, 'content');
  const dir = scratch();
  const disks = disksOf(contents, { dir, localImagePath: () => path });
  writeFileSync(path, randomBytes(10_000));
  await expect(disks.ensureImage(image, nobody, never)).rejects.toThrow(/does not match its digest/);
  writeFileSync(path, contents.content(image));
  let progress = 0;
  await disks.ensureImage(image, (bytes) => (progress = bytes), never);
  expect(contents.fetchedFrom).toEqual([]);
  expect(progress).toBe(10_000);
  expect(readFileSync(join(dir, 'images', image.sha256)).equals(contents.content(image))).toBe(true);
  expect(readdirSync(join(dir, 'work'))).toEqual([]);
});

test('an image that the store on the same machine does not have as told is fetched', async () => {
  const contents = new Contents();
  const image = contents.add(randomBytes(10_000));
  const disks = disksOf(contents, { localImagePath: () => '/nowhere/at/all' });
  await disks.ensureImage(image, nobody, never);
  expect(contents.fetchedFrom).toEqual([0]);
});

test('images tell which instances grow out of them, and do not go while one does', async () => {
  const contents = new Contents();
  const used = contents.addQcow2();
  const unused = contents.add(randomBytes(10_000));
  const disks = disksOf(contents);
  for (const image of [used, unused]) await disks.ensureImage(image, nobody, never);
  await disks.ensureDisk(first, used, 0);
  await disks.ensureDisk(second, used, 0);
  const bySha = new Map((await disks.listImages()).map((image) => [image.sha256, image]));
  expect(bySha.get(used.sha256)).toMatchObject({ usedBy: [first, second], sizeBytes: used.sizeBytes });
  expect(bySha.get(unused.sha256)?.usedBy).toEqual([]);
  await expect(disks.evictImage(used.sha256)).rejects.toThrow(/while 2 instances use it/);
  await disks.evictImage(unused.sha256);
  await disks.evictImage(unused.sha256);
  await disks.remove(first);
  await disks.remove(second);
  await disks.evictImage(used.sha256);
  expect(await disks.listImages()).toEqual([]);
});

test('the image longest not asked for goes first when room is short, never one in use or asked for just now', async () => {
  const dir = scratch();
  const contents = new Contents();
  const disks = disksOf(contents, { dir });
  const images = [contents.addQcow2(), ...[1, 2, 3].map(() => contents.add(randomBytes(100_000)))];
  for (const image of images) await disks.ensureImage(image, nobody, never);
  await disks.ensureDisk(first, images[0]!, 0);
  images.forEach((image, index) => utimesSync(join(dir, 'images', `${image.sha256}.used`), index, index));
  await disks.ensureImage(images[3]!, nobody, never);
  expect(await disks.evictLeastRecentlyUsed(images[0]!.sizeBytes + 200_000)).toEqual([images[1]!.sha256]);
  expect(await disks.evictLeastRecentlyUsed(0)).toEqual([images[2]!.sha256]);
  expect(await disks.evictLeastRecentlyUsed(0, 0)).toEqual([images[3]!.sha256]);
  expect((await disks.listImages()).map((image) => image.sha256)).toEqual([images[0]!.sha256]);
});

test('an image that shares its file with a store takes no room, so nothing is won by evicting it', async () => {
  const dir = scratch();
  const contents = new Contents();
  const image = contents.add(randomBytes(10_000));
  const disks = disksOf(contents, { dir });
  await disks.ensureImage(image, nobody, never);
  linkSync(join(dir, 'images', image.sha256), join(dir, 'elsewhere'));
  expect(await disks.evictLeastRecentlyUsed(0, 0)).toEqual([]);
});

test('a disk that cannot be read keeps every image, for nobody knows which one it needs', async () => {
  const contents = new Contents();
  const image = contents.add(randomBytes(10_000));
  const disks = disksOf(contents);
  await disks.ensureImage(image, nobody, never);
  writeFileSync(disks.paths(first).disk, 'no disk at all');
  await expect(disks.evictImage(image.sha256)).rejects.toThrow(new RegExp(`the disk of ${first} cannot be read`));
  expect(await disks.listImages()).toHaveLength(1);
});
