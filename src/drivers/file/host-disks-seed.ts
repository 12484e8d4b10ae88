import { constants } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';
import type { Seed } from '../../ports/host-disks.ts';
import { syncDirectory, syncFile } from './durable.ts';
import type { HostDisksLayout } from './host-disks-layout.ts';
import { orMissing } from './host-disks-refusal.ts';
import { run } from './host-disks-run.ts';

/** Where the primary volume descriptor lies, and the application identifier in it. Source: ECMA-119, 8.4. */
const descriptorAt = 16 * 2048;
const applicationIdAt = 574;
const applicationIdBytes = 128;
const hashForm = /^[0-9a-f]{16,128}$/;

/**
 * An ISO 9660 disk labelled `cidata` with Rock Ridge and Joliet names, as cloud-init's NoCloud reads it.
 * Its hash is kept within, as the application identifier, so that content and hash change in one rename.
 */
export async function writeSeed(layout: HostDisksLayout, path: string, seed: Seed): Promise<void> {
  if (!hashForm.test(seed.hash)) throw new DriverError('the hash of a first-boot disk is 16 to 128 hex digits', { retry: 'never' });
  const area = await layout.workArea('seed');
  try {
    const files = join(area, 'files');
    await mkdir(files);
    await writeFile(join(files, 'meta-data'), seed.metaData);
    await writeFile(join(files, 'user-data'), seed.userData);
    await writeFile(join(files, 'vendor-data'), seed.vendorData);
    await writeFile(join(files, 'network-config'), seed.networkConfig);
    const made = join(area, 'seed.iso');
    await run('making the first-boot disk', 'genisoimage', ['-quiet', '-V', 'cidata', '-A', seed.hash, '-J', '-r', '-o', made, files]);
    await syncFile(made);
    // User-data may hold secrets: readable for QEMU alone.
    layout.giveToQemu(made, 0o440);
    await rename(made, path);
    await syncDirectory(dirname(path));
  } finally {
    await rm(area, { recursive: true, force: true });
  }
}

/** The hash that the seed was made with; null when there is none or it is not one of ours. */
export async function readSeedHash(path: string): Promise<string | null> {
  const file = await orMissing(open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
  if (file === null) return null;
  try {
    if (!(await file.stat()).isFile()) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2048), 0, 2048, descriptorAt);
    if (bytesRead < 2048 || buffer.toString('latin1', 1, 6) !== 'CD001') return null;
    const hash = buffer.toString('latin1', applicationIdAt, applicationIdAt + applicationIdBytes).trimEnd();
    return hashForm.test(hash) ? hash : null;
  } finally {
    await file.close();
  }
}
