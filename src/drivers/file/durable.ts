import { link, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A name in a directory is on disk only when the directory is. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives a finished file its name: whatever has the name is complete, also after a power cut. */
export async function finishAs(part: string, path: string): Promise<void> {
  await syncFile(part);
  await rename(part, path);
  await syncDirectory(dirname(path));
}

export async function writeJson(path: string, value: unknown): Promise<void> {
  const part = `${path}.part`;
  const file = await open(part, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(value));
  } finally {
    await file.close();
  }
  await finishAs(part, path);
}

/** Gives the file a second name that is never overwritten, then drops the first. True when the name was free. */
export async function publish(from: string, to: string): Promise<boolean> {
  await syncFile(from);
  const wasFree = await link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  await syncDirectory(dirname(to));
  await rm(from);
  return wasFree;
}
