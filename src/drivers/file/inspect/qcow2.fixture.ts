/** Fields of a header to set otherwise than a fresh qcow2 file has them. */
export interface Qcow2Changes {
  readonly version?: number;
  readonly backingFileOffset?: bigint;
  readonly clusterBits?: number;
  readonly virtualSizeBytes?: bigint;
  readonly cryptMethod?: number;
  readonly l1Entries?: number;
  readonly l1Offset?: bigint;
  readonly refcountTableOffset?: bigint;
  readonly refcountTableClusters?: number;
  readonly snapshots?: number;
  readonly incompatible?: bigint;
  readonly autoclear?: bigint;
  readonly refcountOrder?: number;
  readonly headerBytes?: number;
  readonly compressionType?: number;
  readonly extensions?: readonly { type: number; data: Buffer }[];
  /** Values of entries of the L1 table, by index. */
  readonly l1?: Readonly<Record<number, bigint>>;
}

export const clusterBytes = 65536;

/** An empty disk of 1 GiB as qemu-img lays it out: header, reference count table, one block of counts, L1 table. */
export function qcow2File(changes: Qcow2Changes = {}): Buffer {
  const file = Buffer.alloc(3 * clusterBytes + 16);
  file.write('QFI\xfb', 'latin1');
  file.writeUInt32BE(changes.version ?? 3, 4);
  file.writeBigUInt64BE(changes.backingFileOffset ?? 0n, 8);
  file.writeUInt32BE(changes.clusterBits ?? 16, 20);
  file.writeBigUInt64BE(changes.virtualSizeBytes ?? 1n << 30n, 24);
  file.writeUInt32BE(changes.cryptMethod ?? 0, 32);
  file.writeUInt32BE(changes.l1Entries ?? 2, 36);
  file.writeBigUInt64BE(changes.l1Offset ?? BigInt(3 * clusterBytes), 40);
  file.writeBigUInt64BE(changes.refcountTableOffset ?? BigInt(clusterBytes), 48);
  file.writeUInt32BE(changes.refcountTableClusters ?? 1, 56);
  file.writeUInt32BE(changes.snapshots ?? 0, 60);
  file.writeBigUInt64BE(changes.incompatible ?? 0n, 72);
  file.writeBigUInt64BE(changes.autoclear ?? 0n, 88);
  file.writeUInt32BE(changes.refcountOrder ?? 4, 96);
  file.writeUInt32BE(changes.headerBytes ?? 112, 100);
  file.writeUInt8(changes.compressionType ?? 0, 104);
  let at = changes.version === 2 ? 72 : 112;
  if (changes.version === 2) file.fill(0, 72, 112);
  for (const { type, data } of changes.extensions ?? []) {
    file.writeUInt32BE(type, at);
    file.writeUInt32BE(data.length, at + 4);
    data.copy(file, at + 8);
    at += 8 + Math.ceil(data.length / 8) * 8;
  }
  file.writeBigUInt64BE(BigInt(2 * clusterBytes), clusterBytes);
  for (const [index, entry] of Object.entries(changes.l1 ?? {})) file.writeBigUInt64BE(entry, 3 * clusterBytes + Number(index) * 8);
  return file;
}
