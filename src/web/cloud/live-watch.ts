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
 * it was cut off, and says when that is too long ago and lists have to be read anew.
 */
export class LiveWatch {
  connection: Connection = { is: 'live' };
  readonly #changed = new Set<(changes: readonly LiveChange[]) => void>();
  readonly #connected = new Set<() => void>();
  readonly #stop = new AbortController();
  readonly #startOver: () => void;
  #gathered: LiveChange[] = [];
  #from: number | undefined;

  constructor(startOver: () => void) {
    this.#startOver = startOver;
  }

  start(): void {
    void this.#run();
  }

  stop(): void {
    this.#stop.abort();
  }

  onChanges(callback: (changes: readonly LiveChange[]) => void): () => void {
    this.#changed.add(callback);
    return () => this.#changed.delete(callback);
  }

  onConnection = (callback: () => void): (() => void) => {
    this.#connected.add(callback);
    return () => this.#connected.delete(callback);
  };

  async #run(): Promise<void> {
    for (let tries = 0; !this.#stop.signal.aborted; tries++) {
      try {
        await this.#follow(() => (tries = 0));
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        if (error instanceof CloudProblem && error.problem.code === 'WATCH_TOO_OLD') {
          this.#from = undefined;
          this.#startOver();
          continue;
        }
      }
      if (this.#stop.signal.aborted) return;
      if (this.connection.is === 'live') this.#setConnection({ is: 'down', sinceMs: Date.now() });
      await new Promise((resolve) => setTimeout(resolve, Math.min(retryMsMax, retryMsFirst * 2 ** tries) * (0.75 + Math.random() / 2)));
    }
  }

  async #follow(connected: () => void): Promise<void> {
    const cut = new AbortController();
    let silence = setTimeout(() => cut.abort(), silenceMsMax);
    const signal = AbortSignal.any([cut.signal, this.#stop.signal]);
    try {
      for await (const line of lines<LiveChange | Bookmark | StreamError>('/v1/watch', { query: { from: this.#from }, signal })) {
        clearTimeout(silence);
        silence = setTimeout(() => cut.abort(), silenceMsMax);
        connected();
        if (line.type === 'error') throw new CloudProblem({ status: 410, code: line.code });
        if (line.type === 'bookmark') {
          this.#from = line.revision;
          this.#setConnection({ is: 'live' });
        } else this.#gather(line);
      }
    } finally {
      clearTimeout(silence);
    }
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
