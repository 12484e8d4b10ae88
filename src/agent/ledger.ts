import type { DesiredRecord } from '../ports/control-link.ts';
import type { Clock } from '../ports/clock.ts';
import { isoTime } from '../ports/clock.ts';
import type { Resource } from '../core/resource.ts';
import type { Store } from '../control/store/store.ts';

interface Entry {
  readonly record: DesiredRecord;
  readonly extra: unknown;
}

/**
 * What is wanted of this host, on its own disk: it can act on it with no control plane up. Read once at
 * start, kept in memory, written through before anything is done about it.
 */
export class Ledger {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Resource<Entry>>();
  readonly #memories = new Map<string, Resource>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async load(): Promise<void> {
    for (const [kind, into] of [
      ['wanted', this.#entries],
      ['memory', this.#memories],
    ] as const) {
      let cursor: string | undefined;
      do {
        const page = await this.#store.list({ kind, limit: 1_000, cursor });
        for (const item of page.items) into.set(item.id, item as Resource<never>);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    }
  }

  /** `<kind>/<id>` of all that is wanted, oldest first. */
  keys(kind: string): string[] {
    return [...this.#entries.keys()].filter((key) => key.startsWith(`${kind}/`)).toSorted();
  }

  get(kind: string, id: string): Entry | null {
    return this.#entries.get(`${kind}/${id}`)?.spec ?? null;
  }

  /** Refuses an older generation than it holds: false. */
  async accept(kind: string, record: DesiredRecord, extra: unknown): Promise<boolean> {
    const held = this.#entries.get(`${kind}/${record.id}`);
    if (held !== undefined && record.generation < held.spec.record.generation) return false;
    if (held !== undefined && record.generation === held.spec.record.generation) return true;
    await this.#put(this.#entries, 'wanted', `${kind}/${record.id}`, { record, extra });
    return true;
  }

  async forget(kind: string, id: string): Promise<void> {
    const key = `${kind}/${id}`;
    await this.drop(kind, id);
    const held = this.#entries.get(key);
    if (held === undefined) return;
    await this.#store.commit([{ op: 'delete', kind: 'wanted', id: key, expectedRevision: held.revision }]);
    this.#entries.delete(key);
  }

  memory<T>(kind: string, id: string): T | null {
    return (this.#memories.get(`${kind}/${id}`)?.spec as T | undefined) ?? null;
  }

  async remember(kind: string, id: string, memory: unknown): Promise<void> {
    await this.#put(this.#memories, 'memory', `${kind}/${id}`, memory);
  }

  async drop(kind: string, id: string): Promise<void> {
    const key = `${kind}/${id}`;
    const held = this.#memories.get(key);
    if (held === undefined) return;
    await this.#store.commit([{ op: 'delete', kind: 'memory', id: key, expectedRevision: held.revision }]);
    this.#memories.delete(key);
  }

  async #put<T>(map: Map<string, Resource<T>>, kind: string, id: string, spec: T): Promise<void> {
    const held = map.get(id);
    const now = isoTime(this.#clock.now());
    const resource: Resource<T> = {
      kind,
      id,
      name: id,
      project: null,
      labels: {},
      generation: (held?.generation ?? 0) + 1,
      revision: held?.revision ?? 0,
      createdAt: held?.createdAt ?? now,
      updatedAt: now,
      deletedAt: null,
      createdBy: 'agent',
      spec,
      status: {},
    };
    const revision = await this.#store.commit([{ op: 'put', resource, expectedRevision: held?.revision ?? 0, indexed: { keys: [], indexes: {} } }]);
    map.set(id, { ...resource, revision });
  }
}
