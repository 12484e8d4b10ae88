import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DriverError } from '../../core/driver-error.ts';
import type { PackageFile } from './apt.ts';

/** What a recipe's last complete fetch brought in. */
export interface Fetched {
  /** Changes when the recipe asks for something else; an older fetch then counts as none. */
  readonly key: string;
  readonly files: readonly PackageFile[];
  /** `deb` lines for the image's own sources. */
  readonly sources: readonly string[];
}

/** Package files of all recipes, each once, and for each recipe the list of what it needs. */
export class PackageCache {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  path(file: PackageFile): string {
    return join(this.dir, 'debs', file.file);
  }

  /** The recipe's fetch if it was ended and all of its files are there; null otherwise. */
  async find(recipe: string, key: string): Promise<Fetched | null> {
    let fetched: Fetched;
    try {
      fetched = JSON.parse(await readFile(join(this.dir, `${recipe}.json`), 'utf8')) as Fetched;
    } catch {
      return null; // none yet, or cut off by a crash
    }
    if (fetched.key !== key) return null;
    return (await this.missing(fetched.files)).length === 0 ? fetched : null;
  }

  async missing(files: readonly PackageFile[]): Promise<PackageFile[]> {
    const missing: PackageFile[] = [];
    for (const file of files) {
      const found = await stat(this.path(file)).catch(() => null);
      if (found?.size !== file.sizeBytes) missing.push(file);
    }
    return missing;
  }

  async record(recipe: string, fetched: Fetched): Promise<void> {
    await mkdir(this.dir, { recursive: true });
    const path = join(this.dir, `${recipe}.json`);
    await writeFile(`${path}.new`, `${JSON.stringify(fetched, null, 1)}\n`);
    await rename(`${path}.new`, path);
  }

  /** Reads every file and compares its SHA-256: what apt checked may have rotted since. */
  async verify(files: readonly PackageFile[], signal: AbortSignal): Promise<void> {
    for (const file of files) {
      const hash = createHash('sha256');
      await pipeline(createReadStream(this.path(file)), hash, { signal });
      if (hash.digest('hex') !== file.sha256) {
        throw new DriverError(`the cached package ${file.file} is damaged; remove ${this.path(file)} and fetch again`, { retry: 'never' });
      }
    }
  }
}
