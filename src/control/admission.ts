import { CloudError } from '../core/errors.ts';
import type { NewEvent } from '../core/event.ts';
import { idFromUuid } from '../core/ids.ts';
import type { Amounts } from '../core/quota.ts';
import type { Resource, Share } from '../core/resource.ts';
import { sameValue } from '../core/same-value.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import { auditChange, subjectOf, type AuditSubject, type NewAuditEntry, type Origin } from './audit-entry.ts';
import { eventChange } from './event.ts';
import { nameKey, sharedIndex, type Registry } from './registry.ts';
import { CommitConflict, type Change, type DocumentChange, type Indexed, type Store } from './store/store.ts';
import { usageChanges } from './usage-commit.ts';
import { sum, UsageDelta, usageKind, type QuotaPolicy, type UsageRecord } from './usage.ts';

/** Who asks, as far as admission must know. */
export interface Caller {
  readonly userId: string;
  readonly requestId: string | null;
  /** How and from where; stands in the audit log. */
  readonly origin?: Origin;
  /** Throws FORBIDDEN unless the caller may bring about this resulting object. The one choke point. */
  authorize(verb: string, resource: Resource): void;
  /** Records that {@link authorize} went by for this resource: they must be as they are at the commit. */
  leansOn?(resource: Resource): readonly Resource[];
  /** Reads anew what {@link authorize} goes by, before something is decided again. */
  refresh?(): Promise<void>;
}

export interface Draft {
  readonly kind: string;
  readonly name: string;
  readonly project: string | null;
  readonly labels?: Readonly<Record<string, string>>;
  /** Who may see or use it from the beginning; absent: nobody beside its project. */
  readonly shares?: readonly Share[];
  readonly spec: unknown;
}

/**
 * One transaction at the door: everything that must be atomic (names, addresses, capacity, limits) is
 * read, decided and committed as a whole, or refused with the reason.
 */
export class Admission {
  readonly clock: Clock;
  readonly caller: Caller;
  /** Nothing of it will be committed: it must leave no trace anywhere else either. */
  readonly isTrial: boolean;
  readonly #store: Store;
  readonly #registry: Registry;
  readonly #changes = new Map<string, DocumentChange>();
  readonly #leanedOn = new Map<string, Change>();
  readonly #events: Change[] = [];
  readonly #read = new Map<string, Resource | null>();
  /** What is done to what, by `kind/id`: it is audited in the same commit. */
  readonly #done = new Map<string, { action: string; subject: AuditSubject }>();
  #details: Record<string, string | number | boolean | null> = {};
  readonly #usage: UsageDelta;

  constructor(store: Store, registry: Registry, clock: Clock, caller: Caller, isTrial = false) {
    this.isTrial = isTrial;
    this.#store = store;
    this.#registry = registry;
    this.clock = clock;
    this.caller = caller;
    this.#usage = new UsageDelta(registry);
  }

  /** As it will be after this transaction. What was read must be unchanged at commit only if it is also written. */
  async get(kind: string, id: string): Promise<Resource | null> {
    const key = `${kind}/${id}`;
    const change = this.#changes.get(key);
    if (change !== undefined) return change.op === 'put' ? change.resource : null;
    const known = this.#read.get(key);
    if (known !== undefined) return known;
    const resource = await this.#store.get(kind, id);
    this.#read.set(key, resource);
    return resource;
  }

  getByKey(kind: string, key: string): Promise<Resource | null> {
    return this.#store.getByKey(kind, key);
  }

  async list(kind: string, index?: { name: string; value: string }): Promise<Resource[]> {
    const items: Resource[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#store.list({ kind, limit: 1_000, cursor, ...(index === undefined ? {} : { index }) });
      items.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return items;
  }

  /** Everything that is shared with a user, a group or a project. Where nothing is, nothing must be by the commit either. */
  async sharedWith(principal: string): Promise<Resource[]> {
    const found: Resource[] = [];
    const index = { name: sharedIndex(principal), value: 'yes' };
    for (const kind of this.#registry.kinds.filter(({ canBeShared }) => canBeShared === true)) {
      const items = await this.list(kind.name, index);
      if (items.length === 0) this.leanOnEmpty(kind.name, index.name, index.value);
      found.push(...items);
    }
    return found;
  }

  count(kind: string, index?: string, value?: string): Promise<number> {
    return this.#store.count(kind, index, value);
  }

  newId(kind: string): string {
    return idFromUuid(this.#registry.get(kind).prefix, this.clock.uuid());
  }

  /** A new resource. `verb` is what authorization is asked for. */
  create(draft: Draft, options: { id?: string; status?: unknown } = {}): Resource {
    const kind = this.#registry.get(draft.kind);
    const now = isoTime(this.clock.now());
    const resource: Resource = {
      kind: draft.kind,
      id: options.id ?? this.newId(draft.kind),
      name: draft.name,
      project: draft.project,
      labels: draft.labels ?? {},
      ...(draft.shares === undefined || draft.shares.length === 0 ? {} : { shares: draft.shares }),
      generation: 1,
      requestId: this.caller.requestId,
      revision: 0,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
      createdBy: this.caller.userId,
      spec: draft.spec,
      status: options.status ?? kind.initialStatus,
    };
    this.authorize('create', resource);
    this.#usage.replace(null, resource);
    this.#put(resource, 0, this.#registry.indexed(resource));
    this.#did('create', resource);
    return resource;
  }

  /** The owner asks for something else: a new generation. */
  change<R extends Resource>(resource: R, verb: string, to: Partial<Pick<R, 'name' | 'labels' | 'shares' | 'spec' | 'deletedAt'>>): R {
    const changed = {
      ...resource,
      ...to,
      generation: resource.generation + 1,
      requestId: this.caller.requestId,
      updatedAt: isoTime(this.clock.now()),
    };
    this.authorize(verb, changed);
    this.#usage.replace(this.#before(resource), changed);
    this.#put(changed, this.#expected(resource), this.#registry.indexed(changed));
    this.#did(verb, resource);
    if (verb === 'update') this.tell({ fields: changedFields(resource, changed) });
    return changed;
  }

  /** The engine saw something: same generation. Not a request, so nobody is asked. */
  observe<R extends Resource>(resource: R, status: R['status']): R {
    const changed = { ...resource, status, updatedAt: isoTime(this.clock.now()) };
    this.#usage.replace(this.#before(resource), changed);
    this.#put(changed, this.#expected(resource), this.#registry.indexed(changed));
    return changed;
  }

  /** The record itself goes: nothing of it is left in the world. */
  remove(resource: Resource): void {
    this.#usage.replace(this.#before(resource), null);
    this.#changes.set(`${resource.kind}/${resource.id}`, {
      op: 'delete',
      kind: resource.kind,
      id: resource.id,
      expectedRevision: this.#expected(resource),
    });
    this.#did('delete', resource);
  }

  /** A record that is no kind of the cloud's: the engine's own book-keeping. */
  putRecord(resource: Resource, indexed: Indexed = { keys: [], indexes: {} }): void {
    this.#put(resource, resource.revision, indexed);
  }

  /** Changes of records that are no kind of the cloud's, as who keeps them made them: a mail, a link that is used up. */
  also(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.op === 'empty') this.#leanedOn.set(`${change.kind}/${change.index.name}/${change.index.value}`, change);
      else if (change.op === 'unchanged') this.#leanedOn.set(`${change.kind}/${change.id}`, change);
      else this.#changes.set(change.op === 'put' ? `${change.resource.kind}/${change.resource.id}` : `${change.kind}/${change.id}`, change);
    }
  }

  /** What was decided holds only if this is then as it was read: others who read it are not held up by it. */
  leanOn(resource: Resource): void {
    const { kind, id, revision } = resource;
    const earlier = this.#leanedOn.get(`${kind}/${id}`);
    // Read twice, and changed in between: the commit has to find that out.
    if (earlier?.op === 'unchanged' && earlier.expectedRevision < revision) return;
    this.#leanedOn.set(`${kind}/${id}`, { op: 'unchanged', kind, id, expectedRevision: revision });
  }

  /** What was decided holds only if no `kind` has `value` in its index by then. */
  leanOnEmpty(kind: string, name: string, value: string): void {
    this.#leanedOn.set(`${kind}/${name}/${value}`, { op: 'empty', kind, index: { name, value } });
  }

  event(subject: Resource, event: NewEvent): void {
    this.#events.push(eventChange(this.clock, subject, { actor: this.caller.userId, requestId: this.caller.requestId, ...event }));
  }

  /** What an auditor should know beside what was done to what; never a secret. */
  tell(details: Readonly<Record<string, string | number | boolean | null>>): void {
    this.#details = { ...this.#details, ...details };
  }

  /** An entry for each thing that was done, mostly one; none for what the cloud itself does. */
  get entries(): readonly Change[] {
    const { userId, requestId, origin } = this.caller;
    if (userId === systemCaller.userId || this.#done.size === 0) return [];
    const byAction = Map.groupBy(this.#done.values(), ({ action }) => action);
    return [...byAction].map(([action, done]) => {
      // Records are made by `anyone` where nobody had logged in.
      const entry: NewAuditEntry = {
        userId: userId === 'anyone' ? null : userId,
        requestId,
        origin,
        action,
        subjects: done.map(({ subject }) => subject),
        details: this.#details,
      };
      return auditChange(this.clock, entry);
    });
  }

  /** What is taken from a project, a person or a host, as it will be after this transaction. */
  async used(holderId: string): Promise<Amounts> {
    const record = (await this.get(usageKind, holderId)) as UsageRecord | null;
    return sum(record?.spec.amounts ?? {}, this.#usage.of(holderId));
  }

  /** At the end, once: counts what all of it takes. Throws QUOTA_EXCEEDED. */
  async countUsage(policy: QuotaPolicy | undefined): Promise<void> {
    const { changes, leanOn } = await usageChanges(this, this.clock, this.#usage, policy);
    for (const change of changes) this.#changes.set(`${usageKind}/${change.op === 'put' ? change.resource.id : change.id}`, change);
    for (const limited of leanOn) this.leanOn(limited);
  }

  get changes(): readonly Change[] {
    if (this.#changes.size === 0) return this.#events;
    // What is changed is at its expected revision anyway.
    const leanedOn = [...this.#leanedOn].flatMap(([key, change]) => (this.#changes.has(key) ? [] : [change]));
    return [...this.#changes.values(), ...leanedOn, ...this.#events];
  }

  /** Whether {@link authorize} would let it pass. */
  may(verb: string, resource: Resource): boolean {
    try {
      this.caller.authorize(verb, resource);
      return true;
    } catch (error) {
      if (error instanceof CloudError && error.code === 'FORBIDDEN') return false;
      throw error;
    }
  }

  /** Asked now, and true at the commit: who loses the right in between is refused. */
  authorize(verb: string, resource: Resource): void {
    this.caller.authorize(verb, resource);
    for (const source of this.caller.leansOn?.(resource) ?? []) this.leanOn(source);
  }

  #did(verb: string, resource: Resource): void {
    const key = `${resource.kind}/${resource.id}`;
    if (!this.#done.has(key)) this.#done.set(key, { action: `${resource.kind}.${verb}`, subject: subjectOf(resource) });
  }

  /** A resource changed twice in one admission keeps the revision that was read first. */
  #expected(resource: Resource): number {
    const earlier = this.#changes.get(`${resource.kind}/${resource.id}`);
    return earlier?.expectedRevision ?? resource.revision;
  }

  /** As it is before the next change of it in this transaction. */
  #before(resource: Resource): Resource | null {
    const earlier = this.#changes.get(`${resource.kind}/${resource.id}`);
    if (earlier === undefined) return resource;
    return earlier.op === 'put' ? earlier.resource : null;
  }

  #put(resource: Resource, expectedRevision: number, indexed: Indexed): void {
    this.#changes.set(`${resource.kind}/${resource.id}`, { op: 'put', resource, expectedRevision, indexed });
  }
}

/** Their names only: a value may be anything. */
function changedFields(before: Resource, after: Resource): string {
  const fields = (['name', 'labels'] as const).filter((field) => !sameValue(before[field], after[field]));
  const [from, to] = [before.spec, after.spec] as Record<string, unknown>[];
  const names = Object.keys({ ...from, ...to }).filter((name) => !sameValue(from?.[name], to?.[name]));
  return [...fields, ...names].join(', ');
}

export interface AdmissionDeps {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: Clock;
  /** What projects and people may take; absent: there are no limits. */
  readonly quotas?: QuotaPolicy;
}

/** Decisions again, after somebody was faster, before the request is given up. */
const decisionsMax = 50;

/**
 * Runs `decide` and commits what it decided. When somebody was faster, it decides again on what is then
 * true; a name taken meanwhile is told as such. Returns what `decide` returned and the commit's revision.
 */
export async function admit<T>(
  deps: AdmissionDeps,
  caller: Caller,
  decide: (admission: Admission) => Promise<T>,
): Promise<{ result: T; revision: number }> {
  const first = await attempt(deps, caller, decide);
  if (!(first instanceof CommitConflict)) return first;
  // Two hundred who try again all at once would beat each other for ever: they stand in line.
  return inLine(deps.store, async () => {
    let conflict = first;
    for (let decisions = 0; decisions < decisionsMax; decisions++) {
      await caller.refresh?.();
      const next = await attempt(deps, caller, decide);
      if (!(next instanceof CommitConflict)) return next;
      conflict = next;
    }
    throw new CloudError('CONFLICT', { what: `${conflict.kind} ${conflict.id}` });
  });
}

async function attempt<T>(
  deps: AdmissionDeps,
  caller: Caller,
  decide: (admission: Admission) => Promise<T>,
): Promise<{ result: T; revision: number } | CommitConflict> {
  const admission = new Admission(deps.store, deps.registry, deps.clock, caller);
  const result = await decide(admission);
  await admission.countUsage(deps.quotas);
  const { changes } = admission;
  if (changes.length === 0) return { result, revision: await deps.store.revision() };
  try {
    return { result, revision: await deps.store.commit([...changes, ...admission.entries]) };
  } catch (error) {
    if (!(error instanceof CommitConflict)) throw error;
    const taken = takenName(changes, error);
    if (taken !== null) throw new CloudError('NAME_TAKEN', taken);
    return error;
  }
}

/** What {@link admit} would do now, without doing it: throws what it would be refused with. */
export async function tryOut<T>(deps: AdmissionDeps, caller: Caller, decide: (admission: Admission) => Promise<T>): Promise<T> {
  const admission = new Admission(deps.store, deps.registry, deps.clock, caller, true);
  const result = await decide(admission);
  await admission.countUsage(deps.quotas);
  // Of a commit's conditions only this one could not be met again a moment later.
  for (const change of admission.changes) {
    if (change.op !== 'put' || change.expectedRevision !== 0) continue;
    const { kind, project, name } = change.resource;
    const key = nameKey(project, name);
    if (change.indexed.keys.includes(key) && (await deps.store.getByKey(kind, key)) !== null) throw new CloudError('NAME_TAKEN', { kind, name });
  }
  return result;
}

/** The ends of the lines, one for each store. */
const lines = new WeakMap<Store, Promise<unknown>>();

function inLine<T>(store: Store, work: () => Promise<T>): Promise<T> {
  const mine = (lines.get(store) ?? Promise.resolve()).then(work);
  lines.set(
    store,
    mine.catch(() => undefined),
  );
  return mine;
}

function takenName(changes: readonly Change[], conflict: CommitConflict): { kind: string; name: string } | null {
  for (const change of changes) {
    if (change.op !== 'put' || change.resource.kind !== conflict.kind) continue;
    const { project, name } = change.resource;
    if (conflict.key === nameKey(project, name)) return { kind: conflict.kind, name };
  }
  return null;
}

/** The engine itself: may do everything, asked for by nobody. */
export const systemCaller: Caller = { userId: 'system', requestId: null, authorize: () => undefined };
