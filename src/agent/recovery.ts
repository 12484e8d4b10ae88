import type { Plan } from '../core/plan.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import type { DesiredRecord } from '../ports/control-link.ts';
import type { HostKind } from './host-kind.ts';
import type { Ledger } from './ledger.ts';

interface Life {
  readonly name: string;
  readonly wanted: string;
  found: string;
  readonly did: string[];
  settledAfterMs: number | null;
}

/** What this run of the agent found when it started and what it did about it, until all of it had settled once. */
export class Recovery {
  readonly #clock: Clock;
  readonly #lives = new Map<string, Life>();
  #startedAtMs = 0;
  #settledAfterMs: number | null = null;
  #machineRestarted = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async begin(ledger: Ledger, bootId: string): Promise<void> {
    this.#startedAtMs = this.#clock.now();
    const before = ledger.memory<{ bootId: string }>('host', 'self');
    this.#machineRestarted = before !== null && before.bootId !== bootId;
    if (before?.bootId !== bootId) await ledger.remember('host', 'self', { bootId });
    for (const key of ledger.keys('instance')) {
      const id = key.slice('instance/'.length);
      const record = ledger.get('instance', id)?.record as { name?: string; deletedAt?: string | null; spec?: { power?: string } } | undefined;
      const wanted = record?.deletedAt ? 'deleted' : (record?.spec?.power ?? '');
      this.#lives.set(id, { name: record?.name ?? id, wanted, found: '', did: [], settledAfterMs: null });
    }
    if (this.#lives.size === 0) this.#settledAfterMs = 0;
  }

  found(kind: HostKind, record: DesiredRecord, observed: unknown, plan: Plan<unknown>): void {
    const life = this.#life(kind, record.id);
    if (life === null) return;
    if (life.found === '') life.found = kind.found(observed);
    if (plan.actions.length > 0 || plan.waitingFor !== null) return;
    this.#settle(life);
  }

  /** Nobody wants it any more: nothing is left to wait for. */
  forgotten(id: string): void {
    const life = this.#lives.get(id);
    if (life !== undefined && life.settledAfterMs === null) this.#settle(life);
  }

  #settle(life: Life): void {
    life.settledAfterMs = this.#clock.now() - this.#startedAtMs;
    if ([...this.#lives.values()].every((each) => each.settledAfterMs !== null)) this.#settledAfterMs = life.settledAfterMs;
  }

  did(kind: HostKind, id: string, action: string): void {
    const life = this.#life(kind, id);
    if (life !== null && life.did.length < 20) life.did.push(action);
  }

  report() {
    return {
      startedAt: isoTime(this.#startedAtMs),
      machineRestarted: this.#machineRestarted,
      settledAfterMs: this.#settledAfterMs,
      instances: [...this.#lives].map(([id, life]) => ({ id, ...life, did: [...life.did] })),
    };
  }

  #life(kind: HostKind, id: string): Life | null {
    if (kind.kind !== 'instance' || this.#settledAfterMs !== null) return null;
    const life = this.#lives.get(id);
    return life === undefined || life.settledAfterMs !== null ? null : life;
  }
}
