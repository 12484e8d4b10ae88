import { days } from '../../core/units.ts';
import type { Instance } from './instance.ts';
import { leaseDeletionMs, type LeasePolicy } from './lease.ts';

export type LeaseAction = 'warn' | 'stop' | 'delete';

/** What is to be done about its end now, and when to look again, ms since 1970; Infinity: never. Pure. */
export function planLease(
  instance: Pick<Instance, 'createdAt' | 'deletedAt' | 'spec' | 'status'>,
  policy: LeasePolicy,
  nowMs: number,
): { action: LeaseAction | null; nextMs: number } {
  const { deletedAt, spec, status } = instance;
  const { expiresAt = null } = spec;
  if (deletedAt !== null || expiresAt === null) return { action: null, nextMs: Infinity };
  const endMs = Date.parse(expiresAt);
  const deletionMs = leaseDeletionMs(spec, policy);
  if (nowMs >= deletionMs) return { action: 'delete', nextMs: nowMs };
  if (nowMs >= endMs)
    return spec.power === 'running' || spec.power === 'paused' ? { action: 'stop', nextMs: nowMs } : { action: null, nextMs: deletionMs };
  if (policy.warnDaysBefore === 0 || status.leaseWarnedFor === expiresAt) return { action: null, nextMs: endMs };
  // Nobody wants a mail about the end of what was just begun: a short one is told of at its half.
  const warnMs = endMs - Math.min(policy.warnDaysBefore * days, (endMs - Date.parse(instance.createdAt)) / 2);
  return nowMs >= warnMs ? { action: 'warn', nextMs: nowMs } : { action: null, nextMs: warnMs };
}
