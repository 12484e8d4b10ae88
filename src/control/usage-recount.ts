import type { Kind } from '../core/kind.ts';
import type { Resource } from '../core/resource.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import type { Registry } from './registry.ts';
import type { Change, Store } from './store/store.ts';
import { usageChange } from './usage-commit.ts';
import { sum, UsageDelta, usageAfter, usageKind, usageRecord, type UsageRecord } from './usage.ts';

interface Deps {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: Clock;
}

/** Says which kinds were counted; its id is nobody's. */
const markId = 'counted';
const changesPerCommit = 500;

/**
 * Counts all that is taken, where that was never done: in a cloud from before it was counted, or before a kind that has come
 * to be. To be called while nothing else changes the store; cut off, it begins anew the next time.
 */
export async function countUsageOnce(deps: Deps): Promise<void> {
  const { store, registry, clock } = deps;
  const counted = registry.kinds.filter(isCounted).map(({ name }) => name);
  const mark = (await store.get(usageKind, markId)) as UsageRecord | null;
  const of = counted.join(' ');
  if (mark?.spec.of === of) return;
  const delta = await takenNow(deps);
  const known = new Map<string, UsageRecord>();
  for await (const record of all(store, usageKind)) if (record.id !== markId) known.set(record.id, record as UsageRecord);
  const now = isoTime(clock.now());
  const changes: Change[] = [];
  for (const { holder, amounts } of delta.changed()) {
    const before = known.get(holder.id) ?? null;
    const change = usageChange(before, usageAfter(before, holder, sum({}, amounts), now));
    if (change !== null) changes.push(change);
    known.delete(holder.id);
  }
  for (const { id, revision } of known.values()) changes.push({ op: 'delete', kind: usageKind, id, expectedRevision: revision });
  // What it was called when only hosts had it.
  for await (const { id, kind, revision } of all(store, 'host-usage')) changes.push({ op: 'delete', kind, id, expectedRevision: revision });
  while (changes.length > 0) await store.commit(changes.splice(0, changesPerCommit));
  const marking = usageChange(mark, usageRecord(mark, { kind: of, id: markId }, {}, now));
  if (marking !== null) await store.commit([marking]);
}

/** From the resources themselves. */
export async function takenNow({ store, registry }: Pick<Deps, 'store' | 'registry'>): Promise<UsageDelta> {
  const delta = new UsageDelta(registry);
  for (const { name } of registry.kinds.filter(isCounted)) for await (const resource of all(store, name)) delta.replace(null, resource);
  return delta;
}

function isCounted(kind: Kind): boolean {
  return kind.takes !== undefined;
}

async function* all(store: Store, kind: string): AsyncIterable<Resource> {
  let cursor: string | undefined;
  do {
    const page = await store.list({ kind, limit: 1_000, cursor });
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
