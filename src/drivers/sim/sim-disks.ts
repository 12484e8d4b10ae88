import { DriverError } from '../../core/driver-error.ts';
import { between } from './random.ts';
import type { CachedImage, HostDisks, ImageRef, InstanceDisk, InstancePaths, Seed } from '../../ports/host-disks.ts';
import { SharedRuns } from '../shared-runs.ts';
import type { SimCalls } from './sim-calls.ts';
import type { SimHost } from './sim-host.ts';

/** Steps in which the copy of an image tells how far it is. */
const copySteps = 4;

/** Disks of a simulated host, as one life of its agent reaches them. */
export class SimDisks implements HostDisks {
  readonly #host: SimHost;
  readonly #calls: SimCalls;
  readonly #transfers = new SharedRuns<number, void>();

  constructor(host: SimHost, calls: SimCalls) {
    this.#host = host;
    this.#calls = calls;
  }

  list(): Promise<string[]> {
    return this.#calls.look('list the disks', () => [...this.#host.disks.keys()]);
  }

  observe(instanceId: string): Promise<{ disk: InstanceDisk | null; seedHash: string | null }> {
    return this.#calls.look(`look at the disk of ${instanceId}`, () => {
      const disks = this.#host.disks.get(instanceId);
      return { disk: disks?.disk ?? null, seedHash: disks?.seedHash ?? null };
    });
  }

  hasImage(sha256: string): Promise<boolean> {
    return this.#calls.look('look for an image', () => this.#host.images.has(sha256));
  }

  ensureImage(image: ImageRef, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
    return this.#transfers.join(image.sha256, null, (tell, stop) => this.#copyImage(image, tell, stop), onProgress, signal);
  }

  ensureDisk(instanceId: string, image: ImageRef, sizeBytes: number): Promise<void> {
    return this.#calls.change(`make the disk of ${instanceId}`, () => {
      if (!this.#host.images.has(image.sha256))
        throw new DriverError(`making the disk of ${instanceId}: image ${image.id} is not on this host`, { retry: 'soon' });
      const disks = this.#host.disksOf(instanceId);
      const virtualSizeBytes = Math.max(disks.disk?.virtualSizeBytes ?? 0, sizeBytes, image.virtualSizeBytes);
      if (disks.disk?.virtualSizeBytes === virtualSizeBytes) return;
      disks.disk = { path: this.paths(instanceId).disk, virtualSizeBytes, base: { path: `/images/${image.sha256}`, format: image.format } };
      this.#host.world.changes++;
    });
  }

  ensureSwap(instanceId: string, sizeMib: number): Promise<void> {
    return this.#calls.change(`make the swap disk of ${instanceId}`, () => {
      const disks = this.#host.disksOf(instanceId);
      if (disks.swapMib === sizeMib) return;
      disks.swapMib = sizeMib;
      this.#host.world.changes++;
    });
  }

  ensureSeed(instanceId: string, seed: Seed): Promise<void> {
    return this.#calls.change(`make the first-boot disk of ${instanceId}`, () => {
      const disks = this.#host.disksOf(instanceId);
      if (disks.seedHash === seed.hash) return;
      disks.seedHash = seed.hash;
      this.#host.world.changes++;
    });
  }

  paths(instanceId: string): InstancePaths {
    const dir = `/instances/${instanceId}`;
    return {
      disk: `${dir}/disk.qcow2`,
      seed: `${dir}/seed.img`,
      swap: `${dir}/swap.img`,
      consoleLog: `${dir}/console.log`,
      serialSocket: `${dir}/serial.sock`,
      vncSocket: `${dir}/vnc.sock`,
    };
  }

  remove(instanceId: string): Promise<void> {
    return this.#calls.change(`remove the disks of ${instanceId}`, () => {
      this.#host.consoles.delete(instanceId);
      if (this.#host.disks.delete(instanceId)) this.#host.world.changes++;
    });
  }

  listImages(): Promise<CachedImage[]> {
    return this.#calls.look('list the images', () =>
      [...this.#host.images].map(([sha256, { image, lastUsedAt }]) => ({
        sha256,
        sizeBytes: image.sizeBytes,
        usedBy: [...this.#host.disks].filter(([, { disk }]) => disk?.base?.path.endsWith(sha256)).map(([id]) => id),
        lastUsedAt,
      })),
    );
  }

  evictImage(sha256: string): Promise<void> {
    return this.#calls.change('evict an image', () => {
      for (const { disk } of this.#host.disks.values()) {
        if (disk?.base?.path.endsWith(sha256)) throw new DriverError('evicting an image: an instance uses it');
      }
      if (this.#host.images.delete(sha256)) this.#host.world.changes++;
    });
  }

  usage(): Promise<{ totalBytes: number; freeBytes: number }> {
    return this.#calls.look('measure the disk space', () => {
      const totalBytes = this.#host.machine.diskBytes;
      return { totalBytes, freeBytes: totalBytes - this.#host.usedBytes() };
    });
  }

  consoleTail(instanceId: string, lines: number): Promise<string[]> {
    return this.#calls.look(`read the console of ${instanceId}`, () => (this.#host.consoles.get(instanceId) ?? []).slice(-lines));
  }

  consoleLog(instanceId: string, offset: number, maxBytes: number): Promise<{ data: Uint8Array; nextOffset: number }> {
    return this.#calls.look(`read the console of ${instanceId}`, () => {
      const text = Buffer.from((this.#host.consoles.get(instanceId) ?? []).map((line) => `${line}\n`).join(''));
      const from = offset < 0 ? Math.max(0, text.length + offset) : offset;
      const data = text.subarray(from, from + maxBytes);
      return { data, nextOffset: from + data.length };
    });
  }

  async #copyImage(image: ImageRef, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
    const { host } = { host: this.#host };
    if (host.images.has(image.sha256)) return;
    const { world } = host;
    const stepMs = Math.ceil(between(world.chance, ...world.pace.copyImage) / copySteps);
    for (let step = 1; step <= copySteps; step++) {
      await this.#calls.change(`copy image ${image.id}`, () => undefined, { takes: [stepMs, stepMs] });
      if (signal.aborted) throw new DriverError(`copying image ${image.id}: broken off`, { retry: 'soon' });
      onProgress((image.sizeBytes * step) / copySteps);
    }
    await this.#calls.change(`keep image ${image.id}`, () => {
      if (host.images.has(image.sha256)) return;
      host.images.set(image.sha256, { image, lastUsedAt: world.clock.now() });
      world.changes++;
    });
  }
}
