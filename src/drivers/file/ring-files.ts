import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';
import type { RingFiles } from '../../ports/ring-files.ts';

const suffix = '.ring';
/** Ids and our own names: nothing that leads out of the folder. */
const nameForm = /^[a-z0-9][a-z0-9-]{0,99}$/;

/** One sparse file per name in one folder. Nothing is synced: a power cut may cost the last half minute. */
export class FileRingFiles implements RingFiles {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  async read(name: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#edge(`reading the metrics of ${name}`, async () => {
      const bytes = Buffer.alloc(length);
      const file = await open(this.#path(name), 'r').catch(unlessMissing);
      if (file === null) return bytes;
      return closing(file, async () => {
        await file.read(bytes, 0, length, offset);
        return bytes;
      });
    });
  }

  async write(name: string, parts: readonly { readonly offset: number; readonly bytes: Uint8Array }[]): Promise<void> {
    await this.#edge(`writing the metrics of ${name}`, async () => {
      const file = await this.#openToWrite(this.#path(name));
      await closing(file, async () => {
        for (const { offset, bytes } of parts) await file.write(bytes, 0, bytes.length, offset);
      });
    });
  }

  async remove(name: string): Promise<void> {
    await this.#edge(`removing the metrics of ${name}`, () => rm(this.#path(name), { force: true }));
  }

  async sweep(unwrittenForMs: number): Promise<void> {
    await this.#edge('sweeping old metrics', async () => {
      const names = await readdir(this.#dir).catch(unlessMissing);
      for (const name of names ?? []) {
        if (!name.endsWith(suffix)) continue;
        const path = join(this.#dir, name);
        const { mtimeMs } = await stat(path);
        if (mtimeMs < Date.now() - unwrittenForMs) await rm(path, { force: true });
      }
    });
  }

  async #openToWrite(path: string): Promise<FileHandle> {
    const file = await open(path, 'r+').catch(unlessMissing);
    if (file !== null) return file;
    await mkdir(this.#dir, { recursive: true, mode: 0o700 });
    return open(path, 'w+', 0o600);
  }

  #path(name: string): string {
    if (!nameForm.test(name)) throw new Error(`${JSON.stringify(name)} is no name of a ring file`);
    return join(this.#dir, `${name}${suffix}`);
  }

  async #edge<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw new DriverError(`${doing}: ${(error as Error).message}`, { retry: 'later', cause: error });
    }
  }
}

async function closing<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
