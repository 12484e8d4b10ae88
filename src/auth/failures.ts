import { CloudError } from '../core/errors.ts';
import { minutes, seconds } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';

const freeFailures = 3;
const pauseMsMax = 30 * seconds;
const forgottenAfterMs = 15 * minutes;
const remembered = 10_000;

interface Failures {
  readonly count: number;
  readonly lastMs: number;
}

/** After a few wrong passwords for one account from one place, the next try has to wait, longer each time. In memory. */
export class LoginFailures {
  readonly #clock: Clock;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Throws RATE_LIMITED while the pause lasts. What goes on counts as failed until it has {@link succeeded}: checking
   * a password takes its time, and a hundred guesses sent at once would all find the count of before.
   */
  attempt(who: string): void {
    this.#checkPause(who);
    this.#remember(who, (this.#recent(who)?.count ?? 0) + 1);
  }

  /** It has counted already; the pause begins now. */
  failed(who: string): void {
    this.#remember(who, this.#recent(who)?.count ?? 1);
  }

  succeeded(who: string): void {
    this.#failures.delete(who);
  }

  #checkPause(who: string): void {
    const failures = this.#recent(who);
    if (failures === null || failures.count < freeFailures) return;
    const pauseMs = Math.min(pauseMsMax, 1_000 * 2 ** (failures.count - freeFailures));
    const leftMs = failures.lastMs + pauseMs - this.#clock.now();
    if (leftMs > 0) throw new CloudError('RATE_LIMITED', { retryAfterSeconds: Math.ceil(leftMs / 1_000) });
  }

  #remember(who: string, count: number): void {
    this.#failures.delete(who);
    this.#failures.set(who, { count, lastMs: this.#clock.now() });
    // The oldest go first: guessing names must not fill the memory.
    const oldest = this.#failures.keys().next();
    if (this.#failures.size > remembered && oldest.done !== true) this.#failures.delete(oldest.value);
  }

  #recent(who: string): Failures | null {
    const failures = this.#failures.get(who);
    return failures === undefined || this.#clock.now() - failures.lastMs > forgottenAfterMs ? null : failures;
  }
}
