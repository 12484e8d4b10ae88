import { minutes, seconds } from '../../core/units.ts';

/** A ring of values of one fineness. */
export interface Tier {
  readonly stepMs: number;
  /** How many are kept: a multiple of how many make one of the next tier, so that those stand side by side. */
  readonly count: number;
}

/** Every value of a tier is the mean of those of the tier before that fall into its time. */
export const tiers = [
  { stepMs: 10 * seconds, count: 360 },
  { stepMs: 1 * minutes, count: 1_440 },
  { stepMs: 15 * minutes, count: 2_880 },
] as const satisfies readonly Tier[];

export const [finest, middle, coarsest] = tiers;

/** How far back anything is known: 30 days. */
export const metricsKeptMs = coarsest.stepMs * coarsest.count;

/** How far back each tier reaches: 1 h, 24 h, 30 d. */
export function reachMs({ stepMs, count }: Tier): number {
  return stepMs * count;
}
