import { describe, expect, test } from 'vitest';
import { GiB } from '../../../core/units.ts';
import { bytesOf } from './byte-source.ts';
import { inspectImage, type InspectOptions } from './inspect-image.ts';
import { clusterBytes, qcow2File, type Qcow2Changes } from './qcow2.fixture.ts';

const limits: InspectOptions = { virtualSizeBytesMax: 100 * GiB };

async function verdictOf(content: Buffer, options: InspectOptions = limits): Promise<string> {
  const seen = await inspectImage(bytesOf(content), options);
  if (seen.verdict === 'refused') return seen.refusal.code;
  if (seen.verdict === 'compressed') return seen.compression;
  return `accepted ${seen.image.format} of ${seen.image.virtualSizeBytes}${seen.rewrite ? `, to be rewritten: ${seen.rewrite}` : ''}`;
}

describe('a qcow2 file', () => {
  test('that is fresh from qemu-img is accepted as it is', async () => {
    expect(await verdictOf(qcow2File())).toBe(`accepted qcow2 of ${GiB}`);
    expect(await verdictOf(qcow2File({ version: 2 }))).toBe(`accepted qcow2 of ${GiB}`);
  });

  test.each<[string, string, Qcow2Changes]>([
    ['builds on a backing file', 'image-has-backing-file', { backingFileOffset: 600n }],
    ['names the format of a backing file', 'image-has-backing-file', { extensions: [{ type: 0xe2792aca, data: Buffer.from('raw') }] }],
    ['keeps its data elsewhere', 'image-has-external-data', { incompatible: 4n }],
    ['names a data file in an extension only', 'image-has-external-data', { extensions: [{ type: 0x44415441, data: Buffer.from('/etc/passwd') }] }],
    ['claims raw external data', 'image-has-external-data', { autoclear: 2n }],
    ['is encrypted by AES', 'image-encrypted', { cryptMethod: 1 }],
    ['is encrypted by LUKS', 'image-encrypted', { cryptMethod: 2 }],
    ['has an encryption header', 'image-encrypted', { extensions: [{ type: 0x0537be77, data: Buffer.alloc(16) }] }],
    ['holds internal snapshots', 'image-has-snapshots', { snapshots: 1 }],
    ['uses a feature of the future', 'image-feature-unknown', { incompatible: 1n << 40n }],
    ['is of a version of the future', 'image-feature-unknown', { version: 4 }],
    ['is compressed in an unknown way', 'image-feature-unknown', { incompatible: 8n, compressionType: 9 }],
    ['is marked as corrupt', 'image-corrupt', { incompatible: 2n }],
    ['is the first version', 'image-foreign-format', { version: 1 }],
    ['claims tiny clusters', 'image-header-damaged', { clusterBits: 8 }],
    ['claims huge clusters', 'image-header-damaged', { clusterBits: 63 }],
    ['claims a header beyond its cluster', 'image-header-damaged', { headerBytes: 0xfffffff8 }],
    ['claims absurd reference counts', 'image-header-damaged', { refcountOrder: 7 }],
    ['has no disk in it', 'image-empty', { virtualSizeBytes: 0n }],
    ['is larger than allowed', 'image-too-large', { virtualSizeBytes: 1n << 62n }],
    ['has too small an L1 table', 'image-header-damaged', { l1Entries: 1 }],
    ['has too large an L1 table', 'image-tables-oversized', { l1Entries: 0xffffffff }],
    ['has too large a reference count table', 'image-tables-oversized', { refcountTableClusters: 0x10000 }],
    ['has its L1 table beyond its end', 'image-cut-short', { l1Offset: 1n << 40n }],
    ['has its L1 table on a crooked offset', 'image-header-damaged', { l1Offset: 3n * BigInt(clusterBytes) + 512n }],
    ['has its L1 table in the header', 'image-tables-overlap', { l1Offset: 0n }],
    ['has its L1 table in its reference counts', 'image-tables-overlap', { l1Offset: BigInt(clusterBytes) }],
    ['has an L1 entry that points into the header', 'image-tables-overlap', { l1: { 0: 0x8000_0000_0003_0000n } }],
    ['has an L1 entry beyond its end', 'image-cut-short', { l1: { 1: 0x8000_00ff_0000_0000n } }],
    ['has an L1 entry with reserved bits', 'image-corrupt', { l1: { 1: 0x4000_0000_0002_0000n } }],
    [
      'has an extension longer than its cluster',
      'image-header-damaged',
      {
        extensions: [
          { type: 7, data: Buffer.alloc(clusterBytes - 200) },
          { type: 8, data: Buffer.alloc(100) },
        ],
      },
    ],
    [
      'has a chain of extensions without end',
      'image-header-damaged',
      { extensions: Array.from({ length: 40 }, () => ({ type: 7, data: Buffer.alloc(0) })) },
    ],
  ])('that %s is refused: %s', async (_what, code, changes) => {
    expect(await verdictOf(qcow2File(changes))).toBe(code);
  });

  test('that ends within its header is refused', async () => {
    expect(await verdictOf(qcow2File().subarray(0, 90))).toBe('image-cut-short');
  });

  test('that was not closed properly or carries backup bitmaps is rewritten', async () => {
    expect(await verdictOf(qcow2File({ incompatible: 1n }))).toContain('not closed properly');
    expect(await verdictOf(qcow2File({ autoclear: 1n }))).toContain('backup bitmaps');
  });

  test('is never taken as raw, whoever calls it so', async () => {
    expect(await verdictOf(qcow2File(), { ...limits, declared: 'raw' })).toBe('image-not-as-declared');
    expect(await verdictOf(qcow2File({ backingFileOffset: 8n }), { ...limits, declared: 'raw' })).toBe('image-not-as-declared');
  });
});

describe('a raw disk', () => {
  const disk = (): Buffer => Buffer.alloc(1024 * 1024);

  test('is recognised by its partition table', async () => {
    const mbr = disk();
    mbr.writeUInt16LE(0xaa55, 510);
    mbr.set([0x80, 0, 0, 0, 0x83, 0, 0, 0], 446);
    mbr.writeUInt32LE(63, 454);
    mbr.writeUInt32LE(1000, 458);
    expect(await verdictOf(mbr)).toBe('accepted raw of 1048576, to be rewritten: it is raw');

    const gpt = disk();
    gpt.write('EFI PART', 512);
    gpt.writeBigUInt64LE(2014n, 512 + 48);
    expect(await verdictOf(gpt)).toContain('accepted raw');
  });

  test('is recognised by its file system', async () => {
    const ext = disk();
    ext.writeUInt16LE(0xef53, 1080);
    expect(await verdictOf(ext)).toContain('accepted raw');
  });

  test('that is shorter than its partition table says is refused as cut short', async () => {
    const gpt = disk();
    gpt.write('EFI PART', 512);
    gpt.writeBigUInt64LE(1_000_000n, 512 + 48);
    expect(await verdictOf(gpt)).toBe('image-cut-short');
  });

  test("without any sign of a disk is taken on its maker's word only", async () => {
    expect(await verdictOf(disk())).toBe('image-unrecognised');
    expect(await verdictOf(disk(), { ...limits, declared: 'raw' })).toContain('accepted raw');
  });

  test('is counted in whole sectors', async () => {
    expect(await verdictOf(Buffer.alloc(1000), { ...limits, declared: 'raw' })).toContain('accepted raw of 1024');
  });
});

describe('another kind of file', () => {
  const file = (at: number, magic: string): Buffer => {
    const content = Buffer.alloc(128 * 1024);
    content.write(magic, at, 'latin1');
    return content;
  };
  const size = 128 * 1024;

  test.each<[string, string, Buffer]>([
    ['a VMware disk', 'image-foreign-format', file(0, 'KDMV')],
    ['a VMware descriptor', 'image-foreign-format', file(0, '# Disk DescriptorFile\nversion=1\n')],
    ['a VirtualBox disk', 'image-foreign-format', file(64, '\x7f\x10\xda\xbe')],
    ['a Hyper-V disk', 'image-foreign-format', file(0, 'vhdxfile')],
    ['a fixed VHD, which looks like raw up to its footer', 'image-foreign-format', file(size - 512, 'conectix')],
    ['an Apple disk', 'image-foreign-format', file(size - 512, 'koly')],
    ['a QED disk', 'image-foreign-format', file(0, 'QED\0')],
    ['a LUKS volume', 'image-encrypted', file(0, 'LUKS\xba\xbe')],
    ['an ISO image', 'image-is-installer', file(0x8001, 'CD001')],
    ['an OVA', 'image-is-archive', file(257, 'ustar')],
    ['a zip archive', 'image-is-archive', file(0, 'PK\x03\x04')],
    ['a web page', 'image-is-web-page', Buffer.from('<!DOCTYPE html><html>Not found</html>')],
    ['an empty file', 'image-empty', Buffer.alloc(0)],
    ['a text', 'image-unrecognised', Buffer.from('root:x:0:0:root:/root:/bin/bash\n')],
  ])('%s is refused: %s', async (_what, code, content) => {
    expect(await verdictOf(content)).toBe(code);
    expect(await verdictOf(content, { ...limits, declared: 'qcow2' })).not.toContain('accepted');
  });

  test('compressed by gzip, zstd, xz or bzip2 is to be unpacked first', async () => {
    expect(await verdictOf(file(0, '\x1f\x8b\x08'))).toBe('gzip');
    expect(await verdictOf(file(0, '\x28\xb5\x2f\xfd'))).toBe('zstd');
    expect(await verdictOf(file(0, '\xfd7zXZ\0'))).toBe('xz');
    expect(await verdictOf(file(0, 'BZh9'))).toBe('bzip2');
  });

  test('says what to do about it', async () => {
    const seen = await inspectImage(bytesOf(file(0, 'KDMV')), limits);
    expect(seen.verdict === 'refused' && `${seen.refusal.says} ${seen.refusal.remedy}`).toBe(
      'The file is a VMware disk (VMDK). Convert it first: qemu-img convert -O qcow2 SOURCE IMAGE.qcow2',
    );
  });
});
