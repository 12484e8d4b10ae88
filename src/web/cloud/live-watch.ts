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
  readonly #startedOver = new Set<() => void>();
  readonly #rightsChanged = new Set<() => void>();
  #stop = new AbortController();
  readonly #hasTried = Promise.withResolvers<void>();
  #gathered: LiveChange[] = [];
  #from: number | undefined;
  /** Whether anybody may have read what this stream will not tell the changes of. */
  #isAwaited = true;

  /** Resolves when every later change will be told, or that was tried in vain: what is read from then on has no gap behind it. */
  get hasTried(): Promise<void> {
    return this.#hasTried.promise;
  }

  start(): void {
    this.#stop = new AbortController();
    void this.#run(this.#stop.signal);
  }

  stop(): void {
    this.#stop.abort();
  }

  onChanges(callback: (changes: readonly LiveChange[]) => void): () => void {
    this.#changed.add(callback);
    return () => this.#changed.delete(callback);
  }

  /** Told when changes were missed that will not be told any more: what was read before is to be read anew. */
  onStartOver(callback: () => void): () => void {
    this.#startedOver.add(callback);
    return () => this.#startedOver.delete(callback);
  }

  /** Told when what may be seen is no longer the same; a new start follows. */
  onRightsChanged(callback: () => void): () => void {
    this.#rightsChanged.add(callback);
    return () => this.#rightsChanged.delete(callback);
  }

  onConnection = (callback: () => void): (() => void) => {
    this.#connected.add(callback);
    return () => this.#connected.delete(callback);
  };

  async #run(stop: AbortSignal): Promise<void> {
    for (let tries = 0; !stop.aborted; tries++) {
      try {
        await this.#follow(stop, () => (tries = 0));
      } catch (error) {
        if (stop.aborted) return;
        const code = error instanceof CloudProblem ? error.problem.code : null;
        if (code === 'WATCH_TOO_OLD' || code === 'RIGHTS_CHANGED') {
          if (code === 'RIGHTS_CHANGED') for (const callback of this.#rightsChanged) callback();
          this.#from = undefined;
          continue;
        }
      }
      if (stop.aborted) return;
      this.#isAwaited = false;
      this.#hasTried.resolve();
      if (this.connection.is === 'live') this.#setConnection({ is: 'down', sinceMs: Date.now() });
      await new Promise((resolve) => setTimeout(resolve, Math.min(retryMsMax, retryMsFirst * 2 ** tries) * (0.75 + Math.random() / 2)));
    }
  }

  async #follow(stop: AbortSignal, connected: () => void): Promise<void> {
    const cut = new AbortController();
    let silence = setTimeout(() => cut.abort(), silenceMsMax);
    const signal = AbortSignal.any([cut.signal, stop]);
    try {
      for await (const line of lines<LiveChange | Bookmark | StreamError>('/v1/watch', { query: { from: this.#from }, signal })) {
        clearTimeout(silence);
        silence = setTimeout(() => cut.abort(), silenceMsMax);
        connected();
        if (line.type === 'error') throw new CloudProblem({ status: 410, code: line.code });
        if (line.type === 'bookmark') {
          const isFromNow = this.#from === undefined;
          this.#from = line.revision;
          // Only now: of what is read earlier, changes until here would be missed.
          if (isFromNow) this.#begin();
          this.#hasTried.resolve();
          this.#setConnection({ is: 'live' });
        } else this.#gather(line);
      }
    } finally {
      clearTimeout(silence);
    }
  }

  #begin(): void {
    if (!this.#isAwaited) for (const callback of this.#startedOver) callback();
    this.#isAwaited = false;
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
