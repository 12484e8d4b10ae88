import { lstat, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';
import { MiB } from '../../core/units.ts';
import { syncFile } from './durable.ts';
import type { HostDisksLayout } from './host-disks-layout.ts';
import { orMissing } from './host-disks-refusal.ts';
import { run } from './host-disks-run.ts';

/** By this label a guest finds its swap. */
const swapLabel = 'stratus-swap';

/**
 * A raw disk without a partition table, formatted as swap; it takes room only as it is written to.
 * One of another size is made anew: what a guest swapped out means nothing after it has stopped.
 */
export async function ensureSwapDisk(layout: HostDisksLayout, instanceId: string, sizeMib: number): Promise<void> {
  if (!Number.isSafeInteger(sizeMib) || sizeMib < 0) throw new DriverError(`a swap disk of ${sizeMib} MiB cannot be made`, { retry: 'never' });
  const path = layout.paths(instanceId).swap;
  const seen = await orMissing(lstat(path));
  if (sizeMib === 0) return await rm(path, { force: true });
  if (seen?.isFile() && seen.size === sizeMib * MiB) return;

  layout.ensureInstance(instanceId);
  const area = await layout.workArea('swap');
  try {
    const made = join(area, 'swap.raw');
    await writeFile(made, '', { mode: 0o600 });
    await truncate(made, sizeMib * MiB);
    await run(`making the swap disk of ${instanceId}`, 'mkswap', ['--label', swapLabel, made]);
    await syncFile(made);
    layout.giveToQemu(made, 0o660);
    await rename(made, path);
  } finally {
    await rm(area, { recursive: true, force: true });
  }
}
