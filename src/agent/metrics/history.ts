import { metricsPointsMax, type Metrics, type MetricsQuery } from '../../core/metrics.ts';
import { seconds } from '../../core/units.ts';
import type { RingFiles } from '../../ports/ring-files.ts';
import { meanOf, type RingLayout, type Values } from './ring-layout.ts';
import { coarsest, finest, metricsKeptMs, middle, reachMs, tiers, type Tier } from './tiers.ts';

/** Values of the finest tier: by the number of their step. */
export type Samples = ReadonlyMap<number, Values>;

/** History of one instance or host: one ring file. */
export class History {
  readonly #files: RingFiles;
  readonly #layout: RingLayout;
  readonly #name: string;

  constructor(files: RingFiles, layout: RingLayout, name: string) {
    this.#files = files;
    this.#layout = layout;
    this.#name = name;
  }

  /**
   * Writes samples, and anew every mean that they belong to. What the means are of is read back, so that it does not
   * matter how often whoever writes was started anew meanwhile; done twice it is the same.
   */
  async add(samples: Samples): Promise<void> {
    const byTier = await this.#withMeans(samples);
    await this.#files.write(
      this.#name,
      [...byTier].flatMap(([tier, values]) => this.#parts(tier, values)),
    );
  }

  /** What is kept between two times; `fresh` are samples that are not written yet. */
  async read(query: MetricsQuery, fresh: Samples, nowMs: number): Promise<Metrics> {
    const { columns } = this.#layout;
    const { tier, stepMs, fromMs, toMs } = cut(query, nowMs);
    const perPoint = stepMs / tier.stepMs;
    const count = Math.max(0, (toMs - fromMs) / stepMs);
    const first = fromMs / tier.stepMs;
    const slots = await this.#slots(tier, first, count * perPoint);
    const newest = (await this.#withMeans(fresh)).get(tier) ?? new Map<number, Values>();
    for (const [step, values] of newest) if (step >= first && step < first + slots.length) slots[step - first] = values;
    const points = Array.from({ length: count }, (_, index) => {
      const own = slots.slice(index * perPoint, (index + 1) * perPoint);
      return own.length === 1 ? (own[0] ?? null) : meanOf(own, columns.length);
    });
    return {
      stepSeconds: stepMs / seconds,
      times: points.map((_, index) => (fromMs + index * stepMs) / seconds),
      // Six digits are what 32 bits hold.
      series: Object.fromEntries(columns.map((name, column) => [name, points.map((values) => sixDigits(values?.[column] ?? null))])),
    };
  }

  async #withMeans(samples: Samples): Promise<ReadonlyMap<Tier, Samples>> {
    const minutes = await this.#means(finest, middle, samples);
    return new Map<Tier, Samples>([
      [finest, samples],
      [middle, minutes],
      [coarsest, await this.#means(middle, coarsest, minutes)],
    ]);
  }

  /** The mean over each step of `into` that any of `values` falls in; those of `values` count before those on disk. */
  async #means(from: Tier, into: Tier, values: Samples): Promise<Samples> {
    const perMean = into.stepMs / from.stepMs;
    const means = new Map<number, Values>();
    for (const step of new Set([...values.keys()].map((each) => Math.floor(each / perMean)))) {
      const steps = Array.from({ length: perMean }, (_, index) => step * perMean + index);
      const isWhole = steps.every((each) => values.has(each));
      const onDisk = isWhole ? [] : await this.#slots(from, step * perMean, perMean);
      means.set(
        step,
        meanOf(
          steps.map((each, index) => values.get(each) ?? onDisk[index] ?? null),
          this.#layout.columns.length,
        ),
      );
    }
    return means;
  }

  /** Slots of consecutive steps, at most one round of the ring. */
  async #slots(tier: Tier, first: number, count: number): Promise<(Values | null)[]> {
    const { slotBytes } = this.#layout;
    if (count <= 0) return [];
    const start = first % tier.count;
    const beforeWrap = Math.min(count, tier.count - start);
    const runs: readonly (readonly [step: number, length: number])[] = [
      [first, beforeWrap],
      [first + beforeWrap, count - beforeWrap],
    ];
    const slots: (Values | null)[] = [];
    for (const [step, length] of runs) {
      if (length === 0) continue;
      const bytes = await this.#files.read(this.#name, this.#layout.offsetOf(tier, step), length * slotBytes);
      for (let i = 0; i < length; i++) slots.push(this.#layout.decode(bytes, i * slotBytes, step + i));
    }
    return slots;
  }

  /** Neighbours go in one piece. */
  #parts(tier: Tier, values: Samples): { offset: number; bytes: Uint8Array }[] {
    const parts: { offset: number; bytes: Uint8Array }[] = [];
    for (const [step, each] of [...values].toSorted(([a], [b]) => a - b)) {
      const [offset, bytes] = [this.#layout.offsetOf(tier, step), this.#layout.encode(step, each)];
      const last = parts.at(-1);
      if (last !== undefined && last.offset + last.bytes.length === offset) last.bytes = Buffer.concat([last.bytes, bytes]);
      else parts.push({ offset, bytes });
    }
    return parts;
  }
}

/** What can be answered of a query: times at whole steps, the finest tier that reaches back far enough, not too many points. */
function cut(query: MetricsQuery, nowMs: number): { tier: Tier; stepMs: number; fromMs: number; toMs: number } {
  const toMs = Math.min(query.toMs, nowMs);
  const fromMs = Math.min(toMs, Math.max(query.fromMs, nowMs - metricsKeptMs));
  const wantedMs = query.stepMs ?? 0;
  const reaching = tiers.filter((tier) => fromMs >= nowMs - reachMs(tier) - tier.stepMs);
  const tier = reaching.findLast((each) => each.stepMs <= wantedMs) ?? reaching[0] ?? coarsest;
  const leastMs = Math.max(wantedMs, (toMs - fromMs + tier.stepMs) / (metricsPointsMax - 1));
  const stepMs = Math.ceil(Math.max(1, leastMs / tier.stepMs)) * tier.stepMs;
  // Of a mean the newest counts though its time is not over yet; of the samples it is still to come.
  const isOver = stepMs === finest.stepMs ? Math.floor : Math.ceil;
  return { tier, stepMs, fromMs: Math.floor(fromMs / stepMs) * stepMs, toMs: isOver(toMs / stepMs) * stepMs };
}

function sixDigits(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(6));
}
