/** The numbers of a qcow2 header as they stand, unjudged. Source: QEMU, docs/interop/qcow2.txt. */
export interface Qcow2Header {
  readonly version: number;
  readonly backingFileOffset: number;
  readonly backingFileSizeBytes: number;
  readonly clusterBits: number;
  readonly virtualSizeBytes: number;
  readonly cryptMethod: number;
  readonly l1Entries: number;
  readonly l1Offset: number;
  readonly refcountTableOffset: number;
  readonly refcountTableClusters: number;
  readonly snapshots: number;
  readonly incompatible: bigint;
  readonly autoclear: bigint;
  readonly refcountOrder: number;
  /** 72 for version 2. */
  readonly headerBytes: number;
  readonly compressionType: number;
}

export const qcowMagic = Buffer.from('QFI\xfb', 'latin1');

/** Longest part of the header that is read here. */
export const headerBytesMax = 112;

/** Beyond 2^53 a number loses its last digits; every use compares it with something much smaller. */
const u64 = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64BE(at));

/** Null when there are too few bytes for a header of its version. Starts with {@link qcowMagic} or is not asked. */
export function parseQcow2Header(bytes: Buffer): Qcow2Header | null {
  if (bytes.length < 72) return null;
  const version = bytes.readUInt32BE(4);
  if (version >= 3 && bytes.length < 104) return null;
  const headerBytes = version >= 3 ? bytes.readUInt32BE(100) : 72;
  return {
    version,
    backingFileOffset: u64(bytes, 8),
    backingFileSizeBytes: bytes.readUInt32BE(16),
    clusterBits: bytes.readUInt32BE(20),
    virtualSizeBytes: u64(bytes, 24),
    cryptMethod: bytes.readUInt32BE(32),
    l1Entries: bytes.readUInt32BE(36),
    l1Offset: u64(bytes, 40),
    refcountTableOffset: u64(bytes, 48),
    refcountTableClusters: bytes.readUInt32BE(56),
    snapshots: bytes.readUInt32BE(60),
    incompatible: version >= 3 ? bytes.readBigUInt64BE(72) : 0n,
    autoclear: version >= 3 ? bytes.readBigUInt64BE(88) : 0n,
    refcountOrder: version >= 3 ? bytes.readUInt32BE(96) : 4,
    headerBytes,
    compressionType: version >= 3 && headerBytes > 104 && bytes.length > 104 ? bytes.readUInt8(104) : 0,
  };
}

export interface HeaderExtension {
  readonly type: number;
  readonly data: Buffer;
}

export const extensionTypes = {
  backingFormat: 0xe2792aca,
  externalDataFile: 0x44415441,
  encryption: 0x0537be77,
  bitmaps: 0x23852875,
} as const;

/** More than QEMU ever wrote. */
const extensionsMax = 32;

/** The chain after the header, within the first cluster; null when it is broken or too long. */
export function parseExtensions(firstCluster: Buffer, headerBytes: number): HeaderExtension[] | null {
  const found: HeaderExtension[] = [];
  let at = headerBytes;
  // The chain ends by a zero type, or by the end of the cluster.
  while (at + 8 <= firstCluster.length) {
    const type = firstCluster.readUInt32BE(at);
    const sizeBytes = firstCluster.readUInt32BE(at + 4);
    if (type === 0) return found;
    if (found.length === extensionsMax || at + 8 + sizeBytes > firstCluster.length) return null;
    found.push({ type, data: firstCluster.subarray(at + 8, at + 8 + sizeBytes) });
    at += 8 + Math.ceil(sizeBytes / 8) * 8;
  }
  return found;
}
