import { constants, copyFile, open, rm, type FileHandle } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';
import { formatBytes, MiB } from '../../core/units.ts';
import { SparseFile } from './sparse-file.ts';

export interface LocalCopy {
  /** Absolute. */
  readonly from: string;
  readonly to: string;
  readonly fileSizeBytesMax: number;
  readonly ensureRoom: (bytes: number) => Promise<void>;
  readonly onPercent: (percent: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Copies a regular file, sharing its blocks where the file system can, so that the import sees one
 * content from beginning to end whatever happens to the original.
 */
export async function copyLocal(job: LocalCopy): Promise<void> {
  const file = await openRegular(job.from);
  try {
    const { size, blocks } = await file.stat();
    if (size > job.fileSizeBytesMax)
      throw new DriverError(`Importing ${job.from}: the file is larger than the limit of ${formatBytes(job.fileSizeBytesMax)}.`, { retry: 'never' });
    // A sparse file takes less than its size, and so does its copy.
    await job.ensureRoom(Math.min(size, blocks * 512));
    // By descriptor: the file that was judged is the one that is copied.
    const shared = await copyFile(`/proc/self/fd/${file.fd}`, job.to, constants.COPYFILE_FICLONE_FORCE).then(() => true, () => false); // prettier-ignore
    if (!shared) await copyBytes(file, job);
  } finally {
    await file.close();
  }
}

async function openRegular(path: string): Promise<FileHandle> {
  const doing = `Importing ${path}`;
  if (!isAbsolute(path)) throw new DriverError(`${doing}: the path must be absolute.`, { retry: 'never' });
  // Without O_NONBLOCK, opening a pipe would wait for a writer for ever.
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    throw new DriverError(`${doing}: ${openFailures[error.code ?? ''] ?? error.message}.`, { retry: 'never', cause: error });
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new DriverError(`${doing}: it is not a regular file.`, { retry: 'never' });
}

const openFailures: Record<string, string> = {
  ENOENT: 'there is no such file on this machine',
  ELOOP: 'it is a symbolic link; give the path of the file itself',
  EACCES: 'the control plane may not read it',
  ENXIO: 'it is not a regular file',
};

async function copyBytes(file: FileHandle, { from, to, fileSizeBytesMax, onPercent, signal }: LocalCopy): Promise<void> {
  await rm(to, { force: true });
  const target = await open(to, 'wx', 0o600);
  try {
    const before = await file.stat();
    const sparse = new SparseFile(target, fileSizeBytesMax);
    const buffer = Buffer.alloc(4 * MiB);
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, buffer.length, sparse.sizeBytes);
      if (bytesRead === 0) break;
      await sparse.write(buffer.subarray(0, bytesRead));
      onPercent(Math.floor((sparse.sizeBytes / Math.max(before.size, 1)) * 100));
    }
    await sparse.finish();
    const after = await file.stat();
    if (after.mtimeMs !== before.mtimeMs || sparse.sizeBytes !== before.size) {
      throw new DriverError(`Importing ${from}: the file changed while it was copied.`);
    }
  } finally {
    await target.close();
  }
}
