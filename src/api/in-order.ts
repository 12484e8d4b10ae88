import type { Index } from '../auth/visible.ts';
import type { Store } from '../control/store/store.ts';
import type { Resource } from '../core/resource.ts';

interface Order {
  /** Only what is behind this id. */
  readonly after: string | undefined;
  readonly descending: boolean;
  /** Documents to read of a single index at once; of many, less of each. */
  readonly atOnce: number;
}

/** The documents of several indexes (null: all of the kind) as one list in order of id, each told once. */
export async function* inOrder(store: Store, kind: string, sources: readonly (Index | null)[], order: Order): AsyncIterable<Resource> {
  const atOnce = Math.min(1_000, order.atOnce, Math.max(10, Math.ceil((order.atOnce * 2) / Math.max(1, sources.length))));
  const readers = sources.map((source) => new Reader(store, kind, source, { ...order, atOnce }));
  for (const reader of readers) await reader.fill();
  const isBefore = (a: string, b: string) => (order.descending ? a > b : a < b);
  for (;;) {
    let first: Resource | null = null;
    for (const { head } of readers) if (head !== null && (first === null || isBefore(head.id, first.id))) first = head;
    if (first === null) return;
    yield first;
    for (const reader of readers) if (reader.head?.id === first.id && reader.step()) await reader.fill();
  }
}

/** One index, read a few documents at a time. */
class Reader {
  readonly #read: (after: string | undefined) => Promise<{ items: readonly Resource[]; isLast: boolean }>;
  #items: readonly Resource[] = [];
  #at = 0;
  #after: string | undefined;
  #isLast = false;

  constructor(store: Store, kind: string, source: Index | null, { after, descending, atOnce }: Order) {
    this.#after = after;
    this.#read = async (from) => {
      if (source?.name === 'id') {
        const found = await store.get(kind, source.value);
        const isBehind = found !== null && (from === undefined || (descending ? found.id < from : found.id > from));
        return { items: isBehind ? [found] : [], isLast: true };
      }
      const { items, nextCursor } = await store.list({ kind, limit: atOnce, after: from, descending, ...(source === null ? {} : { index: source }) });
      return { items, isLast: nextCursor === null };
    };
  }

  get head(): Resource | null {
    return this.#items[this.#at] ?? null;
  }

  /** On to the next; true when that has to be read first. */
  step(): boolean {
    this.#at++;
    return this.#at >= this.#items.length && !this.#isLast;
  }

  async fill(): Promise<void> {
    const { items, isLast } = await this.#read(this.#after);
    this.#items = items;
    this.#at = 0;
    this.#after = items.at(-1)?.id ?? this.#after;
    this.#isLast = isLast;
  }
}
