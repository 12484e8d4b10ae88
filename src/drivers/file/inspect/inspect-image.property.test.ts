import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GiB, MiB } from '../../../core/units.ts';
import { bytesOf, type ByteSource } from './byte-source.ts';
import { inspectImage } from './inspect-image.ts';
import { qcow2File } from './qcow2.fixture.ts';

const virtualSizeBytesMax = 64 * GiB;
const declared = fc.constantFrom('qcow2' as const, 'raw' as const, undefined);

/** Counts what the inspector reads, and holds it to one bounded piece at a time. */
function watched(content: Buffer): { source: ByteSource; readBytes: () => number } {
  let total = 0;
  const inner = bytesOf(content);
  const read: ByteSource['read'] = (offset, length) => {
    expect(offset).toBeGreaterThanOrEqual(0);
    expect(length).toBeLessThanOrEqual(2 * MiB);
    total += length;
    return inner.read(offset, length);
  };
  return { source: { sizeBytes: inner.sizeBytes, read }, readBytes: () => total };
}

/** What QEMU would act on, read from the accepted bytes without the inspector's parser. */
function expectHarmless(content: Buffer): void {
  const version3 = content.readUInt32BE(4) === 3;
  expect(content.readBigUInt64BE(8)).toBe(0n);
  expect(content.readUInt32BE(32)).toBe(0);
  expect(content.readUInt32BE(60)).toBe(0);
  expect(content.readBigUInt64BE(24)).toBeLessThanOrEqual(BigInt(virtualSizeBytesMax));
  const l1End = content.readBigUInt64BE(40) + BigInt(content.readUInt32BE(36)) * 8n;
  expect(l1End).toBeLessThanOrEqual(BigInt(content.length));
  if (!version3) return;
  expect(content.readBigUInt64BE(72) & ~0b11001n).toBe(0n);
  for (let at = content.readUInt32BE(100); content.readUInt32BE(at) !== 0; at += 8 + Math.ceil(content.readUInt32BE(at + 4) / 8) * 8) {
    expect([0x44415441, 0x0537be77, 0xe2792aca]).not.toContain(content.readUInt32BE(at));
  }
}

async function judge(content: Buffer, format: 'qcow2' | 'raw' | undefined): Promise<void> {
  const { source, readBytes } = watched(content);
  const seen = await inspectImage(source, { virtualSizeBytesMax, declared: format });
  expect(readBytes()).toBeLessThanOrEqual(48 * MiB);
  const looksLikeQcow2 = content.subarray(0, 4).toString('latin1') === 'QFI\xfb';
  if (seen.verdict !== 'accepted') return;
  expect(seen.image.format).toBe(looksLikeQcow2 ? 'qcow2' : 'raw');
  if (looksLikeQcow2) expectHarmless(content);
}

test('the inspector answers for any bytes and never calls a qcow2 file raw', async () => {
  const magic = fc.constantFrom('', 'QFI\xfb\0\0\0\x02', 'QFI\xfb\0\0\0\x03', 'KDMV', '\x1f\x8b\x08');
  const bytes = fc.tuple(magic, fc.uint8Array({ maxLength: 4096 })).map(([start, rest]) => Buffer.concat([Buffer.from(start, 'latin1'), rest]));
  await fc.assert(fc.asyncProperty(bytes, declared, judge), { numRuns: 1500 });
});

test('no change of a header makes the inspector accept a forbidden feature', async () => {
  const fields = [
    4, 8, 12, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60, 64, 68, 72, 76, 80, 84, 88, 92, 96, 100, 104, 112, 116, 120, 124, 196608, 196612, 65536,
    65540,
  ];
  const value = fc.oneof(
    fc.constantFrom(0, 1, 2, 3, 4, 8, 16, 112, 0x10000, 0x20000, 0x30000, 0xffffffff, 0x44415441, 0xe2792aca, 0x0537be77),
    fc.nat(0xffffffff),
  );
  const changes = fc.array(fc.tuple(fc.constantFrom(...fields), value), { minLength: 0, maxLength: 5 });
  const changed = (list: [number, number][]): Buffer => {
    const file = qcow2File();
    for (const [at, word] of list) file.writeUInt32BE(word >>> 0, at);
    return file;
  };
  await fc.assert(
    fc.asyncProperty(changes, declared, (list, format) => judge(changed(list), format)),
    { numRuns: 1500 },
  );
});
