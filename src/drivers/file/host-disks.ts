import { rename, rm, statfs } from 'node:fs/promises';
import { DriverError } from '../../core/driver-error.ts';
import { formatBytes, seconds } from '../../core/units.ts';
import type { CachedImage, HostDisks, ImageRef, InstanceDisk, InstancePaths, Seed } from '../../ports/host-disks.ts';
import { readConsoleLog, readConsoleTail } from './host-disks-console.ts';
import { ImageCache } from './host-disks-images.ts';
import { HostDisksLayout, type QemuUser } from './host-disks-layout.ts';
import { ensureOverlay, readDisk } from './host-disks-overlay.ts';
import { orMissing, refusal } from './host-disks-refusal.ts';
import { readSeedHash, writeSeed } from './host-disks-seed.ts';
import { ensureSwapDisk } from './host-disks-swap.ts';
import { defaultLimits } from './limits.ts';
import { adoptImage, transferImage, type FetchImage } from './host-disks-transfer.ts';
import { SharedRuns } from '../shared-runs.ts';
import { Turns } from '../turns.ts';
import { Pins } from './host-disks-pins.ts';

export interface FileHostDisksOptions {
  /** Directory of this host's disks; made when missing. One process at a time works in it. */
  readonly dir: string;
  readonly fetchImage: FetchImage;
  /** Where the image lies on this machine already, if it does: shared instead of copied. */
  readonly localImagePath?: (sha256: string) => string | null;
  /** Whom QEMU runs as; without: the user of this process. */
  readonly qemuUser?: QemuUser | null;
  /** Bytes that bases may take before unused ones go; without: no limit. */
  readonly cacheBytesMax?: number;
  /** A transfer without a byte for so long is broken off; 60 s. */
  readonly stallTimeoutMs?: number;
}

/** Disks of one host as plain files of one directory; see {@link HostDisksLayout} for what lies where. */
export class FileHostDisks implements HostDisks {
  readonly #options: FileHostDisksOptions;
  readonly #layout: HostDisksLayout;
  readonly #cache: ImageCache;
  readonly #pins = new Pins();
  readonly #turns = new Turns();
  readonly #freeBytesMin = defaultLimits.freeSizeBytesMin;
  readonly #transfers = new SharedRuns<number, void>();

  /** Makes the directories. Call {@link sweep} once before the first use of a process. */
  constructor(options: FileHostDisksOptions) {
    this.#options = options;
    this.#layout = new HostDisksLayout(options.dir, options.qemuUser ?? null);
    this.#cache = new ImageCache(this.#layout, this.#pins);
  }

  /** Removes what a killed predecessor left half-made. Not while another process works in the same directory. */
  async sweep(): Promise<void> {
    await told('clearing up after the last run', this.#layout.sweep());
  }

  list(): Promise<string[]> {
    return told('listing the disks of this host', this.#layout.listInstances());
  }

  async observe(instanceId: string): Promise<{ disk: InstanceDisk | null; seedHash: string | null }> {
    const disk = await readDisk(this.#layout, instanceId);
    const seedHash = await told(`reading the first-boot disk of ${instanceId}`, readSeedHash(this.#layout.paths(instanceId).seed));
    return { disk, seedHash };
  }

  async hasImage(sha256: string): Promise<boolean> {
    return (await told('looking for an image', this.#cache.sizeBytes(sha256))) !== null;
  }

  async ensureImage(image: ImageRef, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
    await this.#pins.hold(image.sha256, async () => {
      // One of another size was harmed from outside; the right content takes its place.
      if ((await this.#cache.sizeBytes(image.sha256)) !== image.sizeBytes) {
        await this.#share(image, onProgress, signal);
      }
      await told(`noting the use of image ${image.id}`, this.#cache.touch(image.sha256));
    });
  }

  async ensureDisk(instanceId: string, image: ImageRef, sizeBytes: number): Promise<void> {
    const doing = `making the disk of ${instanceId}`;
    await this.#turns.take(this.#layout.instance(instanceId), () =>
      this.#pins.hold(image.sha256, async () => {
        await told(doing, ensureOverlay(this.#layout, instanceId, image, sizeBytes));
        await told(doing, this.#cache.touch(image.sha256));
      }),
    );
  }

  async ensureSwap(instanceId: string, sizeMib: number): Promise<void> {
    await this.#turns.take(this.#layout.instance(instanceId), () =>
      told(`making the swap disk of ${instanceId}`, ensureSwapDisk(this.#layout, instanceId, sizeMib)),
    );
  }

  async ensureSeed(instanceId: string, seed: Seed): Promise<void> {
    await this.#turns.take(this.#layout.instance(instanceId), async () => {
      const doing = `making the first-boot disk of ${instanceId}`;
      const path = this.#layout.paths(instanceId).seed;
      if ((await told(doing, readSeedHash(path))) === seed.hash) return;
      this.#layout.ensureInstance(instanceId);
      await told(doing, writeSeed(this.#layout, path, seed));
    });
  }

  paths(instanceId: string): InstancePaths {
    try {
      return this.#layout.ensureInstance(instanceId);
    } catch (error) {
      throw refusal(`making the directory of ${instanceId}`, error);
    }
  }

  /** Out of sight in one rename, so that a removal that is cut off is finished by {@link sweep}. */
  async remove(instanceId: string): Promise<void> {
    const dir = this.#layout.instance(instanceId);
    await this.#turns.take(dir, async () => {
      const doing = `removing the disks of ${instanceId}`;
      const removed = this.#layout.removed(instanceId);
      await told(doing, rm(removed, { recursive: true, force: true }));
      await told(doing, orMissing(rename(dir, removed)));
      await told(doing, rm(removed, { recursive: true, force: true }));
    });
  }

  listImages(): Promise<CachedImage[]> {
    return told('listing the images of this host', this.#cache.list());
  }

  async evictImage(sha256: string): Promise<void> {
    await told('evicting an image', this.#cache.evict(sha256));
  }

  /** See {@link ImageCache.evictLeastRecentlyUsed}. */
  evictLeastRecentlyUsed(cacheBytesMax: number, keptMs?: number): Promise<string[]> {
    return told('making room for images', this.#cache.evictLeastRecentlyUsed(cacheBytesMax, keptMs));
  }

  async usage(): Promise<{ totalBytes: number; freeBytes: number }> {
    const seen = await told('measuring the disk space of this host', statfs(this.#layout.dir));
    return { totalBytes: seen.blocks * seen.bsize, freeBytes: seen.bavail * seen.bsize };
  }

  async consoleTail(instanceId: string, lines: number): Promise<string[]> {
    return await told(`reading the console of ${instanceId}`, readConsoleTail(this.#layout.paths(instanceId).consoleLog, lines));
  }

  async consoleLog(instanceId: string, offset: number, maxBytes: number): Promise<{ data: Uint8Array; nextOffset: number }> {
    return await told(`reading the console of ${instanceId}`, readConsoleLog(this.#layout.paths(instanceId).consoleLog, offset, maxBytes));
  }

  async #share(image: ImageRef, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
    try {
      await this.#transfers.join(image.sha256, null, (tell, stop) => this.#bringIn(image, tell, stop), onProgress, signal);
    } catch (error) {
      if (signal.aborted) throw new DriverError(`copying the image ${image.id} to this host: broken off`, { retry: 'soon', cause: error });
      throw error;
    }
  }

  async #bringIn(image: ImageRef, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
    const { cacheBytesMax, localImagePath, fetchImage, stallTimeoutMs } = this.#options;
    const source = localImagePath?.(image.sha256) ?? null;
    if (source !== null && (await adoptImage(this.#layout, image, source, signal))) return onProgress(image.sizeBytes);

    if (cacheBytesMax !== undefined) await this.#cache.evictLeastRecentlyUsed(Math.max(0, cacheBytesMax - image.sizeBytes));
    const { freeBytes } = await this.usage();
    const missingBytes = image.sizeBytes - (await this.#cache.partialBytes(image.sha256));
    // Guests that run write to the same disk: the last of it is theirs.
    const spareBytes = Math.max(0, freeBytes - this.#freeBytesMin);
    if (spareBytes < missingBytes) {
      throw new DriverError(
        `copying the image ${image.id} to this host: it takes ${formatBytes(missingBytes)} more, and ${formatBytes(spareBytes)} are free`,
      );
    }
    await transferImage({ layout: this.#layout, image, fetchImage, stallTimeoutMs: stallTimeoutMs ?? 60 * seconds, onProgress, signal });
  }
}

async function told<T>(doing: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw refusal(doing, error);
  }
}
