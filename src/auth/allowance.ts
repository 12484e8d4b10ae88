import type { Clock } from '../ports/clock.ts';

const rememberedMax = 10_000;

/** So many of something within a time, for each key. In memory: after a restart all begin anew. */
export class Allowance {
  readonly #clock: Clock;
  readonly #times: number;
  readonly #perMs: number;
  readonly #used = new Map<string, { readonly level: number; readonly atMs: number }>();

  /** @param within ms in which the whole of it comes back, one after the other */
  constructor(clock: Clock, times: number, within: number) {
    this.#clock = clock;
    this.#times = times;
    this.#perMs = within / times;
  }

  /** false: it is used up. Counts only what was allowed. */
  take(key: string): boolean {
    const now = this.#clock.now();
    const used = this.#used.get(key);
    const level = used === undefined ? 0 : Math.max(0, used.level - (now - used.atMs) / this.#perMs);
    if (level + 1 > this.#times) return false;
    this.#used.delete(key);
    this.#used.set(key, { level: level + 1, atMs: now });
    const oldest = this.#used.keys().next();
    if (this.#used.size > rememberedMax && oldest.done !== true) this.#used.delete(oldest.value);
    return true;
  }
}
