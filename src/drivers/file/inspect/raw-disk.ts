import type { ByteSource } from './byte-source.ts';
import { refusal, type Refusal } from './refusal.ts';

const sectorBytes = 512;

export type RawEvidence = { readonly evidence: string } | Refusal | null;

const at = (head: Buffer, offset: number, text: string): boolean => head.toString('latin1', offset, offset + text.length) === text;

/** File systems that fill a whole disk, by the place of their mark. */
const fileSystems: readonly (readonly [string, number, string])[] = [
  ['an ext file system', 1080, '\x53\xef'],
  ['an XFS file system', 0, 'XFSB'],
  ['a squashfs file system', 0, 'hsqs'],
  ['a FAT file system', 54, 'FAT'],
  ['a FAT file system', 82, 'FAT32'],
  ['an NTFS file system', 3, 'NTFS    '],
  ['an LVM volume', 512, 'LABELONE'],
  ['an LVM volume', 1024, 'LABELONE'],
];

const btrfsMagicOffset = 0x10040;

/**
 * What makes a file without any magic of its own look like a disk: a partition table or a file system.
 * Null when nothing does. `head` is the file's first 64 KiB.
 */
export async function rawEvidence(head: Buffer, source: ByteSource): Promise<RawEvidence> {
  const partitions = gptEvidence(head, source) ?? mbrEvidence(head, source);
  if (partitions) return partitions;
  const known = fileSystems.find(([, offset, mark]) => at(head, offset, mark));
  if (known) return { evidence: known[0] };
  if (at(await source.read(btrfsMagicOffset, 8), 0, '_BHRfS_M')) return { evidence: 'a btrfs file system' };
  return null;
}

/** Source: UEFI specification, 5.3.2; the header stands in the second sector of 512 or 4096 bytes. */
function gptEvidence(head: Buffer, source: ByteSource): RawEvidence {
  const blockBytes = [512, 4096].find((size) => at(head, size, 'EFI PART'));
  if (blockBytes === undefined || head.length < blockBytes + 92) return null;
  const lastUsable = Number(head.readBigUInt64LE(blockBytes + 48));
  if ((lastUsable + 1) * blockBytes > source.sizeBytes) {
    return refusal('image-cut-short', 'The partition table (GPT) of the raw disk describes more than the file holds.');
  }
  return { evidence: 'a GPT partition table' };
}

function mbrEvidence(head: Buffer, source: ByteSource): RawEvidence {
  if (head.length < sectorBytes || head.readUInt16LE(510) !== 0xaa55) return null;
  const entries = [0, 1, 2, 3].map((i) => head.subarray(446 + i * 16, 462 + i * 16));
  // A file system's boot sector ends in the same two bytes, but has code where the table would be.
  if (entries.some((entry) => (entry.readUInt8(0) & 0x7f) !== 0)) return null;
  const used = entries.filter((entry) => entry.readUInt8(4) !== 0 && entry.readUInt32LE(12) !== 0);
  if (used.length === 0) return null;
  if (used.some((entry) => entry.readUInt32LE(8) * sectorBytes >= source.sizeBytes)) {
    return refusal('image-cut-short', 'The partition table of the raw disk describes more than the file holds.');
  }
  return { evidence: 'a partition table' };
}
