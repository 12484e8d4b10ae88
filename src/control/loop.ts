import { DriverError } from '../core/driver-error.ts';
import { minutes, seconds } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';

export interface LoopOptions {
  readonly clock: Clock;
  /** How many keys are worked on at once. */
  readonly concurrency: number;
  /** Everything is looked at again after this long, whatever the wake-ups said. */
  readonly periodMs: number;
  /** All keys that exist now; asked at every periodic pass. */
  keys(): Promise<readonly string[]>;
  /** One look at one key. The answer says when to look again: at once, after some ms, or at the next pass. */
  reconcile(key: string, signal: AbortSignal): Promise<'again' | number | null>;
  /** A reconcile threw; the key is tried again after `retryMs`. */
  onError?(key: string, error: unknown, retryMs: number): void;
}

/** A plan that leads anywhere is carried out in fewer rounds. */
const againInARowMax = 20;

/**
 * The queue that makes the world follow: one reconcile at a time per key, wake-ups that are never lost,
 * back-off for what fails, a periodic pass for what nobody told us. Nothing in it needs saving.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #ready: string[] = [];
  readonly #queued = new Set<string>();
  readonly #running = new Set<string>();
  readonly #dirty = new Set<string>();
  readonly #nudged = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #againInARow = new Map<string, number>();
  readonly #timers = new Map<string, () => void>();
  #abort = new AbortController();
  #cancelPass: (() => void) | null = null;
  #started = false;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#started = true;
    void this.#pass();
  }

  /** Cuts off what is under way; whatever that was is planned again at the next start. */
  stop(): void {
    this.#started = false;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#cancelPass?.();
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#ready.length = 0;
    this.#queued.clear();
    this.#dirty.clear();
    this.#nudged.clear();
    this.#failures.clear();
    this.#againInARow.clear();
  }

  /** Look at this key soon. During its reconcile: once more afterwards. */
  wake(key: string): void {
    if (!this.#started) return;
    this.#timers.get(key)?.();
    this.#timers.delete(key);
    if (this.#running.has(key)) {
      this.#dirty.add(key);
    } else if (!this.#queued.has(key)) {
      this.#queued.add(key);
      this.#ready.push(key);
      this.#fill();
    }
  }

  /**
   * Something about this key was written down, perhaps by its own reconcile: look again, but neither before
   * a back-off is over nor without end. Otherwise whatever fails would wake itself by telling so.
   */
  nudge(key: string): void {
    if (this.#running.has(key)) this.#nudged.add(key);
    else if (!this.#failures.has(key)) this.wake(key);
  }

  /** Nothing queued and nothing under way; timers may still be set. */
  get isIdle(): boolean {
    return this.#ready.length === 0 && this.#running.size === 0;
  }

  async #pass(): Promise<void> {
    const signal = this.#abort.signal;
    try {
      for (const key of await this.#options.keys()) if (!signal.aborted && !this.#failures.has(key)) this.wake(key);
    } catch (error) {
      this.#options.onError?.('*', error, this.#options.periodMs);
    }
    if (!signal.aborted) this.#cancelPass = this.#options.clock.after(this.#options.periodMs, () => void this.#pass());
  }

  #fill(): void {
    while (this.#running.size < this.#options.concurrency) {
      const key = this.#ready.shift();
      if (key === undefined) return;
      this.#queued.delete(key);
      this.#running.add(key);
      void this.#run(key, this.#abort.signal);
    }
  }

  async #run(key: string, signal: AbortSignal): Promise<void> {
    let next: 'again' | number | null;
    try {
      const answer = await this.#options.reconcile(key, signal);
      next = this.#calmed(key, this.#nudged.delete(key) ? 'again' : answer);
      this.#failures.delete(key);
    } catch (error) {
      next = this.#backOffMs(key, error);
      if (!signal.aborted) this.#options.onError?.(key, error, next);
    }
    this.#running.delete(key);
    this.#nudged.delete(key);
    if (signal.aborted) {
      // Stopped meanwhile, perhaps started again: the key may have been woken for the new run.
      if (this.#dirty.delete(key)) this.wake(key);
      this.#fill();
      return;
    }
    if (this.#dirty.delete(key) || next === 'again') this.wake(key);
    else if (next !== null) this.#wakeAfter(key, next);
    this.#fill();
  }

  /** Acting again and again without getting anywhere comes at growing intervals. */
  #calmed(key: string, next: 'again' | number | null): 'again' | number | null {
    if (next !== 'again') {
      this.#againInARow.delete(key);
      return next;
    }
    const times = (this.#againInARow.get(key) ?? 0) + 1;
    this.#againInARow.set(key, times);
    return times <= againInARowMax ? 'again' : Math.min(1 * minutes, 100 * 2 ** Math.min(times - againInARowMax, 20));
  }

  #wakeAfter(key: string, ms: number): void {
    this.#timers.get(key)?.();
    this.#timers.set(
      key,
      this.#options.clock.after(ms, () => this.wake(key)),
    );
  }

  #backOffMs(key: string, error: unknown): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const retry = error instanceof DriverError ? error.retry : 'later';
    const [first, most] =
      retry === 'soon' ? [0.25 * seconds, 10 * seconds] : retry === 'later' ? [1 * seconds, 2 * minutes] : [5 * minutes, 5 * minutes];
    const ms = Math.min(most, first * 2 ** Math.min(failures, 20));
    return Math.round(ms * (0.75 + 0.5 * this.#options.clock.random()));
  }
}
