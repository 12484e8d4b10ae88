import { CloudError } from '../../core/errors.ts';
import { days, hours } from '../../core/units.ts';
import type { Instance, InstanceSpec } from './instance.ts';

/** What the cloud does about instances that end. */
export interface LeasePolicy {
  /** How long one may live from now on at most; null: for ever. */
  readonly maxDays: number | null;
  /** How long before its end who made it is told; 0: not at all. */
  readonly warnDaysBefore: number;
  /** How long it is kept after its end, stopped. */
  readonly graceDays: number;
}

const unitsMs = { h: hours, d: days, w: 7 * days } as const;

/**
 * When what was asked for ends: `30d`, `12h`, `4w` from now, a time, or `never`; where nothing was asked for, as late
 * as may be. ISO 8601; null: never. Throws INPUT_INVALID for what is no such thing or is past, LIMIT_REACHED for more than may be.
 */
export function leaseEnd(lease: string | undefined, policy: LeasePolicy, nowMs: number): string | null {
  const latestMs = policy.maxDays === null ? Infinity : nowMs + policy.maxDays * days;
  const endMs = lease === undefined ? latestMs : endOf(lease, nowMs);
  if (endMs <= nowMs) throw new CloudError('INPUT_INVALID', { where: 'lease', problem: 'it would be over already' });
  if (endMs > latestMs)
    throw new CloudError('LIMIT_REACHED', {
      what: 'The lease of an instance',
      asked: lease ?? 'never',
      limit: `${policy.maxDays} days`,
      hint: 'Ask for less; it can be extended when its end comes near.',
    });
  return endMs === Infinity ? null : new Date(endMs).toISOString();
}

function endOf(lease: string, nowMs: number): number {
  if (lease === 'never') return Infinity;
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(lease) ?? [];
  const endMs = count === undefined ? parseTime(lease) : nowMs + Number(count) * unitsMs[unit as keyof typeof unitsMs];
  if (!(endMs < Date.UTC(9999, 0)))
    throw new CloudError('INPUT_INVALID', { where: 'lease', problem: 'must be like 30d, 12h or 4w, a time, or never' });
  return endMs;
}

/** NaN: it is none. */
function parseTime(text: string): number {
  return /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text) ? Date.parse(text) : Number.NaN;
}

/** When it is deleted, ms since 1970; Infinity: never. */
export function leaseDeletionMs({ expiresAt = null }: Pick<InstanceSpec, 'expiresAt'>, { graceDays }: LeasePolicy): number {
  return expiresAt === null ? Infinity : Date.parse(expiresAt) + graceDays * days;
}

/** Throws LEASE_OVER: what has ended does not start again before it is extended. */
export function checkLease({ name, spec }: Instance, nowMs: number): void {
  const { expiresAt = null } = spec;
  if (expiresAt !== null && Date.parse(expiresAt) <= nowMs) throw new CloudError('LEASE_OVER', { name, at: expiresAt });
}
