import { CloudError } from '../core/errors.ts';
import { isId } from '../core/ids.ts';
import { limitsOf, quotaNames, quotaSays, rounded, type Amounts, type OwnQuota, type QuotaName } from '../core/quota.ts';
import type { Resource } from '../core/resource.ts';
import type { Registry } from './registry.ts';

/** Whose quota, or whose room, a resource takes from. */
export interface Holder {
  readonly kind: string;
  readonly id: string;
}

export const usageKind = 'usage';

/** All that is taken from one holder, under the holder's id; there is none where nothing is. */
export interface UsageSpec {
  /** The holder's kind. */
  readonly of: string;
  readonly amounts: Amounts;
}
export type UsageRecord = Resource<UsageSpec>;

/** What the limits of a cloud are. */
export interface QuotaPolicy {
  /** Of every project, and of every person over all projects, where nothing else is said of them. */
  defaults(): { readonly project: OwnQuota; readonly user: OwnQuota };
  /** Whom to ask for more. */
  contact(): string;
}

export const usageIndexed = ({ spec }: UsageRecord) => ({ keys: [], indexes: { of: spec.of } });

/** What a commit adds to what is taken: the difference between records before it and after it. */
export class UsageDelta {
  readonly #registry: Registry;
  readonly #deltas = new Map<string, { readonly holder: Holder; readonly amounts: Map<QuotaName, number> }>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** `before` becomes `after`; null: there was none, or is none any more. Of kinds that take nothing, nothing is counted. */
  replace(before: Resource | null, after: Resource | null): void {
    const kind = (after ?? before)?.kind ?? '';
    if (!this.#registry.has(kind) || this.#registry.get(kind).takes === undefined) return;
    if (before !== null) this.#add(before, -1);
    if (after !== null) this.#add(after, 1);
  }

  of(id: string): Amounts {
    return Object.fromEntries(this.#deltas.get(id)?.amounts ?? []);
  }

  /** Those of whom more or less is taken than before. */
  *changed(): Iterable<{ holder: Holder; amounts: ReadonlyMap<QuotaName, number> }> {
    for (const delta of this.#deltas.values()) if ([...delta.amounts.values()].some((amount) => amount !== 0)) yield delta;
  }

  #add(resource: Resource, sign: 1 | -1): void {
    const kind = this.#registry.get(resource.kind);
    const takes = Object.entries(kind.takes?.(resource) ?? {}) as [QuotaName, number][];
    for (const holder of holdersOf(this.#registry, resource)) {
      let delta = this.#deltas.get(holder.id);
      if (delta === undefined) this.#deltas.set(holder.id, (delta = { holder, amounts: new Map() }));
      for (const [name, amount] of takes) delta.amounts.set(name, (delta.amounts.get(name) ?? 0) + sign * amount);
    }
  }
}

/** Its project, the person who made it, and what its kind names besides. */
function holdersOf(registry: Registry, resource: Resource): Holder[] {
  const kind = registry.get(resource.kind);
  const { project, createdBy } = resource;
  return [
    ...(project === null ? [] : [{ kind: 'project', id: project }]),
    ...(registry.has('user') && isId(registry.get('user').prefix, createdBy) ? [{ kind: 'user', id: createdBy }] : []),
    ...(kind.takesFrom?.(resource) ?? []),
  ];
}

export function sum(a: Amounts, b: Amounts | ReadonlyMap<QuotaName, number>): Amounts {
  const other = b instanceof Map ? (Object.fromEntries(b) as Amounts) : (b as Amounts);
  return Object.fromEntries(quotaNames.map((name) => [name, (a[name] ?? 0) + (other[name] ?? 0)] as const).filter(([, amount]) => amount !== 0));
}

/** The holder's new record; null: nothing is taken from it any more. */
export function usageAfter(before: UsageRecord | null, holder: Holder, amounts: Amounts, now: string): UsageRecord | null {
  return Object.keys(amounts).length === 0 ? null : usageRecord(before, holder, amounts, now);
}

export function usageRecord(before: UsageRecord | null, { kind: of, id }: Holder, amounts: Amounts, now: string): UsageRecord {
  const unchanging = { kind: usageKind, id, name: id, project: null, labels: {}, generation: 1, deletedAt: null, createdBy: 'system', status: {} };
  return { ...unchanging, revision: before?.revision ?? 0, createdAt: before?.createdAt ?? now, updatedAt: now, spec: { of, amounts } };
}

/**
 * Refuses what would grow over the limit of a project or of a person; what shrinks or stays is never refused, however
 * much it is. Throws QUOTA_EXCEEDED.
 */
export function checkQuota(policy: QuotaPolicy, holder: Resource, used: Amounts, asked: ReadonlyMap<QuotaName, number>): void {
  const defaults = policy.defaults();
  const { quota } = holder.spec as { quota?: OwnQuota };
  const limits = limitsOf(quota, holder.kind === 'user' ? defaults.user : defaults.project);
  for (const name of quotaNames) {
    const [limit, more] = [limits[name], asked.get(name) ?? 0];
    if (limit === null || more <= 0 || (used[name] ?? 0) + more <= limit) continue;
    throw new CloudError('QUOTA_EXCEEDED', {
      quota: name,
      what: quotaSays[name],
      used: rounded(used[name] ?? 0),
      asked: rounded(more),
      limit,
      whose: `${holder.kind} ${holder.name}`,
      contact: policy.contact(),
    });
  }
}
