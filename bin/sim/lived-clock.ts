import { nodeClock } from '../../src/drivers/node-clock.ts';
import { SimClock } from '../../src/drivers/sim/sim-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';

interface Due {
  readonly atMs: number;
  readonly callback: () => void;
  cancel: () => void;
}

/**
 * A past that is lived in no time, from a seed, and from then on the machine's own clock: what happens before
 * {@link goLive} has happened hours ago when somebody first looks.
 */
export class LivedClock implements Clock {
  readonly #past: SimClock;
  readonly #due = new Set<Due>();
  #isLive = false;

  constructor(seed: string, pastMs: number) {
    this.#past = new SimClock(seed, Date.now() - pastMs);
  }

  now(): number {
    return this.#isLive ? nodeClock.now() : this.#past.now();
  }

  after(ms: number, callback: () => void): () => void {
    if (this.#isLive) return nodeClock.after(ms, callback);
    const due: Due = { atMs: this.now() + ms, callback, cancel: () => undefined };
    this.#due.add(due);
    due.cancel = this.#past.after(ms, () => {
      this.#due.delete(due);
      callback();
    });
    return () => {
      this.#due.delete(due);
      due.cancel();
    };
  }

  random(): number {
    return this.#past.random();
  }

  uuid(): string {
    return this.#isLive ? nodeClock.uuid() : this.#past.uuid();
  }

  /** Lets `ms` of the past go by. */
  async pass(ms: number): Promise<void> {
    await this.#past.run(ms);
  }

  /** Until `isDone`, at most `ms`; whether it came to be. */
  passUntil(isDone: () => boolean, ms: number): Promise<boolean> {
    return this.#past.runUntil(isDone, ms);
  }

  /** How much of the past is left, ms. */
  get pastLeftMs(): number {
    return this.#isLive ? 0 : Math.max(0, Date.now() - this.now());
  }

  /** The rest of the past goes by, and the present begins. */
  async goLive(): Promise<void> {
    if (this.#isLive) return;
    while (this.pastLeftMs > 0) await this.pass(this.pastLeftMs);
    this.#isLive = true;
    for (const due of this.#due) {
      due.cancel();
      due.cancel = nodeClock.after(Math.max(0, due.atMs - Date.now()), due.callback);
    }
    this.#due.clear();
  }
}
