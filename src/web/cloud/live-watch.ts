import { CloudProblem, lines } from './client.ts';
import type { LiveChange } from './live-lists.ts';

export type Connection =
  | { readonly is: 'live' }
  /** Since when (ms since 1970) nothing comes any more, and when it is tried again. */
  | { readonly is: 'down'; readonly sinceMs: number };

interface Bookmark {
  readonly type: 'bookmark';
  readonly revision: number;
}
interface StreamError {
  readonly type: 'error';
  readonly code: string;
}

/** The stream speaks at least every 10 s: silent for longer, its line is dead. */
const silenceMsMax = 25_000;
const retryMsFirst = 300;
const retryMsMax = 5_000;
/** Changes are shown together, so that a thousand at once are one new picture. */
const gatherMs = 50;

/**
 * The one watch stream of a page: tells every change of every kind, takes itself up again at the revision where
 * it was cut off, and says where it begins anew: at first, and when it was cut off for too long.
 */
export class LiveWatch {
  connection: Connection = { is: 'live' };
  /** Every change after this revision is told; null: none is, yet. What was read at an earlier one may lack some. */
  toldFrom: number | null = null;
  readonly #changed = new Set<(changes: readonly LiveChange[]) => void>();
  readonly #connected = new Set<() => void>();
  readonly #begun = new Set<(revision: number) => void>();
  #gathered: LiveChange[] = [];
  #from: number | undefined;

  /** Until the function that is returned is called. */
  start(): () => void {
    const stop = new AbortController();
    void this.#run(stop.signal);
    return () => stop.abort();
  }

  onChanges(callback: (changes: readonly LiveChange[]) => void): () => void {
    this.#changed.add(callback);
    return () => this.#changed.delete(callback);
  }

  /** Called with the new {@link toldFrom}: who has read something at an earlier revision reads it again. */
  onBegin(callback: (revision: number) => void): () => void {
    this.#begun.add(callback);
    return () => this.#begun.delete(callback);
  }

  onConnection = (callback: () => void): (() => void) => {
    this.#connected.add(callback);
    return () => this.#connected.delete(callback);
  };

  async #run(stopped: AbortSignal): Promise<void> {
    for (let tries = 0; !stopped.aborted; tries++) {
      try {
        await this.#follow(stopped, () => (tries = 0));
      } catch (error) {
        if (stopped.aborted) return;
        if (error instanceof CloudProblem && error.problem.code === 'WATCH_TOO_OLD') {
          this.#from = undefined;
          this.toldFrom = null;
          continue;
        }
      }
      if (stopped.aborted) return;
      if (this.connection.is === 'live') this.#setConnection({ is: 'down', sinceMs: Date.now() });
      await new Promise((resolve) => setTimeout(resolve, Math.min(retryMsMax, retryMsFirst * 2 ** tries) * (0.75 + Math.random() / 2)));
    }
  }

  async #follow(stopped: AbortSignal, connected: () => void): Promise<void> {
    const cut = new AbortController();
    let silence = setTimeout(() => cut.abort(), silenceMsMax);
    const signal = AbortSignal.any([cut.signal, stopped]);
    try {
      for await (const line of lines<LiveChange | Bookmark | StreamError>('/v1/watch', { query: { from: this.#from }, signal })) {
        clearTimeout(silence);
        silence = setTimeout(() => cut.abort(), silenceMsMax);
        connected();
        if (line.type === 'error') throw new CloudProblem({ status: 410, code: line.code });
        if (line.type === 'bookmark') {
          this.#bookmark(line.revision);
          this.#setConnection({ is: 'live' });
        } else this.#gather(line);
      }
    } finally {
      clearTimeout(silence);
    }
  }

  #bookmark(revision: number): void {
    this.#from = revision;
    if (this.toldFrom !== null) return;
    this.toldFrom = revision;
    for (const callback of this.#begun) callback(revision);
  }

  #gather(change: LiveChange): void {
    if (this.#gathered.length === 0) {
      setTimeout(() => {
        const changes = this.#gathered;
        this.#gathered = [];
        for (const callback of this.#changed) callback(changes);
      }, gatherMs);
    }
    this.#gathered.push(change);
  }

  #setConnection(connection: Connection): void {
    if (this.connection.is === connection.is) return;
    this.connection = connection;
    for (const callback of this.#connected) callback();
  }
}
