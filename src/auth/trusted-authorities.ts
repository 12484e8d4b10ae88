import { minutes } from '../core/units.ts';
import type { CallerAuthorities } from '../ports/certificates.ts';
import type { Clock } from '../ports/clock.ts';
import type { Methods } from './methods.ts';

const lookEveryMs = 1 * minutes;

/** The authorities whose certificates people may log in with: what the TLS port tells callers. Follows settings and directories. */
export class TrustedAuthorities implements CallerAuthorities {
  readonly #methods: Methods;
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();
  #current: readonly string[] = [];
  #cancel = () => {};
  #isStopped = false;

  constructor(methods: Methods, clock: Clock) {
    this.#methods = methods;
    this.#clock = clock;
  }

  current(): readonly string[] {
    return this.#current;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async start(): Promise<void> {
    await this.#read();
    this.#again();
  }

  /** Now, because the settings have changed. */
  look(): void {
    void this.#read();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  #again(): void {
    if (this.#isStopped) return;
    this.#cancel = this.#clock.after(lookEveryMs, () => void this.#read().finally(() => this.#again()));
  }

  /** Directories that cannot be read trust nobody; `check` of the method says why. */
  async #read(): Promise<void> {
    const all = await Promise.all(this.#methods.certificates.map(({ verifier }) => verifier.authorities().catch(() => [])));
    const found = [...new Set(all.flat())].toSorted();
    if (found.join() === this.#current.join()) return;
    this.#current = found;
    for (const listener of this.#listeners) listener();
  }
}
