import type { ByteSource } from './byte-source.ts';
import { extensionTypes, headerBytesMax, parseExtensions, parseQcow2Header, type HeaderExtension, type Qcow2Header } from './qcow2-header.ts';
import { refuseTables } from './qcow2-tables.ts';
import { refusal, type Refusal } from './refusal.ts';
import { formatBytes, MiB } from '../../../core/units.ts';

/** Bits of the incompatible features that QEMU 7.2 knows. */
const incompatible = { dirty: 1n, corrupt: 2n, externalData: 4n, compressionType: 8n, extendedL2: 16n };
const knownIncompatible = Object.values(incompatible).reduce((all, bit) => all | bit);

const autoclearBitmaps = 1n;
const autoclearRawExternal = 2n;

/** QEMU's own limits. Source: QEMU, block/qcow2.h (QCOW_MAX_L1_SIZE, QCOW_MAX_REFTABLE_SIZE). */
const l1BytesMax = 32 * MiB;
const refcountTableBytesMax = 8 * MiB;

export type Qcow2Inspection =
  | { readonly virtualSizeBytes: number; /** Why it is sound but not to be kept as it is; null: it may be. */ readonly rewrite: string | null }
  | Refusal;

export async function inspectQcow2(source: ByteSource, virtualSizeBytesMax: number): Promise<Qcow2Inspection> {
  const header = parseQcow2Header(await source.read(0, headerBytesMax));
  if (!header) return refusal('image-cut-short', 'The qcow2 file ends within its header.');
  const bad = refuseFeatures(header) ?? refuseGeometry(header, virtualSizeBytesMax);
  if (bad) return bad;

  // Extensions live in the first cluster: at most 2 MiB, since the cluster size is judged above.
  const extensions = parseExtensions(await source.read(0, 2 ** header.clusterBits), header.headerBytes);
  if (!extensions) return refusal('image-header-damaged', 'The chain of header extensions of the qcow2 file is broken.');
  return (
    refuseExtensions(extensions) ??
    (await refuseTables(header, source)) ?? { virtualSizeBytes: header.virtualSizeBytes, rewrite: rewriteReason(header, extensions) }
  );
}

function refuseFeatures(header: Qcow2Header): Refusal | null {
  const { version } = header;
  if (version === 1) return refusal('image-foreign-format', 'The file is an old QEMU disk (qcow, version 1).');
  if (version !== 2 && version !== 3) return refusal('image-feature-unknown', `The qcow2 file has the unknown version ${version}.`);
  if (header.backingFileOffset !== 0 || header.backingFileSizeBytes !== 0)
    return refusal('image-has-backing-file', 'The qcow2 file builds on another file (a backing file).');
  if (header.cryptMethod !== 0) return refusal('image-encrypted', 'The qcow2 file is encrypted.');
  const unknown = header.incompatible & ~knownIncompatible;
  if (unknown !== 0n) return refusal('image-feature-unknown', `The qcow2 file uses unknown features (0x${unknown.toString(16)}).`);
  if (header.incompatible & incompatible.externalData || header.autoclear & autoclearRawExternal) {
    return refusal('image-has-external-data', 'The qcow2 file keeps its data in another file.');
  }
  if (header.incompatible & incompatible.corrupt) return refusal('image-corrupt', 'The qcow2 file is marked as corrupt.');
  if (header.snapshots !== 0) return refusal('image-has-snapshots', 'The qcow2 file holds internal snapshots.');
  const compressionAllowed = header.incompatible & incompatible.compressionType ? [1] : [0];
  if (!compressionAllowed.includes(header.compressionType)) {
    return refusal('image-feature-unknown', `The qcow2 file names the compression ${header.compressionType} in a way that QEMU does not.`);
  }
  return null;
}

function refuseGeometry(header: Qcow2Header, virtualSizeBytesMax: number): Refusal | null {
  const { clusterBits, headerBytes, virtualSizeBytes } = header;
  if (clusterBits < 9 || clusterBits > 21)
    return refusal('image-header-damaged', `The qcow2 file claims clusters of 2^${clusterBits} bytes; 2^9 to 2^21 exist.`);
  const clusterBytes = 2 ** clusterBits;
  if (header.version === 3 && (headerBytes < 104 || headerBytes % 8 !== 0 || headerBytes > clusterBytes)) {
    return refusal('image-header-damaged', `The qcow2 file claims a header of ${headerBytes} bytes.`);
  }
  if (header.refcountOrder > 6) return refusal('image-header-damaged', `The qcow2 file claims reference counts of 2^${header.refcountOrder} bits.`);
  if (virtualSizeBytes === 0) return refusal('image-empty', 'The qcow2 file holds a disk of no bytes.');
  if (virtualSizeBytes > virtualSizeBytesMax) {
    return refusal('image-too-large', `The disk has ${formatBytes(virtualSizeBytes)}; images may have ${formatBytes(virtualSizeBytesMax)}.`);
  }
  const extended = (header.incompatible & incompatible.extendedL2) !== 0n;
  // Subclusters are 1/32 of a cluster and at least a sector.
  if (extended && clusterBits < 14) return refusal('image-header-damaged', 'The qcow2 file claims subclusters smaller than a sector.');
  const bytesPerL1Entry = clusterBytes * (clusterBytes / (extended ? 16 : 8));
  if (header.l1Entries * 8 > l1BytesMax)
    return refusal('image-tables-oversized', `The qcow2 file claims an L1 table of ${formatBytes(header.l1Entries * 8)}.`);
  if (header.l1Entries < Math.ceil(virtualSizeBytes / bytesPerL1Entry))
    return refusal('image-header-damaged', 'The L1 table of the qcow2 file is too small for its disk.');
  if (header.refcountTableClusters * clusterBytes > refcountTableBytesMax) {
    return refusal(
      'image-tables-oversized',
      `The qcow2 file claims a reference count table of ${formatBytes(header.refcountTableClusters * clusterBytes)}.`,
    );
  }
  if (header.refcountTableClusters === 0) return refusal('image-header-damaged', 'The qcow2 file has no reference counts.');
  return null;
}

function refuseExtensions(extensions: readonly HeaderExtension[]): Refusal | null {
  const has = (type: number): boolean => extensions.some((extension) => extension.type === type);
  if (has(extensionTypes.externalDataFile)) return refusal('image-has-external-data', 'The qcow2 file names another file for its data.');
  if (has(extensionTypes.encryption)) return refusal('image-encrypted', 'The qcow2 file carries an encryption header.');
  if (has(extensionTypes.backingFormat)) return refusal('image-has-backing-file', 'The qcow2 file names the format of a backing file.');
  return null;
}

function rewriteReason(header: Qcow2Header, extensions: readonly HeaderExtension[]): string | null {
  if (header.incompatible & incompatible.dirty) return 'it was not closed properly';
  if (header.autoclear & ~autoclearBitmaps) return 'it carries data of an unknown program';
  if (header.autoclear & autoclearBitmaps || extensions.some((extension) => extension.type === extensionTypes.bitmaps))
    return 'it carries backup bitmaps';
  return null;
}
