import { sameValue } from '../core/same-value.ts';
import { seconds } from '../core/units.ts';
import { sleep, type Clock } from '../ports/clock.ts';
import type { ControlLink, HostReport } from '../ports/control-link.ts';

type Item = HostReport['items'][number];

export interface ReporterOptions {
  readonly clock: Clock;
  readonly link: ControlLink;
  /** At least this often a report is sent, changes or not: the sign of life. */
  readonly everyMs: number;
  /** The host's own part of a report. */
  head(): Promise<Omit<HostReport, 'items' | 'sequence'>>;
}

/** Changes that come together go together. */
const gatherMs = 20;
/** Everything is told again after this long: what the control plane lost, it gets back. */
const completeEveryMs = 60 * seconds;

/** Tells the control plane what was seen: soon after a change, all of it now and then, and after every silence. */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #latest = new Map<string, Item>();
  readonly #dirty = new Set<string>();
  #wake: () => void = () => undefined;
  #completeAtMs = 0;
  #sequence = 0;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  tell(item: Item): void {
    const key = `${item.kind}/${item.id}`;
    if (sameValue(this.#latest.get(key), item)) return;
    this.#latest.set(key, item);
    this.#dirty.add(key);
    this.#wake();
  }

  forget(kind: string, id: string): void {
    this.#latest.delete(`${kind}/${id}`);
    this.#dirty.delete(`${kind}/${id}`);
  }

  /** The next report tells everything. */
  tellAll(): void {
    this.#completeAtMs = 0;
    this.#wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, everyMs } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      const sent = await this.#send();
      failures = sent ? 0 : failures + 1;
      const pauseMs = sent ? everyMs : Math.min(everyMs, 250 * 2 ** Math.min(failures, 10));
      const hasMore = this.#dirty.size > 0 || clock.now() >= this.#completeAtMs;
      if (sent && hasMore) await sleep(clock, gatherMs, signal);
      else await this.#sleepUnlessWoken(pauseMs, sent, signal);
    }
  }

  async #send(): Promise<boolean> {
    const { clock, link } = this.#options;
    const complete = clock.now() >= this.#completeAtMs;
    const keys = complete ? [...this.#latest.keys()] : [...this.#dirty];
    const items = keys.flatMap((key) => this.#latest.get(key) ?? []);
    this.#dirty.clear();
    // Before the answer: a wish to tell everything that comes meanwhile must outlive it.
    if (complete) this.#completeAtMs = clock.now() + completeEveryMs;
    // Of now, as the items are: one that is given up on may still arrive, after the next.
    const sequence = ++this.#sequence;
    try {
      await link.report({ ...(await this.#options.head()), sequence, items });
      return true;
    } catch {
      if (complete) this.#completeAtMs = 0;
      for (const key of keys) this.#dirty.add(key);
      return false;
    }
  }

  async #sleepUnlessWoken(ms: number, mayWake: boolean, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    signal.addEventListener('abort', this.#wake, { once: true });
    await sleep(clock, ms, mayWake ? woken.signal : signal);
    signal.removeEventListener('abort', this.#wake);
    this.#wake = () => undefined;
    if (woken.signal.aborted && !signal.aborted) await sleep(clock, gatherMs, signal);
  }
}
