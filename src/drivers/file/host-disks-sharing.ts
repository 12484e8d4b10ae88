import { DriverError } from '../../core/driver-error.ts';

type Progress = (bytes: number) => void;
type Transfer = (onProgress: Progress, signal: AbortSignal) => Promise<void>;

interface Running {
  readonly stop: AbortController;
  readonly listeners: Set<Progress>;
  bytes: number;
  ended: Promise<void>;
}

/** Transfers by name, one at a time for each: who comes later joins; it stops when everybody has left. */
export class SharedTransfers {
  readonly #running = new Map<string, Running>();

  async join(name: string, transfer: Transfer, onProgress: Progress, signal: AbortSignal): Promise<void> {
    let running = this.#running.get(name);
    while (running?.stop.signal.aborted) {
      // The last one has just left it: its file must be let go before the next begins.
      await running.ended.catch(() => undefined);
      running = this.#running.get(name);
    }
    if (signal.aborted) throw brokenOff();
    running ??= this.#begin(name, transfer);
    // A function of our own, so that one callback given twice is still two listeners.
    const listener: Progress = (bytes) => onProgress(bytes);
    running.listeners.add(listener);
    if (running.bytes > 0) onProgress(running.bytes);
    try {
      await untilAborted(running.ended, signal);
    } finally {
      running.listeners.delete(listener);
      if (running.listeners.size === 0) running.stop.abort();
    }
  }

  #begin(name: string, transfer: Transfer): Running {
    const running: Running = { stop: new AbortController(), listeners: new Set(), bytes: 0, ended: Promise.resolve() };
    const tell = (bytes: number) => {
      running.bytes = bytes;
      for (const listener of running.listeners) listener(bytes);
    };
    running.ended = transfer(tell, running.stop.signal).finally(() => this.#running.delete(name));
    // Those who wait hear of a failure; when all have left, nobody has to.
    running.ended.catch(() => undefined);
    this.#running.set(name, running);
    return running;
  }
}

function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(brokenOff());
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

function brokenOff(): DriverError {
  return new DriverError('copying an image to this host: broken off', { retry: 'soon' });
}
