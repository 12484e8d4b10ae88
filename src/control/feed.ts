import { sleep, type Clock } from '../ports/clock.ts';
import { RevisionCompacted, type Store, type WatchEvent } from './store/store.ts';

type Listener = (event: WatchEvent) => void;

/**
 * One watch of the store for all who want to hear of changes inside this process: controllers, agents'
 * streams, waiting requests. Listeners must be quick and may miss nothing but repeats.
 */
export class Feed {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #listeners = new Set<Listener>();
  #abort: AbortController | null = null;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Resolves when every later commit will be told. */
  async start(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    const from = await this.#store.revision();
    void this.#pump(from, abort.signal);
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = null;
    this.#listeners.clear();
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #pump(from: number, signal: AbortSignal): Promise<void> {
    let revision = from;
    while (!signal.aborted) {
      try {
        for await (const event of this.#store.watch(revision, signal)) {
          // The changes of one commit share its revision: of this one's, some may still be to come.
          revision = Math.max(revision, event.revision - 1);
          for (const listener of this.#listeners) listener(event);
        }
      } catch (error) {
        // Fell behind a compaction: the periodic passes of all loops catch what was missed.
        if (error instanceof RevisionCompacted) revision = await this.#store.revision();
        else await sleep(this.#clock, 1_000, signal);
      }
    }
  }
}
