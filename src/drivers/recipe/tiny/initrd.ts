import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { cpioArchive } from '../cpio.ts';
import type { CpioEntry } from '../cpio.ts';
import { loadOrder, readModules } from '../kernel-modules.ts';
import { filesBelow } from '../unpack.ts';
import { guestFiles } from './root-tree.ts';

/** As guest/initrd-init names them: what a disk usually hangs on, and what else it may hang on. */
const moduleGroups: Readonly<Record<string, readonly string[]>> = {
  virtio: ['virtio_pci', 'virtio_blk'],
  scsi: ['sd_mod', 'virtio_scsi', 'ata_piix'],
};

/** The first root of the guest, gzip'ed: busybox, the drivers of disks, and the script that finds the root. */
export async function makeInitrd(packages: string, kernelVersion: string): Promise<Buffer> {
  const from = join(packages, 'lib/modules', kernelVersion);
  const modules = await readModules(from, await filesBelow(from), Object.values(moduleGroups).flat());
  const entries: CpioEntry[] = [
    ...['bin', 'dev', 'lib', 'lib/modules', 'newroot', 'proc', 'sys'].map((name): CpioEntry => ({ type: 'dir', name })),
    { type: 'file', name: 'bin/busybox', data: await readFile(join(packages, 'bin/busybox')), executable: true },
    { type: 'link', name: 'bin/sh', target: 'busybox' },
    { type: 'file', name: 'init', data: await readFile(join(guestFiles, 'initrd-init')), executable: true },
  ];
  for (const module of modules.values()) {
    entries.push({ type: 'file', name: `lib/modules/${basename(module.path)}`, data: await readFile(join(from, module.path)) });
  }
  for (const [group, names] of Object.entries(moduleGroups)) {
    const lines = loadOrder(modules, names).map((module) => `${basename(module.path)}\n`);
    entries.push({ type: 'file', name: `lib/modules/${group}`, data: Buffer.from(lines.join('')) });
  }
  return promisify(gzip)(cpioArchive(entries), { level: 9 });
}
