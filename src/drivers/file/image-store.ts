import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { DriverError } from '../../core/driver-error.ts';
import type { ImageSource, ImageStore, ImportProgress, RecipeInfo, StoredImage } from '../../ports/image-store.ts';
import type { AddressPolicy } from './download/address-guard.ts';
import { syncDirectory } from './durable.ts';
import { imagePath, importImage } from './import-image.ts';
import type { BuildRecipe } from './import-job.ts';
import { defaultLimits, type ImageLimits } from './limits.ts';
import { keepingRoom } from './room.ts';
import { SharedRuns } from '../shared-runs.ts';
import { exists, workArea } from './work-area.ts';

export interface FileImageStoreOptions extends Partial<AddressPolicy> {
  /** Absolute; made when missing. Holds `images` and `imports`. */
  readonly dir: string;
  /** What `buildRecipe` can build; none by default. */
  readonly recipes?: readonly RecipeInfo[];
  readonly buildRecipe: BuildRecipe;
  readonly limits?: Partial<ImageLimits>;
  /** Certificates that downloads trust in place of the system's, PEM. */
  readonly ca?: string;
}

const digestForm = /^[0-9a-f]{64}$/;
const imageName = /^([0-9a-f]{64})\.qcow2$/;

/** Contents as read-only files named by their digest, imports as folders that survive any interruption. */
export class FileImageStore implements ImageStore {
  readonly recipes: readonly RecipeInfo[];
  readonly #imagesDir: string;
  readonly #importsDir: string;
  readonly #limits: ImageLimits;
  readonly #policy: AddressPolicy;
  readonly #buildRecipe: BuildRecipe;
  readonly #ca: string | undefined;
  readonly #runs = new SharedRuns<ImportProgress, StoredImage>();

  constructor({ dir, recipes = [], buildRecipe, limits = {}, allowLoopback = false, allowPrivate = true, ca }: FileImageStoreOptions) {
    this.recipes = recipes;
    this.#imagesDir = join(resolve(dir), 'images');
    this.#importsDir = join(resolve(dir), 'imports');
    this.#limits = { ...defaultLimits, ...limits };
    this.#policy = { allowLoopback, allowPrivate };
    this.#buildRecipe = buildRecipe;
    this.#ca = ca;
  }

  /** Two callers with one `importId` share the work. Rejects with the signal's reason when aborted. */
  async import(importId: string, source: ImageSource, onProgress: (progress: ImportProgress) => void, signal: AbortSignal): Promise<StoredImage> {
    const area = workArea(this.#importsDir, importId);
    return this.#runs.join(importId, source, (report, runSignal) => this.#run(area, source, report, runSignal), onProgress, signal);
  }

  async #run(
    area: ReturnType<typeof workArea>,
    source: ImageSource,
    report: (progress: ImportProgress) => void,
    signal: AbortSignal,
  ): Promise<StoredImage> {
    try {
      await mkdir(this.#imagesDir, { recursive: true, mode: 0o700 });
      await mkdir(this.#importsDir, { recursive: true, mode: 0o700 });
      return await keepingRoom(this.#importsDir, this.#limits.freeSizeBytesMin, signal, (untilFull) =>
        importImage({
          source, area, report, signal: untilFull,
          imagesDir: this.#imagesDir, limits: this.#limits, policy: this.#policy, ca: this.#ca, buildRecipe: this.#buildRecipe,
        }),
      ); // prettier-ignore
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DriverError) throw error;
      const why = (error as NodeJS.ErrnoException).code === 'ENOSPC' ? 'the file system of the image store is full' : (error as Error).message;
      throw new DriverError(`Importing the image: ${why}.`, { cause: error });
    }
  }

  async has(sha256: string): Promise<boolean> {
    return exists(this.path(sha256));
  }

  async read(sha256: string, offset: number): Promise<Readable> {
    const file = await open(this.path(sha256), 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new DriverError(`Reading image ${sha256}: it is not in the store.`, { retry: 'never' });
      throw new DriverError(`Reading image ${sha256}: ${error.message}.`, { cause: error });
    });
    const { size } = await file.stat();
    if (Number.isSafeInteger(offset) && offset >= 0 && offset <= size) return file.createReadStream({ start: offset });
    await file.close();
    throw new DriverError(`Reading image ${sha256}: it has ${size} bytes and none at ${offset}.`, { retry: 'never' });
  }

  path(sha256: string): string {
    if (!digestForm.test(sha256)) throw new DriverError('An image is named by its SHA-256 in 64 small hexadecimal digits.', { retry: 'never' });
    return imagePath(this.#imagesDir, sha256);
  }

  /** A reader or a guest that has it open keeps it until it closes it. */
  async remove(sha256: string): Promise<void> {
    await rm(this.path(sha256), { force: true });
    await syncDirectory(this.#imagesDir).catch(ignoreMissing);
  }

  /** Also ends the import if it is under way. */
  async discardImport(importId: string): Promise<void> {
    const { dir } = workArea(this.#importsDir, importId);
    await this.#runs.stop(importId);
    await rm(dir, { recursive: true, force: true });
  }

  async list(): Promise<{ images: string[]; imports: string[] }> {
    const images = (await namesIn(this.#imagesDir)).flatMap((name) => imageName.exec(name)?.[1] ?? []);
    return { images, imports: await namesIn(this.#importsDir) };
  }
}

const ignoreMissing = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'ENOENT') throw error;
};

async function namesIn(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => (ignoreMissing(error), []));
  return names.sort();
}
