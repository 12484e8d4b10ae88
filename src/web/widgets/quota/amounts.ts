import { quotaNames, type Quota, type QuotaName } from '../../../core/quota.ts';
import { GiB, MiB } from '../../../core/units.ts';
import type { useFormat } from '../../words/format.ts';

/** What is taken, and may be taken at most. */
export interface Usage {
  readonly used: Readonly<Record<QuotaName, number>>;
  readonly limits: Quota;
}

/** Shown also where nothing is taken and nothing is limited; the others are of what this cloud may not have. */
const always: readonly QuotaName[] = ['instances', 'vcpus', 'memoryMib', 'diskGib', 'images', 'imageGib'];

export function shownNames({ used, limits }: Usage): QuotaName[] {
  return quotaNames.filter((name) => always.includes(name) || used[name] > 0 || limits[name] !== null);
}

export function limitedNames({ limits }: Usage): QuotaName[] {
  return quotaNames.filter((name) => limits[name] !== null);
}

/** With its unit. */
export function amountText(format: ReturnType<typeof useFormat>, name: QuotaName, amount: number): string {
  const unit = unitOf(name);
  return unit === null ? format.number(amount) : format.bytes(amount * (unit === 'MiB' ? MiB : GiB));
}

/** In which a limit is said; null: they are counted. */
export function unitOf(name: QuotaName): 'MiB' | 'GiB' | null {
  return name.endsWith('Mib') ? 'MiB' : name.endsWith('Gib') ? 'GiB' : null;
}

export type Fill = 'none' | 'of' | 'nearly' | 'full' | 'over';

/** From 80 % on it is said that it is nearly used up. */
export function fillOf(used: number, limit: number): Fill {
  if (used > limit) return 'over';
  if (limit === 0) return 'none';
  if (used === limit) return 'full';
  return used >= limit * 0.8 ? 'nearly' : 'of';
}
