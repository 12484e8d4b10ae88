import { limits } from '../core/limits.ts';
import { minutes } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';
import { CommitConflict, type Change, type Store } from './store/store.ts';

export interface HousekeepingOptions {
  readonly store: Store;
  readonly clock: Clock;
  /** Events kept; the oldest go first. */
  readonly eventsKept?: number;
  /** Revisions that a watcher may be behind before it has to start over. */
  readonly revisionsKept?: number;
  onError?(what: string, error: unknown): void;
}

const everyMs = 1 * minutes;
const revisionsKeptDefault = 100_000;
const eventsPerCommit = 500;

/** Forgets what nobody needs any more: events over their limit, the order of changes long ago. Returns its end. */
export function startHousekeeping(options: HousekeepingOptions): () => void {
  let stopped = false;
  let cancel = () => {};
  const round = async () => {
    try {
      await keepHouse(options);
    } catch (error) {
      // A document changed meanwhile: the next round sees it as it is then.
      if (!(error instanceof CommitConflict)) options.onError?.('housekeeping', error);
    }
    if (!stopped) cancel = options.clock.after(everyMs, () => void round());
  };
  cancel = options.clock.after(everyMs, () => void round());
  return () => {
    stopped = true;
    cancel();
  };
}

export async function keepHouse({ store, eventsKept = limits.eventsKept, revisionsKept = revisionsKeptDefault }: HousekeepingOptions): Promise<void> {
  let surplus = (await store.count('event')) - eventsKept;
  while (surplus > 0) {
    const { items } = await store.list({ kind: 'event', limit: Math.min(eventsPerCommit, surplus) });
    if (items.length === 0) break;
    await store.commit(items.map(({ id, revision }): Change => ({ op: 'delete', kind: 'event', id, expectedRevision: revision })));
    surplus -= items.length;
  }
  const compactTo = (await store.revision()) - revisionsKept;
  if (compactTo > 0) await store.compact(compactTo);
}
