import { statfs } from 'node:fs/promises';
import { DriverError } from '../../core/driver-error.ts';
import { formatBytes } from '../../core/units.ts';

/** Throws when writing so many more bytes would leave less than `freeSizeBytesMin` on the file system of `dir`. */
export async function ensureRoom(dir: string, bytes: number, freeSizeBytesMin: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const freeBytes = bavail * bsize;
  if (freeBytes >= bytes + freeSizeBytesMin) return;
  throw new DriverError(
    `Importing the image: ${formatBytes(bytes)} are needed and ${formatBytes(Math.max(0, freeBytes - freeSizeBytesMin))} are free in ${dir}. Remove images, or give the store more room.`,
  );
}
