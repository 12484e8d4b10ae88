import { isoTime, type Clock } from '../ports/clock.ts';
import type { Resource } from '../core/resource.ts';
import { checkQuota, sum, usageAfter, usageIndexed, usageKind, type QuotaPolicy, type UsageDelta, type UsageRecord } from './usage.ts';
import type { Change, DocumentChange } from './store/store.ts';

interface Records {
  get(kind: string, id: string): Promise<Resource | null>;
}

/**
 * What belongs into a commit that takes more or less: the records of who it is taken from, and, where it grows, the
 * limits that it was measured by. Throws QUOTA_EXCEEDED.
 */
export async function usageChanges(
  records: Records,
  clock: Clock,
  delta: UsageDelta,
  policy: QuotaPolicy | undefined,
): Promise<{ changes: DocumentChange[]; leanOn: Resource[] }> {
  const changes: DocumentChange[] = [];
  const leanOn: Resource[] = [];
  for (const { holder, amounts } of delta.changed()) {
    const before = (await records.get(usageKind, holder.id)) as UsageRecord | null;
    const used = before?.spec.amounts ?? {};
    const limited = [...amounts.values()].some((amount) => amount > 0) && (holder.kind === 'project' || holder.kind === 'user');
    const who = limited && policy !== undefined ? await records.get(holder.kind, holder.id) : null;
    if (who !== null && policy !== undefined) {
      checkQuota(policy, who, used, amounts);
      leanOn.push(who);
    }
    const change = usageChange(before, usageAfter(before, holder, sum(used, amounts), isoTime(clock.now())));
    if (change !== null) changes.push(change);
  }
  return { changes, leanOn };
}

export function usageChange(before: UsageRecord | null, after: UsageRecord | null): Extract<Change, { op: 'put' | 'delete' }> | null {
  const expectedRevision = before?.revision ?? 0;
  if (after !== null) return { op: 'put', resource: after, expectedRevision, indexed: usageIndexed(after) };
  return before === null ? null : { op: 'delete', kind: usageKind, id: before.id, expectedRevision };
}
