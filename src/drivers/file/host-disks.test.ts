import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MiB } from '../../core/units.ts';
import type { ImageRef, Seed } from '../../ports/host-disks.ts';
import { Contents, disksOf, first, never, nobody, scratch, second } from './host-disks.fixture.ts';
import { HostDisksLayout, lookUpQemuUser } from './host-disks-layout.ts';

async function withImage(image: (contents: Contents) => ImageRef = (contents) => contents.addQcow2()) {
  const dir = scratch();
  const contents = new Contents();
  const made = image(contents);
  const disks = disksOf(contents, { dir });
  await disks.ensureImage(made, nobody, never);
  return { dir, contents, disks, image: made };
}

const info = (path: string) =>
  JSON.parse(execFileSync('qemu-img', ['info', '--output=json', '-U', path], { encoding: 'utf8' })) as Record<string, unknown>;

test('a disk grows out of its image, at the size asked for and never below the image', async () => {
  const { disks, image, dir } = await withImage();
  await disks.ensureDisk(first, image, 40 * MiB);
  await disks.ensureDisk(second, image, 1);
  const base = { path: join(dir, 'images', image.sha256), format: 'qcow2' };
  expect((await disks.observe(first)).disk).toEqual({ path: disks.paths(first).disk, virtualSizeBytes: 40 * MiB, base });
  expect((await disks.observe(second)).disk?.virtualSizeBytes).toBe(16 * MiB);
  expect(info(disks.paths(first).disk)).toMatchObject({ format: 'qcow2', 'virtual-size': 40 * MiB, 'backing-filename-format': 'qcow2' });
  execFileSync('qemu-img', ['check', '-q', '-f', 'qcow2', disks.paths(first).disk]);
});

test('what the image holds is what a new disk holds', async () => {
  const { disks, image, contents } = await withImage((all) => all.add(randomBytes(1 * MiB)));
  await disks.ensureDisk(first, image, 2 * MiB);
  const out = join(scratch(), 'out.raw');
  execFileSync('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', disks.paths(first).disk, out]);
  expect(readFileSync(out).subarray(0, MiB).equals(contents.content(image))).toBe(true);
});

test('a disk that is there is kept and only grown', async () => {
  const { disks, image } = await withImage();
  await disks.ensureDisk(first, image, 20 * MiB);
  const path = disks.paths(first).disk;
  execFileSync('qemu-io', ['-f', 'qcow2', '-c', 'write -P 7 0 64k', path]);
  await disks.ensureDisk(first, image, 30 * MiB);
  await disks.ensureDisk(first, image, 18 * MiB);
  expect((await disks.observe(first)).disk?.virtualSizeBytes).toBe(30 * MiB);
  expect(execFileSync('qemu-io', ['-f', 'qcow2', '-c', 'read -P 7 0 64k', path], { encoding: 'utf8' })).not.toContain('verification failed');
});

test('disks asked for twice at once are made once', async () => {
  const { disks, image, dir } = await withImage();
  await Promise.all([disks.ensureDisk(first, image, 20 * MiB), disks.ensureDisk(first, image, 24 * MiB), disks.ensureDisk(second, image, 0)]);
  expect((await disks.observe(first)).disk?.virtualSizeBytes).toBe(24 * MiB);
  expect(await disks.list()).toEqual([first, second]);
  expect(readdirSync(join(dir, 'work'))).toEqual([]);
});

test('a disk is refused while its image is missing, and when it grows out of another one', async () => {
  const { disks, image, contents } = await withImage();
  const missing = contents.add(randomBytes(1000));
  await expect(disks.ensureDisk(first, missing, 0)).rejects.toMatchObject({
    retry: 'soon',
    message: expect.stringContaining('not on this host yet'),
  });
  expect(await disks.list()).toEqual([]);
  await disks.ensureDisk(first, image, 0);
  await disks.ensureImage(missing, nobody, never);
  await expect(disks.ensureDisk(first, missing, 0)).rejects.toMatchObject({ retry: 'never', message: expect.stringContaining('another image') });
});

test('the whole directory may be moved, and its disks still find their images', async () => {
  const { disks, image, dir, contents } = await withImage();
  await disks.ensureDisk(first, image, 0);
  const moved = join(scratch(), 'elsewhere');
  renameSync(dir, moved);
  const after = disksOf(contents, { dir: moved });
  expect((await after.observe(first)).disk?.base?.path).toBe(join(moved, 'images', image.sha256));
  expect(info(after.paths(first).disk)['full-backing-filename']).toContain(image.sha256);
});

test('a disk whose header was turned to a file of the host is not followed', async () => {
  const { disks, image } = await withImage();
  const path = disks.paths(first).disk;
  for (const backing of ['/etc/passwd', '../../../etc/passwd', 'json:{"driver":"file"}', `../../images/../images/${image.sha256}`]) {
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-u', '-b', backing, '-F', 'raw', path, '1M']);
    await expect(disks.observe(first)).rejects.toMatchObject({ retry: 'never', message: expect.stringContaining('not an image of this host') });
    await expect(disks.ensureDisk(first, image, 32 * MiB)).rejects.toThrow(/not an image of this host/);
  }
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-o', `data_file=${join(scratch(), 'data')}`, path, '1M']);
  await expect(disks.observe(first)).rejects.toThrow(/external data file/);
});

test('a link in the place of a disk, a seed or a log is not followed', async () => {
  const { disks } = await withImage();
  const paths = disks.paths(first);
  for (const path of [paths.disk, paths.seed, paths.consoleLog]) symlinkSync('/etc/passwd', path);
  await expect(disks.observe(first)).rejects.toThrow(/reading the disk/);
  expect(await disks.consoleTail(first, 5)).toEqual([]);
  expect((await disks.consoleLog(first, 0, 100)).data).toHaveLength(0);
});

test('only ids and digests of their form lead to a path', async () => {
  const { disks, image } = await withImage();
  for (const id of ['', '.', '..', '../images', 'first', `${first}/..`, `${first}\n`, `${first}\0`, 'vol-06evj4', first.toUpperCase()]) {
    expect(() => disks.paths(id)).toThrow(/not an instance id/);
    await expect(disks.remove(id)).rejects.toThrow(/not an instance id/);
    await expect(disks.observe(id)).rejects.toThrow(/not an instance id/);
  }
  for (const sha256 of ['', '..', image.sha256.toUpperCase(), `${image.sha256}/..`, `${image.sha256}.partial`]) {
    await expect(disks.hasImage(sha256)).rejects.toThrow(/not a SHA-256 digest/);
    await expect(disks.evictImage(sha256)).rejects.toThrow(/not a SHA-256 digest/);
    await expect(disks.ensureDisk(first, { ...image, sha256 }, 0)).rejects.toThrow(/not a SHA-256 digest/);
  }
});

test('everything of an instance goes at once, and its image stays', async () => {
  const { disks, image, dir } = await withImage();
  await disks.ensureDisk(first, image, 0);
  await disks.ensureSeed(first, seed());
  await disks.remove(first);
  await disks.remove(first);
  expect(await disks.list()).toEqual([]);
  expect(await disks.observe(first)).toEqual({ disk: null, seedHash: null });
  expect(existsSync(join(dir, 'instances', first))).toBe(false);
  expect(await disks.hasImage(image.sha256)).toBe(true);
});

test('what a killed predecessor left half-made is swept and never counted', async () => {
  const { disks, dir } = await withImage();
  mkdirSync(join(dir, 'work', 'removed-x', first), { recursive: true });
  writeFileSync(join(dir, 'work', 'disk-half'), 'half a disk');
  expect(await disks.list()).toEqual([]);
  await disks.sweep();
  expect(readdirSync(join(dir, 'work'))).toEqual([]);
});

test('QEMU may pass through and make sockets with its instance; others on the host see nothing', () => {
  const dir = scratch();
  const qemuUser = { uid: 64055, gid: process.getgid?.() ?? 0 };
  const disks = disksOf(new Contents(), { dir, qemuUser });
  const mode = (path: string) => statSync(path).mode & 0o7777;
  disks.paths(first);
  expect(mode(dir) & 0o011).toBe(0o011);
  expect([mode(join(dir, 'images')), mode(join(dir, 'instances')), mode(join(dir, 'work'))]).toEqual([0o710, 0o710, 0o700]);
  expect(mode(join(dir, 'instances', first))).toBe(0o1770);
});

test('a directory too deep for unix sockets is refused in words', () => {
  const dir = join(scratch(), 'x'.repeat(60));
  expect(() => disksOf(new Contents(), { dir }).paths(first)).toThrow(/too long for the sockets/);
});

test('the user that QEMU runs as is looked up with the group of its name', () => {
  const etc = scratch();
  writeFileSync(join(etc, 'passwd'), 'root:x:0:0::/root:/bin/sh\nlibvirt-qemu:x:64055:107::/var:/bin/false\nother:x:9:8::/:/bin/false\n');
  writeFileSync(join(etc, 'group'), 'kvm:x:107:\nlibvirt-qemu:x:64055:libvirt-qemu\n');
  expect(lookUpQemuUser('libvirt-qemu', etc)).toEqual({ uid: 64055, gid: 64055 });
  expect(lookUpQemuUser('other', etc)).toEqual({ uid: 9, gid: 8 });
  expect(lookUpQemuUser('nobody-here', etc)).toBe(null);
});

const seed = (changes: Partial<Seed> = {}): Seed => ({
  hash: 'ab'.repeat(32),
  metaData: 'instance-id: "i-1"\n',
  userData: new Uint8Array([0x1f, 0x8b, 0, 255]),
  vendorData: '#cloud-config\n{}\n',
  networkConfig: 'version: 2\n',
  ...changes,
});

const onSeed = (path: string, name: string) => execFileSync('isoinfo', ['-R', '-i', path, '-x', `/${name}`]);

test('the first-boot disk is labelled cidata and holds exactly the files given', async () => {
  const { disks } = await withImage();
  await disks.ensureSeed(first, seed());
  const path = disks.paths(first).seed;
  expect(execFileSync('isoinfo', ['-d', '-i', path], { encoding: 'utf8' })).toMatch(/Volume id: cidata\n/);
  expect(execFileSync('isoinfo', ['-R', '-f', '-i', path], { encoding: 'utf8' }).trim().split('\n').toSorted()).toEqual([
    '/meta-data',
    '/network-config',
    '/user-data',
    '/vendor-data',
  ]);
  expect(onSeed(path, 'meta-data').toString()).toBe('instance-id: "i-1"\n');
  expect([...onSeed(path, 'user-data')]).toEqual([0x1f, 0x8b, 0, 255]);
  expect(onSeed(path, 'vendor-data').toString()).toBe('#cloud-config\n{}\n');
  expect(onSeed(path, 'network-config').toString()).toBe('version: 2\n');
  expect((await disks.observe(first)).seedHash).toBe('ab'.repeat(32));
});

test('the first-boot disk is rewritten when its hash differs, and only then', async () => {
  const { disks } = await withImage();
  await disks.ensureSeed(first, seed());
  const path = disks.paths(first).seed;
  const before = statSync(path).ino;
  await disks.ensureSeed(first, seed({ metaData: 'not looked at: the hash is the same\n' }));
  expect(statSync(path).ino).toBe(before);
  await disks.ensureSeed(first, seed({ hash: 'cd'.repeat(32), userData: new Uint8Array(0) }));
  expect(onSeed(path, 'user-data')).toHaveLength(0);
  expect((await disks.observe(first)).seedHash).toBe('cd'.repeat(32));
  writeFileSync(path, 'harmed');
  await disks.ensureSeed(first, seed());
  expect((await disks.observe(first)).seedHash).toBe('ab'.repeat(32));
});

test('a swap disk is formatted and labelled, takes no room, follows its size and goes at 0', async () => {
  const { disks } = await withImage();
  const path = disks.paths(first).swap;
  await disks.ensureSwap(first, 64);
  expect(execFileSync('blkid', ['-p', '-o', 'export', path], { encoding: 'utf8' })).toMatch(/LABEL=stratus-swap[^]*TYPE=swap/);
  expect(statSync(path).size).toBe(64 * MiB);
  expect(statSync(path).blocks * 512).toBeLessThan(MiB);
  const before = statSync(path).ino;
  await disks.ensureSwap(first, 64);
  expect(statSync(path).ino).toBe(before);
  await disks.ensureSwap(first, 32);
  expect(statSync(path).size).toBe(32 * MiB);
  await disks.ensureSwap(first, 0);
  await disks.ensureSwap(first, 0);
  expect(existsSync(path)).toBe(false);
});

test('the console is read from an offset, from the end, and again from the start after it was rotated', async () => {
  const { disks } = await withImage();
  const text = async (offset: number, maxBytes: number) => {
    const { data, nextOffset } = await disks.consoleLog(first, offset, maxBytes);
    return [Buffer.from(data).toString(), nextOffset];
  };
  expect(await text(0, 100)).toEqual(['', 0]);
  expect(await disks.list()).toEqual([]);
  const path = disks.paths(first).consoleLog;
  writeFileSync(path, '0123456789');
  expect(await text(0, 4)).toEqual(['0123', 4]);
  expect(await text(4, 100)).toEqual(['456789', 10]);
  expect(await text(10, 100)).toEqual(['', 10]);
  expect(await text(-3, 100)).toEqual(['789', 10]);
  expect(await text(-300, 100)).toEqual(['0123456789', 10]);
  renameSync(path, `${path}.0`);
  writeFileSync(path, 'new');
  expect(await text(10, 100)).toEqual(['new', 3]);
});

test('the tail of the console goes on into the log that was rotated away', async () => {
  const { disks } = await withImage();
  const path = disks.paths(first).consoleLog;
  writeFileSync(`${path}.0`, 'one\ntwo\n');
  writeFileSync(path, 'three\r\n\u001b[1;31mfour\u001b[0m\r\n\r\nlogin: ');
  expect(await disks.consoleTail(first, 4)).toEqual(['two', 'three', 'four', 'login:']);
  appendFileSync(path, `\n${'x'.repeat(500_000)}\nlast\n`);
  expect(await disks.consoleTail(first, 1)).toEqual(['last']);
});

test('the space of the file system is told in bytes', async () => {
  const { disks } = await withImage();
  const { totalBytes, freeBytes } = await disks.usage();
  expect(totalBytes).toBeGreaterThan(freeBytes);
  expect(freeBytes).toBeGreaterThan(0);
});

test('a layout names bases relative to the disk, and knows no other names', () => {
  const layout = new HostDisksLayout(scratch(), null);
  const sha256 = '0123456789abcdef'.repeat(4);
  expect(layout.digestOfBase(layout.baseName(sha256))).toBe(sha256);
  expect(layout.digestOfBase(layout.image(sha256))).toBe(sha256);
  expect(layout.digestOfBase(`/elsewhere/images/${sha256}`)).toBe(null);
});
