import { seconds } from '../../core/units.ts';

/** What has been counted up to a moment; the names are the caller's. */
export interface Counted {
  readonly atMs: number;
  readonly counters: Readonly<Record<string, number>>;
}

/** Between two looks further apart than this nobody knows when it happened. */
const apartMsMax = 60 * seconds;

/**
 * How much per second one counter grew between two looks; null where that cannot be said: there was no look before,
 * it is too long ago, or the counter began anew (the guest was started again).
 */
export function rate(before: Counted | null, now: Counted, name: string): number | null {
  const grown = growth(before, now, name);
  return grown === null || before === null ? null : (grown * seconds) / (now.atMs - before.atMs);
}

/** How much one counter grew; null where {@link rate} is. */
export function growth(before: Counted | null, now: Counted, name: string): number | null {
  const [from, to] = [before?.counters[name], now.counters[name]];
  if (before === null || from === undefined || to === undefined || to < from) return null;
  const apartMs = now.atMs - before.atMs;
  return apartMs > 0 && apartMs <= apartMsMax ? to - from : null;
}

/** As a share of 1; counters of two clocks may disagree a little. */
export function share(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : Math.min(1, part / whole);
}
