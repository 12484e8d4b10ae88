interface QueuedEvent {
  readonly atMs: number;
  readonly order: number;
  /** null: cancelled. */
  callback: (() => void) | null;
}

/** Events by time, those of one instant in the order in which they were asked for. A binary heap. */
export class EventQueue {
  readonly #heap: QueuedEvent[] = [];
  #order = 0;

  push(atMs: number, callback: () => void): QueuedEvent {
    const event = { atMs, order: this.#order++, callback };
    const heap = this.#heap;
    let at = heap.length;
    heap.push(event);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(event, heap[parent] as QueuedEvent)) break;
      heap[at] = heap[parent] as QueuedEvent;
      at = parent;
    }
    heap[at] = event;
    return event;
  }

  /** The next event that was not cancelled, up to and including `untilMs`; null when there is none. */
  popUntil(untilMs: number): { readonly atMs: number; readonly callback: () => void } | null {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || (first.callback !== null && first.atMs > untilMs)) return null;
      this.#removeFirst();
      const { atMs, callback } = first;
      if (callback !== null) return { atMs, callback };
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as QueuedEvent, heap[child] as QueuedEvent)) child++;
      if (!isBefore(heap[child] as QueuedEvent, last)) break;
      heap[at] = heap[child] as QueuedEvent;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: QueuedEvent, b: QueuedEvent): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
