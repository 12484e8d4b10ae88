/** A primary partition in 512-byte sectors; types are those of the MBR, e.g. 0xef (EFI system), 0x83 (Linux). */
export interface MbrPartition {
  readonly firstSector: number;
  readonly sectors: number;
  readonly type: number;
  readonly active: boolean;
}

const chsUnused = [0xfe, 0xff, 0xff]; // "beyond what heads and cylinders can say": everyone reads the sector numbers

/** The first sector of a disk: boot code (at most 440 bytes), disk signature, up to four partitions. */
export function masterBootRecord(bootCode: Uint8Array, signature: number, partitions: readonly MbrPartition[]): Buffer {
  if (bootCode.length > 440 || partitions.length > 4) throw new Error('the boot code or the partitions do not fit a master boot record');
  const sector = Buffer.alloc(512);
  sector.set(bootCode, 0);
  sector.writeUInt32LE(signature, 440);
  partitions.forEach((partition, i) => {
    const at = 446 + 16 * i;
    sector[at] = partition.active ? 0x80 : 0;
    sector.set(chsUnused, at + 1);
    sector[at + 4] = partition.type;
    sector.set(chsUnused, at + 5);
    sector.writeUInt32LE(partition.firstSector, at + 8);
    sector.writeUInt32LE(partition.sectors, at + 12);
  });
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}
