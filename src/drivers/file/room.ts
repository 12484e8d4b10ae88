import { statfs } from 'node:fs/promises';
import { DriverError } from '../../core/driver-error.ts';
import { formatBytes } from '../../core/units.ts';

const lookEveryMs = 200;

/** Throws when writing so many more bytes would leave less than `freeSizeBytesMin` on the file system of `dir`. */
export async function ensureRoom(dir: string, bytes: number, freeSizeBytesMin: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const freeBytes = bavail * bsize;
  if (freeBytes >= bytes + freeSizeBytesMin) return;
  const wanted = bytes > 0 ? formatBytes(bytes) : 'more bytes';
  throw new DriverError(
    `Importing the image: ${wanted} are needed and ${formatBytes(Math.max(0, freeBytes - freeSizeBytesMin))} are free in ${dir}. Remove images, or give the store more room.`,
  );
}

/**
 * Runs work whose size on disk nobody knows before, such as unpacking: cut off once less than
 * `freeSizeBytesMin` is left on the file system of `dir`, for guests and databases live on it too.
 */
export async function keepingRoom<T>(
  dir: string,
  freeSizeBytesMin: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const full = new AbortController();
  const look = (): void => {
    ensureRoom(dir, 0, freeSizeBytesMin).catch((error: unknown) => full.abort(error));
  };
  const timer = setInterval(look, lookEveryMs);
  try {
    return await work(AbortSignal.any([signal, full.signal]));
  } catch (error) {
    if (full.signal.aborted && !signal.aborted) throw full.signal.reason;
    throw error;
  } finally {
    clearInterval(timer);
  }
}
