import { createHash, type Hash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, copyFile, link, lstat, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { DriverError } from '../../core/driver-error.ts';
import { formatBytes } from '../../core/units.ts';
import type { ImageRef } from '../../ports/host-disks.ts';
import { syncDirectory } from './durable.ts';
import type { HostDisksLayout } from './host-disks-layout.ts';
import { orMissing, refusal } from './host-disks-refusal.ts';
import { writeAll } from './sparse-file.ts';

/** Content of an image from a byte offset to its end. */
export type FetchImage = (image: ImageRef, offset: number, signal: AbortSignal) => Promise<Readable>;

export interface TransferOptions {
  readonly layout: HostDisksLayout;
  readonly image: ImageRef;
  readonly fetchImage: FetchImage;
  /** A transfer that gives no byte for so long is broken off; what has come is kept. */
  readonly stallTimeoutMs: number;
  readonly onProgress: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Brings a base in. What has come stays beside as `.partial`, so a transfer that was cut off, by
 * whatever, goes on from there; only content of the right size and digest gets the image's name.
 */
export async function transferImage(options: TransferOptions): Promise<void> {
  const { layout, image, signal } = options;
  const doing = `copying the image ${image.id} to this host`;
  const path = layout.image(image.sha256);
  try {
    const file = await open(`${path}.partial`, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    try {
      // What an earlier run left may have been harmed by a power cut: then once more, from the start.
      const complete = (await fill(file, options, doing)) || (await fill(file, options, doing));
      if (!complete) throw new DriverError(`${doing}: the content does not match its digest`);
      await file.chmod(0o444);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.partial`, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    if (signal.aborted) throw new DriverError(`${doing}: broken off`, { retry: 'soon', cause: error });
    throw refusal(doing, error);
  }
}

/** False, with the file emptied, when resumed content turned out wrong; throws when fresh content did. */
async function fill(file: FileHandle, options: TransferOptions, doing: string): Promise<boolean> {
  const { image, signal, onProgress } = options;
  let bytes = (await file.stat()).size;
  if (bytes > image.sizeBytes) {
    await file.truncate(0);
    bytes = 0;
  }
  const resumed = bytes > 0;
  const digest = createHash('sha256');
  if (resumed) await hashInto(digest, file.createReadStream({ start: 0, end: bytes - 1, autoClose: false }), signal);
  onProgress(bytes);

  if (bytes < image.sizeBytes) {
    const source = addAbortSignal(signal, await options.fetchImage(image, bytes, signal));
    const stalled = new DriverError(`${doing}: nothing has come for ${options.stallTimeoutMs / 1000} s`, { retry: 'soon' });
    const timer = setTimeout(() => source.destroy(stalled), options.stallTimeoutMs);
    try {
      for await (const chunk of source as AsyncIterable<Uint8Array>) {
        timer.refresh();
        if (bytes + chunk.length > image.sizeBytes) {
          await file.truncate(0);
          throw new DriverError(`${doing}: more comes than the ${formatBytes(image.sizeBytes)} that it should have`);
        }
        digest.update(chunk);
        await writeAll(file, chunk, bytes);
        bytes += chunk.length;
        onProgress(bytes);
      }
    } finally {
      clearTimeout(timer);
      source.destroy();
    }
  }
  if (bytes < image.sizeBytes) {
    throw new DriverError(`${doing}: it ended after ${formatBytes(bytes)} of ${formatBytes(image.sizeBytes)}`, { retry: 'soon' });
  }
  if (digest.digest('hex') === image.sha256) return true;
  await file.truncate(0);
  if (!resumed) throw new DriverError(`${doing}: the content does not match its digest`);
  return false;
}

/**
 * The image lies in a store on this machine: shares its blocks (reflink) or its file (hard link) instead
 * of a copy, after its digest was computed. False when that cannot be: another file system, or not there.
 */
export async function adoptImage(layout: HostDisksLayout, image: ImageRef, source: string, signal: AbortSignal): Promise<boolean> {
  const doing = `taking the image ${image.id} from the store on this machine`;
  const path = layout.image(image.sha256);
  const area = await layout.workArea('image');
  const made = join(area, image.sha256);
  try {
    const seen = await orMissing(lstat(source));
    if (seen === null || !seen.isFile() || seen.size !== image.sizeBytes) return false;
    if (!(await shares(source, made))) return false;
    const digest = createHash('sha256');
    await hashInto(digest, createReadStream(made), signal);
    if (digest.digest('hex') !== image.sha256) throw new DriverError(`${doing}: the content does not match its digest`);
    if (((await lstat(made)).mode & 0o777) !== 0o444) await chmod(made, 0o444);
    await rename(made, path);
    await syncDirectory(dirname(path));
    return true;
  } catch (error) {
    if (signal.aborted) throw new DriverError(`${doing}: broken off`, { retry: 'soon', cause: error });
    throw refusal(doing, error);
  } finally {
    await rm(area, { recursive: true, force: true });
  }
}

async function shares(source: string, target: string): Promise<boolean> {
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    // This file system has no reflinks, or it is another one.
    await rm(target, { force: true });
  }
  try {
    await link(source, target);
    return true;
  } catch {
    return false;
  }
}

async function hashInto(digest: Hash, content: Readable, signal: AbortSignal): Promise<void> {
  for await (const chunk of addAbortSignal(signal, content) as AsyncIterable<Uint8Array>) digest.update(chunk);
}
