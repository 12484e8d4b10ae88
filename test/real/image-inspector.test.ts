import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { GiB } from '../../src/core/units.ts';
import { bytesOfFile } from '../../src/drivers/file/inspect/byte-source.ts';
import { inspectImage } from '../../src/drivers/file/inspect/inspect-image.ts';

const run = promisify(execFile);
let dir: string;
const at = (name: string): string => join(dir, name);
const qemuImg = (...args: string[]): Promise<unknown> => run('qemu-img', args, { cwd: dir });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stratus-inspect-'));
  await writeFile(at('source.raw'), Buffer.alloc(3_000_000, 'content '));
});

afterAll(() => rm(dir, { recursive: true }));

async function verdictOf(name: string): Promise<string> {
  const file = await open(at(name));
  try {
    const seen = await inspectImage(await bytesOfFile(file), { virtualSizeBytesMax: 2048 * GiB });
    if (seen.verdict === 'refused') return seen.refusal.code;
    return seen.verdict === 'accepted'
      ? `accepted ${seen.image.format} ${seen.image.virtualSizeBytes} ${seen.rewrite ?? 'as it is'}`
      : seen.compression;
  } finally {
    await file.close();
  }
}

test.each([
  ['plain', []],
  ['of version 2', ['-o', 'compat=0.10']],
  ['compressed', ['-c']],
  ['compressed by zstd', ['-c', '-o', 'compression_type=zstd']],
  ['with the smallest clusters', ['-o', 'cluster_size=512']],
  ['with the largest clusters', ['-o', 'cluster_size=2M']],
  ['with extended L2 entries', ['-o', 'extended_l2=on,cluster_size=128k']],
  ['with lazy reference counts', ['-o', 'lazy_refcounts=on']],
  ['preallocated', ['-o', 'preallocation=metadata']],
])('a qcow2 file %s is accepted as it is', async (_what, options) => {
  await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', ...options, 'source.raw', 'made.qcow2');
  expect(await verdictOf('made.qcow2')).toBe('accepted qcow2 3000320 as it is');
});

test('an empty disk of 2 TiB is accepted, one byte more is not', async () => {
  await qemuImg('create', '-f', 'qcow2', 'large.qcow2', '2T');
  expect(await verdictOf('large.qcow2')).toBe(`accepted qcow2 ${2048 * GiB} as it is`);
  await qemuImg('create', '-f', 'qcow2', 'larger.qcow2', String(2048 * GiB + 512));
  expect(await verdictOf('larger.qcow2')).toBe('image-too-large');
});

test('a file that builds on another is refused, and accepted once it stands alone', async () => {
  await qemuImg('create', '-f', 'qcow2', '-b', at('source.raw'), '-F', 'raw', 'over.qcow2');
  expect(await verdictOf('over.qcow2')).toBe('image-has-backing-file');
  await qemuImg('rebase', '-f', 'qcow2', '-b', '', 'over.qcow2');
  expect(await verdictOf('over.qcow2')).toContain('accepted');
});

test('a file that keeps its data elsewhere is refused', async () => {
  await qemuImg('create', '-f', 'qcow2', '-o', 'data_file=data.raw,data_file_raw=on', 'outside.qcow2', '1M');
  expect(await verdictOf('outside.qcow2')).toBe('image-has-external-data');
});

test('an encrypted file is refused', async () => {
  const secret = ['--object', 'secret,id=s,data=abcdef'];
  const luks = 'encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10';
  // qemu-img times itself to choose the number of hash rounds, and gives up where the clock did not tick meanwhile.
  await vi.waitFor(() => qemuImg('create', ...secret, '-f', 'qcow2', '-o', luks, 'secret.qcow2', '1M'), { timeout: 30_000 });
  expect(await verdictOf('secret.qcow2')).toBe('image-encrypted');
}, 60_000);

test('a file with internal snapshots is refused', async () => {
  await qemuImg('create', '-f', 'qcow2', 'snap.qcow2', '1M');
  await qemuImg('snapshot', '-c', 'one', 'snap.qcow2');
  expect(await verdictOf('snap.qcow2')).toBe('image-has-snapshots');
});

test('a file with a backup bitmap is rewritten without it', async () => {
  await qemuImg('create', '-f', 'qcow2', 'bitmap.qcow2', '1M');
  await qemuImg('bitmap', '--add', 'bitmap.qcow2', 'b0');
  expect(await verdictOf('bitmap.qcow2')).toContain('backup bitmaps');
});

test.each(['vmdk', 'vdi', 'vhdx', 'vpc', 'qed', 'qcow', 'parallels'])('what qemu-img writes as %s is refused', async (format) => {
  await qemuImg('convert', '-f', 'raw', '-O', format, 'source.raw', `made.${format}`);
  expect(await verdictOf(`made.${format}`)).toBe('image-foreign-format');
});

test.each(['monolithicFlat', 'streamOptimized'])('a VMware disk of the kind %s is refused', async (subformat) => {
  await qemuImg('convert', '-f', 'raw', '-O', 'vmdk', '-o', `subformat=${subformat}`, 'source.raw', `${subformat}.vmdk`);
  expect(await verdictOf(`${subformat}.vmdk`)).toBe('image-foreign-format');
});

test('a fixed Virtual PC disk is refused by its footer', async () => {
  await qemuImg('convert', '-f', 'raw', '-O', 'vpc', '-o', 'subformat=fixed', 'source.raw', 'fixed.vhd');
  expect(await verdictOf('fixed.vhd')).toBe('image-foreign-format');
});

test('a raw disk with an ext4 file system is accepted and to be converted', async () => {
  await writeFile(at('fs.raw'), Buffer.alloc(4 << 20));
  await run('mke2fs', ['-q', '-t', 'ext4', at('fs.raw')], { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } });
  expect(await verdictOf('fs.raw')).toBe(`accepted raw ${4 << 20} it is raw`);
});
