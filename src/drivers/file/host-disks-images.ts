import { rmSync } from 'node:fs';
import { lstat, open, utimes } from 'node:fs/promises';
import { DriverError } from '../../core/driver-error.ts';
import { minutes } from '../../core/units.ts';
import type { CachedImage } from '../../ports/host-disks.ts';
import type { HostDisksLayout } from './host-disks-layout.ts';
import { readDisk } from './host-disks-overlay.ts';
import { errorCode, orMissing, refusal } from './host-disks-refusal.ts';
import type { Pins } from './host-disks-pins.ts';

/** The cached bases as a set: who uses which, and which may go. */
export class ImageCache {
  readonly #layout: HostDisksLayout;
  readonly #pins: Pins;

  constructor(layout: HostDisksLayout, pins: Pins) {
    this.#layout = layout;
    this.#pins = pins;
  }

  /** Bytes of the base; null when it is not here. */
  async sizeBytes(sha256: string): Promise<number | null> {
    const seen = await orMissing(lstat(this.#layout.image(sha256)));
    return seen?.isFile() ? seen.size : null;
  }

  /** Bytes that have come of a base so far; 0 when none. */
  async partialBytes(sha256: string): Promise<number> {
    return (await orMissing(lstat(`${this.#layout.image(sha256)}.partial`)))?.size ?? 0;
  }

  /** Notes that the base was asked for now. The note is a file of its own: a base may share its inode with a store. */
  async touch(sha256: string): Promise<void> {
    const path = `${this.#layout.image(sha256)}.used`;
    try {
      const now = new Date();
      await utimes(path, now, now);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error;
      await (await open(path, 'a', 0o600)).close();
    }
  }

  async list(): Promise<CachedImage[]> {
    const { usedBy } = await this.#uses();
    const images: CachedImage[] = [];
    for (const sha256 of await this.#layout.listImages()) {
      const path = this.#layout.image(sha256);
      const seen = await orMissing(lstat(path));
      if (seen === null) continue;
      const used = await orMissing(lstat(`${path}.used`));
      images.push({ sha256, sizeBytes: seen.size, usedBy: usedBy.get(sha256) ?? [], lastUsedAt: Math.round((used ?? seen).mtimeMs) });
    }
    return images;
  }

  async evict(sha256: string): Promise<void> {
    const path = this.#layout.image(sha256);
    const alone = await this.#pins.tryAlone(sha256, async () => {
      const { usedBy, unreadable } = await this.#uses();
      const users = usedBy.get(sha256) ?? [];
      if (users.length > 0)
        throw new DriverError(
          `an image cannot go from this host while ${users.length === 1 ? 'an instance uses' : `${users.length} instances use`} it: ${users.slice(0, 5).join(', ')}`,
        );
      if (unreadable !== null)
        throw new DriverError(`no image can go from this host: the disk of ${unreadable} cannot be read, so it is not known which one it needs`);
      for (const name of [path, `${path}.partial`, `${path}.used`]) rmSync(name, { force: true });
    });
    if (!alone)
      throw new DriverError('an image cannot go from this host while it is being copied or a disk is being made from it', { retry: 'soon' });
  }

  /**
   * Evicts unused bases, the one longest not asked for first, until all of them together take at most
   * `cacheBytesMax`. Those asked for within `keptMs` stay: somebody may be about to use them.
   * A base that shares its file with a store takes nothing. Gives the digests that went.
   */
  async evictLeastRecentlyUsed(cacheBytesMax: number, keptMs = 10 * minutes): Promise<string[]> {
    const evicted: string[] = [];
    const images = (await this.list()).toSorted((a, b) => a.lastUsedAt - b.lastUsedAt);
    const bytesOf = new Map<string, number>();
    for (const image of images) {
      const seen = await orMissing(lstat(this.#layout.image(image.sha256)));
      bytesOf.set(image.sha256, seen !== null && seen.nlink === 1 ? seen.size : 0);
    }
    let total = bytesOf.values().reduce((sum, bytes) => sum + bytes, 0);
    for (const image of images) {
      const bytes = bytesOf.get(image.sha256) ?? 0;
      if (total <= cacheBytesMax) break;
      if (bytes === 0 || image.usedBy.length > 0 || Date.now() - image.lastUsedAt < keptMs) continue;
      try {
        await this.evict(image.sha256);
      } catch (error) {
        if (error instanceof DriverError) continue;
        throw refusal('making room for images', error);
      }
      evicted.push(image.sha256);
      total -= bytes;
    }
    return evicted;
  }

  async #uses(): Promise<{ usedBy: Map<string, string[]>; unreadable: string | null }> {
    const usedBy = new Map<string, string[]>();
    let unreadable: string | null = null;
    for (const instanceId of await this.#layout.listInstances()) {
      try {
        const base = (await readDisk(this.#layout, instanceId))?.base;
        if (!base) continue;
        const sha256 = base.path.slice(-64);
        usedBy.set(sha256, [...(usedBy.get(sha256) ?? []), instanceId]);
      } catch {
        unreadable = instanceId;
      }
    }
    return { usedBy, unreadable };
  }
}
