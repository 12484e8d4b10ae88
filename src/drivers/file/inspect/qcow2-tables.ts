import type { ByteSource } from './byte-source.ts';
import type { Qcow2Header } from './qcow2-header.ts';
import { refusal, type Refusal } from './refusal.ts';
import { MiB } from '../../../core/units.ts';

interface Region {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const overlap = (a: Region, b: Region): boolean => a.start < b.end && b.start < a.end;

/**
 * Judges the two root tables, whose sizes the header check has bounded: in the file, apart from each
 * other, and pointing into the file only. What hangs below them is left to a confined `qemu-img check`.
 */
export async function refuseTables(header: Qcow2Header, source: ByteSource): Promise<Refusal | null> {
  const clusterBytes = 2 ** header.clusterBits;
  const first: Region = { name: 'header', start: 0, end: clusterBytes };
  const l1: Region = { name: 'L1 table', start: header.l1Offset, end: header.l1Offset + header.l1Entries * 8 };
  const refcounts: Region = {
    name: 'reference count table',
    start: header.refcountTableOffset,
    end: header.refcountTableOffset + header.refcountTableClusters * clusterBytes,
  };
  const roots = [first, l1, refcounts];

  for (const table of [l1, refcounts]) {
    if (table.start % clusterBytes !== 0)
      return refusal('image-header-damaged', `The ${table.name} of the qcow2 file is not at the start of a cluster.`);
    if (table.end > source.sizeBytes) return refusal('image-cut-short', `The ${table.name} of the qcow2 file lies beyond the end of the file.`);
  }
  for (const [a, b] of [
    [first, l1],
    [first, refcounts],
    [l1, refcounts],
  ] as const) {
    if (overlap(a, b)) return refusal('image-tables-overlap', `The ${a.name} and the ${b.name} of the qcow2 file overlap.`);
  }
  return (await refuseEntries(source, l1, roots, clusterBytes)) ?? (await refuseEntries(source, refcounts, roots, clusterBytes));
}

const offsetMask = 0x00ff_ffff_ffff_fe00n;
const copiedFlag = 1n << 63n;

/** Every entry is zero or the offset of a cluster of the file that is not part of a root. */
async function refuseEntries(source: ByteSource, table: Region, roots: readonly Region[], clusterBytes: number): Promise<Refusal | null> {
  const allowed = table.name === 'L1 table' ? offsetMask | copiedFlag : offsetMask;
  for (let at = table.start; at < table.end; at += MiB) {
    const part = await source.read(at, Math.min(MiB, table.end - at));
    for (let i = 0; i + 8 <= part.length; i += 8) {
      const entry = part.readBigUInt64BE(i);
      if (entry === 0n) continue;
      const start = Number(entry & offsetMask);
      if ((entry & ~allowed) !== 0n || start % clusterBytes !== 0)
        return refusal('image-corrupt', `The ${table.name} of the qcow2 file has a malformed entry.`);
      if (start >= source.sizeBytes) return refusal('image-cut-short', `The ${table.name} of the qcow2 file points beyond the end of the file.`);
      const target: Region = { name: 'entry', start, end: start + clusterBytes };
      // An entry of zero but for the "copied" flag points nowhere.
      if (start !== 0 && roots.some((root) => overlap(root, target)))
        return refusal('image-tables-overlap', `The ${table.name} of the qcow2 file points into its own header or tables.`);
    }
  }
  return null;
}
