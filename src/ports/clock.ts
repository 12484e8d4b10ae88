/** Time and chance as values, so that a whole cloud can be replayed from a seed. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Calls back once, after `ms`; the returned function cancels. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
  /** In [0, 1). */
  random(): number;
  /** A UUID, version 7: sorts by time. */
  uuid(): string;
}

export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const stop = (): void => {
      cancel();
      resolve();
    };
    // A signal lives as long as its process, a sleep does not: it must not leave its listener behind.
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    });
    signal?.addEventListener('abort', stop, { once: true });
  });
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
