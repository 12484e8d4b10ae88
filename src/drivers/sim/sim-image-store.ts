import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { DriverError } from '../../core/driver-error.ts';
import { GiB, MiB } from '../../core/units.ts';
import { sleep } from '../../ports/clock.ts';
import type { ImageSource, ImageStore, ImportProgress, RecipeInfo, StoredImage } from '../../ports/image-store.ts';
import { between } from './random.ts';
import type { SimWorld } from './sim-world.ts';

const importSteps = 4;
const diskSizeBytes = 1 * GiB;

const simulated = (own: Pick<RecipeInfo, 'name' | 'memoryMibMin' | 'loginUser'>): RecipeInfo => ({
  description: 'Simulated',
  architecture: 'x86_64',
  diskSizeBytes,
  firmware: 'bios',
  ...own,
});

/** What is on the control plane's disk: it outlives the control plane. */
export class SimImageContents {
  readonly images = new Map<string, StoredImage>();
  readonly imports = new Set<string>();
}

/** The image store of one life of the control plane. A source that says `bad` is refused for good. */
export class SimImageStore implements ImageStore {
  readonly recipes: readonly RecipeInfo[] = [
    simulated({ name: 'tiny', memoryMibMin: 64, loginUser: 'root' }),
    simulated({ name: 'debian-12', memoryMibMin: 256, loginUser: 'debian' }),
  ];
  readonly #world: SimWorld;
  readonly #contents: SimImageContents;

  constructor(world: SimWorld, contents: SimImageContents) {
    this.#world = world;
    this.#contents = contents;
  }

  async import(importId: string, source: ImageSource, onProgress: (progress: ImportProgress) => void, signal: AbortSignal): Promise<StoredImage> {
    const { clock, chance, pace, faults } = this.#world;
    this.#contents.imports.add(importId);
    const name = source.type === 'recipe' ? source.recipe : source.type === 'url' ? source.url : source.path;
    const stepMs = between(chance, ...pace.copyImage) / importSteps;
    for (let step = 1; step <= importSteps; step++) {
      await sleep(clock, stepMs, signal);
      if (signal.aborted) throw new DriverError('bringing an image in: broken off', { retry: 'soon' });
      if (faults.refused > 0 && chance() < faults.refused) throw new DriverError(`downloading ${name}: the connection was lost`, { retry: 'soon' });
      onProgress({ step: 'downloading', percent: (100 * step) / importSteps });
    }
    if (name.includes('bad')) throw new DriverError(`${name} is not an image`, { retry: 'never' });
    const sha256 = createHash('sha256').update(JSON.stringify(source)).digest('hex');
    const image: StoredImage = { sha256, format: 'qcow2', sizeBytes: 40 * MiB, virtualSizeBytes: diskSizeBytes };
    this.#contents.images.set(sha256, image);
    return image;
  }

  async has(sha256: string): Promise<boolean> {
    return this.#contents.images.has(sha256);
  }

  async read(sha256: string, offset: number): Promise<Readable> {
    if (!this.#contents.images.has(sha256)) throw new DriverError(`reading image ${sha256}: it is not here`);
    return Readable.from([Buffer.from(sha256).subarray(offset)]);
  }

  path(sha256: string): string {
    return `/images/${sha256}`;
  }

  async remove(sha256: string): Promise<void> {
    this.#contents.images.delete(sha256);
  }

  async discardImport(importId: string): Promise<void> {
    this.#contents.imports.delete(importId);
  }

  async list(): Promise<{ images: string[]; imports: string[] }> {
    return { images: [...this.#contents.images.keys()], imports: [...this.#contents.imports] };
  }
}
