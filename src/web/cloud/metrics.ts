import { metricsPointsMax, type Metrics } from '../../core/metrics.ts';

/** What can be looked at: how far back, as the API says it, and in seconds. */
export const ranges = { '1h': 3_600, '24h': 86_400, '7d': 604_800, '30d': 2_592_000 } as const;
export type Range = keyof typeof ranges;

export function rangeOf(text: unknown): Range {
  return typeof text === 'string' && Object.hasOwn(ranges, text) ? (text as Range) : '1h';
}

/**
 * What is held, with what has come since: newer values replace older ones of the same time, and what is further back
 * than the range goes. null: they do not fit together, read all of it anew.
 */
export function joinMetrics(held: Metrics, news: Metrics, rangeSeconds: number): Metrics | null {
  const { stepSeconds } = held;
  const [first, last] = [news.times[0], news.times.at(-1)];
  if (first === undefined || last === undefined) return held;
  const before = held.times.at(-1);
  // After a long silence there would be a hole that nobody has asked about.
  if (news.stepSeconds !== stepSeconds || before === undefined || first > before + stepSeconds) return null;
  const end = Math.max(before, last);
  const begin = Math.max(held.times[0] ?? end, end - Math.min(rangeSeconds, stepSeconds * metricsPointsMax) + stepSeconds);
  const times = Array.from({ length: Math.floor((end - begin) / stepSeconds) + 1 }, (_, index) => begin + index * stepSeconds);
  const from = (metrics: Metrics, name: string, at: number): number | null | undefined =>
    metrics.series[name]?.[Math.round((at - (metrics.times[0] ?? 0)) / stepSeconds)];
  const series = Object.fromEntries(
    Object.keys({ ...held.series, ...news.series }).map((name) => [name, times.map((at) => from(news, name, at) ?? from(held, name, at) ?? null)]),
  );
  return { stepSeconds, times, series };
}

/** From when on to ask for news: the newest values were told before their time was over. */
export function newsFrom({ times, stepSeconds }: Metrics): number | null {
  const last = times.at(-1);
  return last === undefined ? null : last - 2 * stepSeconds;
}

/** When anything was measured last, s since 1970; null: never. */
export function lastMeasured({ times, series }: Metrics): number | null {
  const index = Math.max(-1, ...Object.values(series).map((values) => values.findLastIndex((value) => value !== null)));
  return times[index] ?? null;
}

/** At most so many rows, each the mean of its neighbours: for reading as a table. Newest first. */
export function asRows(times: readonly number[], columns: readonly (readonly (number | null)[])[], rowsMax: number) {
  const perRow = Math.ceil(times.length / rowsMax) || 1;
  const rows: { at: number; values: (number | null)[] }[] = [];
  for (let begin = 0; begin < times.length; begin += perRow) {
    const values = columns.map((column) => {
      const known = column.slice(begin, begin + perRow).filter((value) => value !== null);
      return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
    });
    rows.push({ at: times[begin] ?? 0, values });
  }
  return rows.toReversed();
}
