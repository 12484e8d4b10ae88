import { admit, systemCaller, type Admission } from '../../control/admission.ts';
import type { ReconcileDeps } from '../../control/controller.ts';
import type { Feed } from '../../control/feed.ts';
import type { Change } from '../../control/store/store.ts';
import type { Resource } from '../../core/resource.ts';
import { hours, minutes, seconds } from '../../core/units.ts';
import { isoTime } from '../../ports/clock.ts';
import type { Instance } from './instance.ts';
import { leaseDeletionMs, type LeasePolicy } from './lease.ts';
import { planLease } from './lease.plan.ts';

export interface LeaseDeps extends ReconcileDeps {
  readonly feed: Feed;
  leases(): LeasePolicy;
  /** What belongs into the commit that remembers that somebody was told. */
  notify: Notify;
  readonly onError?: (what: string, error: unknown) => void;
}

export interface LeaseEnds {
  readonly instance: Resource;
  readonly endsAt: string;
  readonly deletedAt: string;
}
export type Notify = (userId: string, template: 'lease-ends', data: LeaseEnds) => Promise<readonly Change[]>;

type Leased = Pick<Instance, 'revision' | 'createdAt' | 'deletedAt' | 'spec' | 'status'>;

/** However far away the next end is: settings may have changed. */
const lookAgainMs = 1 * hours;
const afterErrorMs = 1 * minutes;

/**
 * Tells people that instances end, stops those that have ended, and deletes them after their grace. It plans from the clock
 * and from what the records say, so whatever was cut off is planned again; each step is one commit, the mail in it.
 */
export class LeaseKeeper {
  readonly #deps: LeaseDeps;
  /** All instances that end, as last heard. */
  readonly #leased = new Map<string, Leased>();
  #isOn = false;
  #isLooking = false;
  /** When it looks again, ms since 1970. */
  #nextMs = Infinity;
  #cancel = () => {};
  #unsubscribe = () => {};

  constructor(deps: LeaseDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { feed, store } = this.#deps;
    this.#isOn = true;
    this.#unsubscribe = feed.subscribe(({ kind, id, resource }) => {
      if (kind !== 'instance') return;
      this.#hear(id, resource as Instance | null);
      const leased = this.#leased.get(id);
      if (leased !== undefined) this.#lookAt(planLease(leased, this.#deps.leases(), this.#deps.clock.now()).nextMs);
    });
    for (let cursor: string | undefined; ;) {
      const page = await store.list({ kind: 'instance', index: { name: 'leased', value: 'yes' }, limit: 1_000, cursor });
      for (const instance of page.items) this.#hear(instance.id, instance as Instance);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    this.#lookAt(this.#deps.clock.now());
  }

  stop(): void {
    this.#isOn = false;
    this.#unsubscribe();
    this.#cancel();
  }

  #hear(id: string, instance: Instance | null): void {
    if (instance?.spec.expiresAt == null) return void this.#leased.delete(id);
    const { revision, createdAt, deletedAt, spec, status } = instance;
    if (revision < (this.#leased.get(id)?.revision ?? 0)) return;
    this.#leased.set(id, { revision, createdAt, deletedAt, spec, status });
  }

  /** Then at the latest; what was set for earlier stays so. */
  #lookAt(atMs: number): void {
    if (atMs >= this.#nextMs || !this.#isOn) return;
    this.#nextMs = atMs;
    // Who is looking sets it at the end.
    if (this.#isLooking) return;
    this.#cancel();
    const { clock } = this.#deps;
    this.#cancel = clock.after(Math.min(Math.max(atMs - clock.now(), 0), lookAgainMs), () => void this.#look());
  }

  async #look(): Promise<void> {
    const { clock, onError } = this.#deps;
    this.#isLooking = true;
    this.#nextMs = Infinity;
    let nextMs = clock.now() + lookAgainMs;
    for (const [id, leased] of this.#leased) {
      if (!this.#isOn) break;
      const plan = planLease(leased, this.#deps.leases(), clock.now());
      nextMs = Math.min(
        nextMs,
        plan.action === null
          ? plan.nextMs
          : await this.#act(id).catch((error: unknown) => {
              onError?.(`the lease of instance ${id}`, error);
              return clock.now() + afterErrorMs;
            }),
      );
    }
    this.#isLooking = false;
    const heardMs = this.#nextMs;
    this.#nextMs = Infinity;
    // What fails is not tried again at once, nor is what was heard of while it was being done.
    if (this.#leased.size > 0) this.#lookAt(Math.max(Math.min(nextMs, heardMs), clock.now() + 1 * seconds));
  }

  /** Decided anew in the transaction. When to look again, ms since 1970. */
  async #act(id: string): Promise<number> {
    const { clock } = this.#deps;
    const { result } = await admit(this.#deps, systemCaller, async (admission) => {
      const instance = (await admission.get('instance', id)) as Instance | null;
      if (instance === null) return null;
      const policy = this.#deps.leases();
      const { action } = planLease(instance, policy, clock.now());
      if (action === 'warn') return this.#warn(admission, instance, policy);
      if (action === 'stop') return stop(admission, instance, policy);
      return action === 'delete' ? end(admission, instance) : instance;
    });
    // The feed tells the same, a little later.
    this.#hear(id, result);
    return result === null ? Infinity : planLease(result, this.#deps.leases(), clock.now()).nextMs;
  }

  async #warn(admission: Admission, instance: Instance, policy: LeasePolicy): Promise<Instance> {
    const endsAt = instance.spec.expiresAt ?? '';
    const deletedAt = isoTime(leaseDeletionMs(instance.spec, policy));
    admission.also(await this.#deps.notify(instance.createdBy, 'lease-ends', { instance, endsAt, deletedAt }));
    const message = `the lease of instance ${instance.name} ends at ${spoken(endsAt)}`;
    admission.event(instance, { type: 'notice', message });
    return admission.observe(instance, { ...instance.status, leaseWarnedFor: endsAt });
  }
}

function stop(admission: Admission, instance: Instance, policy: LeasePolicy): Instance {
  const stopped = admission.change(instance, 'stop', { spec: { ...instance.spec, power: 'stopped', force: false } });
  const deletedAt = spoken(isoTime(leaseDeletionMs(instance.spec, policy)));
  admission.event(stopped, {
    type: 'notice',
    message: `the lease of instance ${instance.name} is over: it is stopped now, and deleted at ${deletedAt}`,
  });
  return stopped;
}

function end(admission: Admission, instance: Instance): Instance {
  const deleted = admission.change(instance, 'delete', { deletedAt: isoTime(admission.clock.now()) });
  admission.event(deleted, {
    type: 'notice',
    message: `the lease of instance ${instance.name} was over at ${spoken(instance.spec.expiresAt ?? '')}: it is deleted now`,
  });
  return deleted;
}

/** To the minute, UTC. */
function spoken(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
