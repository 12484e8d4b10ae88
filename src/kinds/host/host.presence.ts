import type { Clock } from '../../ports/clock.ts';
import type { HostHeard } from './host.plan.ts';

/** When each host's agent was last heard, in memory: writing it down every few seconds would be noise. */
export class HostPresence {
  readonly #clock: Clock;
  readonly #heardAtMs = new Map<string, number>();
  readonly #startedAtMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAtMs = clock.now();
  }

  heard(hostId: string): void {
    this.#heardAtMs.set(hostId, this.#clock.now());
  }

  heardOf(hostId: string): HostHeard {
    return { lastHeardMs: this.#heardAtMs.get(hostId) ?? null, listeningSinceMs: this.#startedAtMs };
  }
}
