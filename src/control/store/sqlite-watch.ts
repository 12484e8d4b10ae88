import type { Resource } from '../../core/resource.ts';
import { RevisionCompacted, type WatchEvent } from './store.ts';
import type { SqliteStatements } from './sqlite-statements.ts';

/** Changes read at once; what one slow watcher can hold in memory. */
const batchSize = 100;

/** Rings after each commit. It carries nothing: who was woken reads on from where it is, however late it comes. */
export class CommitBell {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next {@link ring} or when `signal` aborts; never rejects. */
  heard(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  ring(): void {
    for (const wake of this.#waiting) wake();
  }
}

export interface Feed {
  readonly bell: CommitBell;
  isOpen(): boolean;
  /** Runs `read` with errors explained. */
  read<T>(read: (sql: SqliteStatements) => T): T;
}

/** Where a watcher is: everything before it is told. */
interface Position {
  readonly revision: number;
  readonly kind: string;
  readonly id: string;
}

interface Batch {
  readonly events: readonly WatchEvent[];
  readonly next: Position;
}

export async function* follow(feed: Feed, fromRevision: number, signal: AbortSignal): AsyncGenerator<WatchEvent> {
  let position: Position = beginning(fromRevision + 1);
  while (!signal.aborted && feed.isOpen()) {
    const batch = feed.read((sql) => readBatch(sql, position));
    // Nothing is awaited between this read and the wait, so no commit can slip in between.
    if (batch.events.length === 0) await feed.bell.heard(signal);
    for (const event of batch.events) {
      if (signal.aborted) return;
      yield event;
    }
    position = batch.next;
  }
}

function readBatch(sql: SqliteStatements, position: Position): Batch {
  // Before the changes: these are then at least as new as this.
  const { revision, compacted } = sql.progress.get() as { revision: number; compacted: number };
  const told = position.revision - 1;
  if (told < compacted || told > revision) throw new RevisionCompacted(compacted);
  const rows = sql.changes.all(position.revision, position.kind, position.id, batchSize);
  const events = rows.map((row) => toEvent(row as unknown as ChangeRow));
  const last = events.at(-1);
  // A commit may be larger than a batch, and a full batch may end in its midst.
  if (last !== undefined && events.length === batchSize) return { events, next: last };
  return { events, next: beginning(Math.max(revision, last?.revision ?? 0) + 1) };
}

/** Before every change of `revision`: no kind has an empty name. */
function beginning(revision: number): Position {
  return { revision, kind: '', id: '' };
}

interface ChangeRow {
  readonly revision: number;
  readonly kind: string;
  readonly id: string;
  readonly op: 'put' | 'delete';
  readonly project: string | null;
  readonly body: string | null;
}

function toEvent({ body, ...change }: ChangeRow): WatchEvent {
  return { ...change, resource: body === null ? null : (JSON.parse(body) as Resource) };
}
