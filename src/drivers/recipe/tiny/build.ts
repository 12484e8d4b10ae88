import { open, readFile, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../../core/units.ts';
import { copyIntoImage, compressImage } from '../disk-image.ts';
import { makeExt4, normaliseExt4 } from '../ext4-image.ts';
import { masterBootRecord } from '../mbr.ts';
import type { Kitchen } from '../recipe.ts';
import { unpack } from '../unpack.ts';
import { bootPartitionBytes, makeBootPartition } from './boot-partition.ts';
import { makeInitrd } from './initrd.ts';
import { layOutRoot } from './root-tree.ts';

const sectorBytes = 512;
const firstPartitionBytes = 1 * MiB;
const rootBytes = 103 * MiB;
const rootAt = firstPartitionBytes + bootPartitionBytes;
export const diskSizeBytes = rootAt + rootBytes;
/** `STLB`: the disk's own name, the same in every build. */
const diskSignature = 0x53544c42;
const rootUuid = '7f1a5b1e-5742-4c53-9d2e-74696e790001';

/** MBR disk: a FAT partition that BIOS and UEFI boot from, then ext4 to the end, which the guest grows. */
export async function buildTiny({ cache, fetched, dir, step, signal }: Kitchen): Promise<string> {
  const packages = join(dir, 'packages');
  step('unpacking packages');
  await unpack(cache, fetched.files, packages, signal);
  const kernelVersion = await findKernelVersion(packages);
  const epoch = await epochOf(packages, kernelVersion);

  step('laying out the root folder');
  const root = join(dir, 'root');
  await layOutRoot(packages, root, kernelVersion, signal);
  const ext4 = { label: 'tinyroot', uuid: rootUuid, sizeBytes: rootBytes, epoch, signal };
  await makeExt4(join(dir, 'root.ext4'), root, ext4);
  await normaliseExt4(join(dir, 'root.ext4'), root, ext4);

  step('making the boot partition');
  const image = join(dir, 'boot.fat');
  const initrd = await makeInitrd(packages, kernelVersion);
  await makeBootPartition({ image, sizeBytes: bootPartitionBytes, dir: join(dir, 'boot'), packages, kernelVersion, initrd, epoch, signal });

  step('putting the disk together');
  const disk = join(dir, 'disk.raw');
  const bootCode = await readFile(join(packages, 'usr/lib/syslinux/mbr/mbr.bin'));
  const table = masterBootRecord(bootCode, diskSignature, [
    { firstSector: firstPartitionBytes / sectorBytes, sectors: bootPartitionBytes / sectorBytes, type: 0xef, active: true },
    { firstSector: rootAt / sectorBytes, sectors: rootBytes / sectorBytes, type: 0x83, active: false },
  ]);
  const file = await open(disk, 'w');
  await file.write(table, 0, table.length, 0);
  await file.close();
  await truncate(disk, diskSizeBytes);
  await copyIntoImage(image, disk, firstPartitionBytes);
  await copyIntoImage(join(dir, 'root.ext4'), disk, rootAt);

  step('compressing the image');
  return compressImage(disk, join(dir, 'tiny.qcow2'), signal);
}

async function findKernelVersion(packages: string): Promise<string> {
  const versions = await readdir(join(packages, 'lib/modules'));
  return versions.sort().at(-1) as string;
}

/** The newest part of the image in seconds since 1970: its kernel, so that equal packages give equal images. */
async function epochOf(packages: string, kernelVersion: string): Promise<number> {
  return Math.floor((await stat(join(packages, 'boot', `vmlinuz-${kernelVersion}`))).mtimeMs / 1000);
}
