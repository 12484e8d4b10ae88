import { lstat, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';
import { formatBytes } from '../../core/units.ts';
import type { ImageRef, InstanceDisk } from '../../ports/host-disks.ts';
import { syncDirectory, syncFile } from './durable.ts';
import type { HostDisksLayout } from './host-disks-layout.ts';
import { readDiskHeader } from './host-disks-qcow2.ts';
import { orMissing, refusal } from './host-disks-refusal.ts';
import { run } from './host-disks-run.ts';

/** The instance's disk as its own header tells; null when there is none. Its base can only be one of ours. */
export async function readDisk(layout: HostDisksLayout, instanceId: string): Promise<InstanceDisk | null> {
  const path = layout.paths(instanceId).disk;
  const doing = `reading the disk of ${instanceId}`;
  const header = await orMissing(readDiskHeader(path)).catch((error: unknown) => {
    throw refusal(doing, error);
  });
  if (header === null) return null;
  if ('refused' in header) throw new DriverError(`${doing}: ${header.refused}`, { retry: 'never' });
  if (header.backing === null) return { path, virtualSizeBytes: header.virtualSizeBytes, base: null };
  const sha256 = layout.digestOfBase(header.backing.name);
  const format = header.backing.format;
  if (sha256 === null || (format !== 'qcow2' && format !== 'raw')) {
    throw new DriverError(`${doing}: it names a base that is not an image of this host`, { retry: 'never' });
  }
  return { path, virtualSizeBytes: header.virtualSizeBytes, base: { path: layout.image(sha256), format } };
}

/** Makes the disk when there is none, grows it when it is smaller; never shrinks it and never changes its base. */
export async function ensureOverlay(layout: HostDisksLayout, instanceId: string, image: ImageRef, sizeBytes: number): Promise<void> {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw new DriverError(`a disk of ${sizeBytes} bytes cannot be made`, { retry: 'never' });
  const disk = await readDisk(layout, instanceId);
  const size = Math.ceil(Math.max(sizeBytes, image.virtualSizeBytes) / 512) * 512;
  if (disk === null) return await makeOverlay(layout, instanceId, image, size);
  if (disk.base?.path !== layout.image(image.sha256)) {
    throw new DriverError(`the disk of ${instanceId} grows out of another image than ${image.id}`, { retry: 'never' });
  }
  if (disk.virtualSizeBytes >= size) return;
  await run(`growing the disk of ${instanceId} to ${formatBytes(size)}`, 'qemu-img', ['resize', '-q', '-f', 'qcow2', disk.path, String(size)]);
}

/** Made apart and moved into place whole, so that a half-made disk never counts. */
async function makeOverlay(layout: HostDisksLayout, instanceId: string, image: ImageRef, sizeBytes: number): Promise<void> {
  await checkBase(layout.image(image.sha256), image);
  const { disk } = layout.ensureInstance(instanceId);
  const area = await layout.workArea('disk');
  try {
    const made = join(area, 'disk.qcow2');
    // -u: the base was checked above; QEMU need not open it, and the size is ours to say.
    const args = ['create', '-q', '-f', 'qcow2', '-u', '-b', layout.baseName(image.sha256), '-F', image.format, made, String(sizeBytes)];
    await run(`making the disk of ${instanceId}`, 'qemu-img', args);
    await syncFile(made);
    layout.giveToQemu(made, 0o660);
    await rename(made, disk);
    await syncDirectory(layout.instance(instanceId));
  } finally {
    await rm(area, { recursive: true, force: true });
  }
}

async function checkBase(path: string, image: ImageRef): Promise<void> {
  const seen = await orMissing(lstat(path));
  if (seen === null) throw new DriverError(`the image ${image.id} is not on this host yet`, { retry: 'soon' });
  if (!seen.isFile() || seen.size !== image.sizeBytes) throw new DriverError(`the image ${image.id} on this host is not as it was stored`);
  if (image.format === 'raw') {
    if (seen.size > image.virtualSizeBytes) throw new DriverError(`the image ${image.id} is larger than its description says`, { retry: 'never' });
    return;
  }
  const header = await readDiskHeader(path);
  const reason =
    'refused' in header
      ? header.refused
      : header.backing !== null
        ? 'it grows out of another file'
        : header.virtualSizeBytes > image.virtualSizeBytes
          ? 'it is larger than its description says'
          : null;
  if (reason !== null) throw new DriverError(`the image ${image.id} cannot be a base: ${reason}`, { retry: 'never' });
}
