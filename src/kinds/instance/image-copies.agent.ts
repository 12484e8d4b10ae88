import { seconds } from '../../core/units.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HostDisks, ImageRef } from '../../ports/host-disks.ts';

interface Copy {
  readonly abort: AbortController;
  readonly waiting: Set<string>;
  percent: number;
  toldAtMs: number;
}

/** Whoever waits looks at how far it is at most so often. */
const tellEveryMs = 1 * seconds;

/**
 * Copies of images to this host. They go on beside the loop, for minutes, and wake the instances that wait for them:
 * no place in the loop is held meanwhile, in which another instance could be stopped. One that nobody waits for any
 * more is broken off.
 */
export class ImageCopies {
  readonly #clock: Clock;
  readonly #disks: HostDisks;
  readonly #wake: (instanceId: string) => void;
  /** By digest. */
  readonly #copies = new Map<string, Copy>();
  /** Digest of what each instance waits for. */
  readonly #waits = new Map<string, string>();
  /** Why the copy that an instance waited for has failed, until it asks again. */
  readonly #failures = new Map<string, unknown>();

  constructor(clock: Clock, disks: HostDisks, wake: (instanceId: string) => void) {
    this.#clock = clock;
    this.#disks = disks;
    this.#wake = wake;
  }

  /** How far the copy of this image is that the instance waits for; null: it waits for none. */
  percentOf(instanceId: string, sha256: string): number | null {
    return this.#waits.get(instanceId) === sha256 ? (this.#copies.get(sha256)?.percent ?? null) : null;
  }

  /** Begins, or joins who waits already. Throws, once, why the last one failed. */
  start(instanceId: string, image: ImageRef): void {
    const failure = this.#failures.get(instanceId);
    if (this.#failures.delete(instanceId)) throw failure;
    if (this.#waits.get(instanceId) === image.sha256) return;
    this.leave(instanceId);
    const copy = this.#copies.get(image.sha256) ?? this.#begin(image);
    copy.waiting.add(instanceId);
    this.#waits.set(instanceId, image.sha256);
  }

  /** It wants no copy any more. */
  leave(instanceId: string): void {
    this.#failures.delete(instanceId);
    const sha256 = this.#waits.get(instanceId);
    if (sha256 === undefined) return;
    this.#waits.delete(instanceId);
    const copy = this.#copies.get(sha256);
    copy?.waiting.delete(instanceId);
    if (copy?.waiting.size !== 0) return;
    this.#copies.delete(sha256);
    copy.abort.abort();
  }

  stop(): void {
    for (const instanceId of [...this.#waits.keys()]) this.leave(instanceId);
  }

  #begin(image: ImageRef): Copy {
    const copy: Copy = { abort: new AbortController(), waiting: new Set(), percent: 0, toldAtMs: this.#clock.now() };
    this.#copies.set(image.sha256, copy);
    const onProgress = (bytes: number): void => {
      copy.percent = Math.floor((100 * bytes) / Math.max(1, image.sizeBytes));
      if (this.#clock.now() - copy.toldAtMs < tellEveryMs) return;
      copy.toldAtMs = this.#clock.now();
      for (const id of copy.waiting) this.#wake(id);
    };
    this.#disks.ensureImage(image, onProgress, copy.abort.signal).then(
      () => this.#end(image.sha256, copy, null),
      (error: unknown) => this.#end(image.sha256, copy, { error }),
    );
    return copy;
  }

  #end(sha256: string, copy: Copy, failure: { readonly error: unknown } | null): void {
    if (this.#copies.get(sha256) !== copy) return;
    this.#copies.delete(sha256);
    for (const id of copy.waiting) {
      this.#waits.delete(id);
      if (failure !== null) this.#failures.set(id, failure.error);
      this.#wake(id);
    }
  }
}
