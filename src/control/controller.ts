import { DriverError } from '../core/driver-error.ts';
import type { NewEvent } from '../core/event.ts';
import type { Plan, WaitingFor } from '../core/plan.ts';
import { sameValue } from '../core/same-value.ts';
import { isSettled, type Observed, type Resource, type Waiting } from '../core/resource.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import { eventChange } from './event.ts';
import type { Registry } from './registry.ts';
import { CommitConflict, type Change, type Store } from './store/store.ts';
import { usageChanges } from './usage-commit.ts';
import { UsageDelta, type QuotaPolicy } from './usage.ts';

/** Observe, plan, act for one kind on the control plane. */
export interface Controller<R extends Resource<unknown, Observed> = Resource<unknown, Observed>, O = unknown, A = unknown> {
  readonly kind: string;
  /** How many resources of the kind are worked on at once. */
  readonly concurrency: number;
  observe(resource: R): Promise<O>;
  /** Pure: what to do next. */
  plan(resource: R, observed: O, nowMs: number): Plan<A>;
  /** Ensures. `tell` shows progress while a long action goes on. */
  act(action: A, resource: R, signal: AbortSignal, tell: (waitingFor: WaitingFor) => void): Promise<void>;
}

export interface ReconcileDeps {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly quotas?: QuotaPolicy;
}

/** One look at one resource; the answer says when to look again, as {@link Loop} wants it. */
export async function reconcile(deps: ReconcileDeps, controller: Controller, id: string, signal: AbortSignal): Promise<'again' | number | null> {
  const resource = (await deps.store.get(controller.kind, id)) as Resource<unknown, Observed> | null;
  if (resource === null) return null;
  const observed = await controller.observe(resource);
  const plan = controller.plan(resource, observed, deps.clock.now());
  await tellProgress(deps, resource, plan.waitingFor);
  for (const action of plan.actions) {
    if (signal.aborted) return null;
    try {
      await controller.act(action, resource, signal, (waitingFor) => void tellProgress(deps, resource, waitingFor).catch(() => undefined));
    } catch (error) {
      if (error instanceof DriverError && !signal.aborted) await tellProgress(deps, resource, refused(error));
      throw error;
    }
  }
  return plan.actions.length > 0 ? 'again' : plan.wakeAfterMs;
}

/** Writes the engine's part of the status; a newer record wins over what we wanted to tell. */
async function tellProgress(deps: ReconcileDeps, seen: Resource<unknown, Observed>, waitingFor: WaitingFor | null): Promise<void> {
  await updateStatus(deps, seen.kind, seen.id, (current) =>
    current.generation === seen.generation
      ? { ...(current.status as Observed), observedGeneration: seen.generation, waitingFor: since(current, waitingFor, deps.clock) }
      : null,
  );
}

/** Keeps the time when the same wait began. */
export function since(resource: Resource, waitingFor: WaitingFor | null, clock: Clock): Waiting | null {
  if (waitingFor === null) return null;
  const before = (resource.status as Observed).waitingFor;
  return { ...waitingFor, since: before?.code === waitingFor.code ? before.since : isoTime(clock.now()) };
}

const refusedCode = 'driver-refused';

function refused(error: DriverError): WaitingFor {
  return {
    code: refusedCode,
    reason: error.message,
    owner: error.retry === 'never' ? 'administrator' : 'cloud',
    deadline: null,
    next: error.retry === 'never' ? 'correct the cause; it is tried again every few minutes' : 'it is tried again, at growing intervals',
  };
}

/** Adds to a refusal that was told when it is tried again: the loop knows it only afterwards. */
export async function tellRetry(deps: ReconcileDeps, kind: string, id: string, retryMs: number): Promise<void> {
  if (!deps.registry.has(kind) || id === '*') return;
  await updateStatus(deps, kind, id, ({ status }) => {
    const { waitingFor } = status as Observed;
    if (waitingFor?.code !== refusedCode) return null;
    return { ...(status as Observed), waitingFor: { ...waitingFor, deadline: isoTime(deps.clock.now() + retryMs) } };
  });
}

/**
 * Compare-and-set of a status, with an event when the derived state changes by it. `update` returns the
 * new status, or null to leave it; equal statuses are not written. Throws QUOTA_EXCEEDED for one that takes more than may be taken. `notices`: what else is to be told of the change.
 */
export async function updateStatus(
  deps: ReconcileDeps,
  kindName: string,
  id: string,
  update: (current: Resource) => unknown,
  actor = 'system',
  notices: (before: Resource, after: Resource) => readonly NewEvent[] = () => [],
): Promise<Resource | null> {
  const kind = deps.registry.get(kindName);
  for (;;) {
    const current = await deps.store.get(kindName, id);
    if (current === null) return null;
    const status = update(current);
    if (status === null || sameValue(status, current.status)) return current;
    const changed = { ...current, status, updatedAt: isoTime(deps.clock.now()) };
    const changes: Change[] = [{ op: 'put', resource: changed, expectedRevision: current.revision, indexed: deps.registry.indexed(changed) }];
    const [from, to] = [kind.state(current), kind.state(changed)];
    if (from !== to) {
      const reason = (status as { failure?: { reason: string } | null }).failure?.reason ?? null;
      // On the way to what was asked for, the request is the cause. What was there already and changes, does so by itself.
      const requestId = isSettled(current as Resource<unknown, Observed>) ? null : (current.requestId ?? null);
      const message = `${kindName} ${current.name} ${to === 'failed' ? to : `is ${to}`}`;
      changes.push(eventChange(deps.clock, changed, { type: 'state', message, from, to, reason, actor, requestId }));
    }
    const usage = new UsageDelta(deps.registry);
    usage.replace(current, changed);
    const counted = await usageChanges(deps.store, deps.clock, usage, deps.quotas);
    changes.push(
      ...counted.changes,
      ...counted.leanOn.map(({ kind: of, id: limited, revision }): Change => ({
        op: 'unchanged',
        kind: of,
        id: limited,
        expectedRevision: revision,
      })),
    );
    for (const notice of notices(current, changed)) changes.push(eventChange(deps.clock, changed, { actor, ...notice }));
    try {
      const revision = await deps.store.commit(changes);
      return { ...changed, revision };
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error;
    }
  }
}
