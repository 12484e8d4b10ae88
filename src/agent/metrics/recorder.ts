import type { Metrics, MetricsQuery } from '../../core/metrics.ts';
import { seconds } from '../../core/units.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RingFiles } from '../../ports/ring-files.ts';
import { History, type Samples } from './history.ts';
import { RingLayout, type Values } from './ring-layout.ts';
import { finest, metricsKeptMs, middle } from './tiers.ts';

/** What is measured in one look: name of the ring file → its layout and values. */
export type Sample = ReadonlyMap<string, { readonly layout: RingLayout; readonly values: Values }>;

export interface RecorderOptions {
  readonly clock: Clock;
  readonly files: RingFiles;
  /** Looks at everything once. */
  readonly sample: (nowMs: number) => Promise<Sample>;
  readonly onError: (what: string, error: unknown) => void;
}

/** Samples that wait for a disk that does not take them: of each ring, at most. */
const freshMax = 60;
/** A timer may ring a little before its time by the wall clock: the step is over all the same. */
const earlyMsMax = 1 * seconds;

/**
 * Looks every 10 s, keeps what it saw in memory for a minute, then writes all of it: a host's disks see one small
 * batch a minute, and a crash loses a minute at most.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  readonly #fresh = new Map<string, { readonly layout: RingLayout; readonly samples: Map<number, Values> }>();
  /** Forgotten since the present look began: what it finds of them is of the past. */
  readonly #gone = new Set<string>();
  #cancel: () => void = () => undefined;
  #isStopped = false;
  #isLooking = false;
  #minute: number | null = null;
  /** Files are worked on one after the other: what is removed stays removed. */
  #queue: Promise<void> = Promise.resolve();

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#inTurn('sweeping old metrics', () => this.#options.files.sweep(metricsKeptMs));
    this.#await();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  read(name: string, layout: RingLayout, query: MetricsQuery): Promise<Metrics> {
    const { files, clock } = this.#options;
    const fresh: Samples = new Map(this.#fresh.get(name)?.samples);
    return new History(files, layout, name).read(query, fresh, clock.now());
  }

  /** It is gone for good. */
  forget(name: string): void {
    this.#fresh.delete(name);
    this.#gone.add(name);
    void this.#inTurn(`removing the metrics of ${name}`, () => this.#options.files.remove(name));
  }

  #await(): void {
    const { clock } = this.#options;
    const nowMs = clock.now();
    const next = Math.floor((nowMs + earlyMsMax) / finest.stepMs) + 1;
    this.#cancel = clock.after(next * finest.stepMs - nowMs, () => {
      if (this.#isStopped) return;
      this.#await();
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    // A hypervisor that does not answer: its time is a gap.
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#gone.clear();
    const { clock, sample, onError } = this.#options;
    const nowMs = clock.now();
    // What is seen now is what happened in the step that has just ended.
    const step = Math.floor((nowMs + earlyMsMax) / finest.stepMs) - 1;
    try {
      for (const [name, { layout, values }] of await sample(nowMs)) if (!this.#gone.has(name)) this.#keep(name, layout, step, values);
    } catch (error) {
      onError('measuring', error);
    } finally {
      this.#isLooking = false;
    }
    const minute = Math.floor((nowMs + earlyMsMax) / middle.stepMs);
    const isOver = this.#minute !== null && minute !== this.#minute;
    this.#minute = minute;
    if (isOver) void this.#inTurn('writing metrics', () => this.#write());
  }

  #keep(name: string, layout: RingLayout, step: number, values: Values): void {
    let fresh = this.#fresh.get(name);
    if (fresh === undefined) this.#fresh.set(name, (fresh = { layout, samples: new Map() }));
    fresh.samples.set(step, values);
    if (fresh.samples.size > freshMax) for (const oldest of fresh.samples.keys()) if (fresh.samples.size > freshMax) fresh.samples.delete(oldest);
  }

  async #write(): Promise<void> {
    for (const [name, { layout, samples }] of [...this.#fresh]) {
      // Forgotten meanwhile.
      if (this.#isStopped || !this.#fresh.has(name)) continue;
      const written = new Map(samples);
      await new History(this.#options.files, layout, name).add(written);
      for (const step of written.keys()) samples.delete(step);
      if (samples.size === 0) this.#fresh.delete(name);
    }
  }

  #inTurn(what: string, work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work).catch((error: unknown) => this.#options.onError(what, error));
    return this.#queue;
  }
}
