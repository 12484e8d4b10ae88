import { isDeepStrictEqual } from 'node:util';
import { DriverError } from '../core/driver-error.ts';

interface Run<P, R> {
  readonly subject: unknown;
  readonly result: Promise<R>;
  readonly abort: AbortController;
  readonly listeners: Set<(progress: P) => void>;
  last: P | null;
}

/**
 * Callers who want the same thing under one key share one run of it. It goes on while at least one of
 * them wants it.
 */
export class SharedRuns<P, R> {
  readonly #runs = new Map<string, Run<P, R>>();

  /** @param start begins the run; called at once, or not at all when one is under way */
  async join(
    key: string,
    subject: unknown,
    start: (report: (progress: P) => void, signal: AbortSignal) => Promise<R>,
    onProgress: (progress: P) => void,
    signal: AbortSignal,
  ): Promise<R> {
    signal.throwIfAborted();
    // One that everybody has left is only winding down: the new one waits for its end.
    for (let old = this.#runs.get(key); old?.abort.signal.aborted; old = this.#runs.get(key)) {
      await old.result.catch(() => undefined);
      signal.throwIfAborted();
    }
    const run = this.#runs.get(key) ?? this.#start(key, subject, start);
    if (!isDeepStrictEqual(run.subject, subject)) throw new DriverError(`${key} is under way with another source.`, { retry: 'never' });
    return this.#listen(run, onProgress, signal);
  }

  /** Ends the run, if there is one, and waits until it has ended. */
  async stop(key: string): Promise<void> {
    const run = this.#runs.get(key);
    run?.abort.abort(new DriverError(`${key} was given up.`, { retry: 'never' }));
    await run?.result.catch(() => undefined);
  }

  #start(key: string, subject: unknown, start: (report: (progress: P) => void, signal: AbortSignal) => Promise<R>): Run<P, R> {
    const abort = new AbortController();
    const listeners = new Set<(progress: P) => void>();
    const report = (progress: P): void => {
      run.last = progress;
      for (const listener of listeners) listener(progress);
    };
    const result = Promise.resolve()
      .then(() => {
        abort.signal.throwIfAborted();
        return start(report, abort.signal);
      })
      .finally(() => this.#runs.delete(key));
    const run: Run<P, R> = { subject, result, abort, listeners, last: null };
    this.#runs.set(key, run);
    // Everybody may have left before it fails.
    result.catch(() => undefined);
    return run;
  }

  async #listen(run: Run<P, R>, onProgress: (progress: P) => void, signal: AbortSignal): Promise<R> {
    // A listener of its own, so that one function given twice counts as two callers.
    const listener = (progress: P): void => onProgress(progress);
    run.listeners.add(listener);
    if (run.last !== null) listener(run.last);
    const left = Promise.withResolvers<never>();
    const leave = (): void => {
      run.listeners.delete(listener);
      if (run.listeners.size === 0) run.abort.abort(signal.reason);
      left.reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([run.result, left.promise]);
    } finally {
      signal.removeEventListener('abort', leave);
      run.listeners.delete(listener);
    }
  }
}
