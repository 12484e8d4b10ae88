import { admit, systemCaller, type Admission } from '../control/admission.ts';
import { reconcile, tellRetry, updateStatus, type Controller, type ReconcileDeps } from '../control/controller.ts';
import { Feed } from '../control/feed.ts';
import { Gateway, type HostBound } from '../control/gateway.ts';
import { startHousekeeping } from '../control/housekeeping.ts';
import { Loop } from '../control/loop.ts';
import { nameKey, Registry } from '../control/registry.ts';
import type { Slice } from '../control/slice.ts';
import type { Store, WatchEvent } from '../control/store/store.ts';
import { countUsageOnce } from '../control/usage-recount.ts';
import type { QuotaPolicy } from '../control/usage.ts';
import type { Observed, Resource } from '../core/resource.ts';
import { limits } from '../core/limits.ts';
import { seconds } from '../core/units.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import type { HostReport } from '../ports/control-link.ts';
import type { ImageStore } from '../ports/image-store.ts';
import { eventSlice } from './event/event.api.ts';
import { hostSlice } from './host/host.api.ts';
import { hostController } from './host/host.controller.ts';
import { AgentRuns } from './host/host.agent-runs.ts';
import { HostPresence } from './host/host.presence.ts';
import type { Host, HostFacts, HostStatus, RecoveryReport } from './host/host.ts';
import { HostsView } from './host/host.usage.ts';
import { imageSlice } from './image/image.api.ts';
import { imageController } from './image/image.controller.ts';
import { kinds } from './index.ts';
import { instanceTypeSlice } from './instance-type/instance-type.api.ts';
import { instanceSlice } from './instance/instance.api.ts';
import { finishDeletion, powerCutNotice } from './instance/instance.controller.ts';
import type { Instance, InstanceStatus } from './instance/instance.ts';
import { LeaseKeeper, type Notify } from './instance/lease.controller.ts';
import type { LeasePolicy } from './instance/lease.ts';
import { readUserData } from './instance/instance.user-data.ts';
import { networkSlice } from './network/network.api.ts';
import { projectSlice } from './project/project.api.ts';
import { groupSlice } from './group/group.api.ts';
import { userSlice } from './user/user.api.ts';
import { sshKeySlice } from './ssh-key/ssh-key.api.ts';

export interface ControlPlaneOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly images: ImageStore;
  onError?(what: string, error: unknown): void;
}

const noDefaults: QuotaPolicy = { defaults: () => ({ project: {}, user: {} }), contact: () => 'an administrator' };

/** The kinds wired to the engine: what runs in the control plane's process, whatever its drivers. */
export class ControlPlane implements ReconcileDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly images: ImageStore;
  /** What administrators decide, asked anew each time; whoever has the settings puts them here. */
  quotas: QuotaPolicy = noDefaults;
  leases = (): LeasePolicy => ({ maxDays: null, warnDaysBefore: 7, graceDays: limits.leaseGraceDays });
  notify: Notify = async () => [];
  readonly registry = new Registry(kinds);
  readonly feed: Feed;
  readonly hosts = new HostsView();
  readonly gateway: Gateway;
  readonly slices: ReadonlyMap<string, Slice>;
  readonly #presence: HostPresence;
  readonly #loops: ReadonlyMap<string, Loop>;
  readonly #leaseKeeper: LeaseKeeper;
  readonly #agentRuns = new AgentRuns();
  /** Of all that has a loop here, as last heard. */
  readonly #generations = new Map<string, number>();
  readonly #options: ControlPlaneOptions;
  #stopHousekeeping = () => {};

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    this.store = options.store;
    this.clock = options.clock;
    this.images = options.images;
    this.feed = new Feed(this.store, this.clock);
    this.#presence = new HostPresence(this.clock);
    const slices = [
      instanceSlice(this.hosts, () => this.leases()),
      imageSlice(this.images.recipes),
      instanceTypeSlice,
      sshKeySlice,
      networkSlice,
      projectSlice,
      userSlice,
      groupSlice,
      hostSlice(this.hosts, this.#presence),
      eventSlice,
    ];
    this.slices = new Map(slices.map((slice) => [slice.kind.name, slice as Slice]));
    this.gateway = new Gateway({
      store: this.store,
      registry: this.registry,
      clock: this.clock,
      feed: this.feed,
      bound: this.#bound(),
      onReport: (hostId, report) => this.#takeInHost(hostId, report),
      isNewest: (hostId, report) => this.#agentRuns.isNewest(hostId, report),
    });
    this.#leaseKeeper = new LeaseKeeper({
      store: this.store,
      registry: this.registry,
      clock: this.clock,
      feed: this.feed,
      leases: () => this.leases(),
      notify: (...what) => this.notify(...what),
      onError: (what, error) => options.onError?.(what, error),
    });
    const controllers = [hostController(this, this.#presence), imageController(this, this.images)] as unknown as Controller[];
    this.#loops = new Map(controllers.map((controller) => [controller.kind, this.#loop(controller, options)]));
  }

  async start(): Promise<void> {
    await countUsageOnce(this);
    await this.feed.start();
    await this.hosts.load(this.store, this.feed);
    this.feed.subscribe((event) => this.#hear(event));
    for (const loop of this.#loops.values()) loop.start();
    await this.#leaseKeeper.start();
    this.#stopHousekeeping = startHousekeeping(this.#options);
  }

  stop(): void {
    this.#stopHousekeeping();
    for (const loop of this.#loops.values()) loop.stop();
    this.#leaseKeeper.stop();
    this.feed.stop();
  }

  get isIdle(): boolean {
    return [...this.#loops.values()].every((loop) => loop.isIdle);
  }

  slice(kind: string): Slice {
    const slice = this.slices.get(kind);
    if (slice === undefined) throw new Error(`no slice for kind ${kind}`);
    return slice;
  }

  /**
   * The record of a host by the name that its agent goes by; made at its first call. `also` belongs to the same
   * transaction, and may refuse it by throwing.
   */
  async joinHost(name: string, also?: (admission: Admission, host: Host, isNew: boolean) => Promise<void>): Promise<Host> {
    const { result } = await admit(this, systemCaller, async (admission) => {
      const known = await admission.getByKey('host', nameKey(null, name));
      if (known !== null) {
        admission.leanOn(known);
        await also?.(admission, known as Host, false);
        return known;
      }
      const host = admission.create({ kind: 'host', name, project: null, spec: { schedulable: true } });
      admission.event(host, { type: 'notice', message: `host ${name} joined the cloud` });
      await also?.(admission, host as Host, true);
      return host;
    });
    return result as Host;
  }

  /** A new wish is looked at at once; a status may be what the loop itself has just written. */
  #hear({ kind, id, resource }: WatchEvent): void {
    const loop = this.#loops.get(kind);
    if (loop === undefined) return;
    const isWish = resource?.generation !== this.#generations.get(id);
    if (resource === null) this.#generations.delete(id);
    else this.#generations.set(id, resource.generation);
    if (isWish) loop.wake(id);
    else loop.nudge(id);
  }

  #loop(controller: Controller, options: ControlPlaneOptions): Loop {
    return new Loop({
      clock: this.clock,
      concurrency: controller.concurrency,
      periodMs: 60 * seconds,
      keys: async () => {
        const ids: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await this.store.list({ kind: controller.kind, limit: 1_000, cursor });
          ids.push(...page.items.map((item) => item.id));
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        return ids;
      },
      reconcile: (id, signal) => reconcile(this, controller, id, signal),
      onError: (id, error, retryMs) => {
        options.onError?.(`${controller.kind} ${id}`, error);
        tellRetry(this, controller.kind, id, retryMs).catch((failure: unknown) => options.onError?.(`${controller.kind} ${id}`, failure));
      },
    });
  }

  #bound(): HostBound[] {
    return [
      // Networks before the instances that are in them.
      { kind: 'network', hostIndex: null, hostOf: () => null, extra: async () => null },
      {
        kind: 'instance',
        hostIndex: 'host',
        hostOf: (resource) => (resource as Instance).spec.host,
        extra: async (resource) => ({
          userDataBase64: (resource as Instance).spec.userDataSha256 === null ? null : await readUserData(this.store, resource.id),
          // It stays as it is while there is an instance in the project.
          projectName: (await this.store.get('project', resource.project ?? ''))?.name ?? null,
        }),
        merge: (resource: Resource, reported: Observed): InstanceStatus => ({
          ...(reported as InstanceStatus),
          hostLostSince: null,
          // The host does not know of it.
          leaseWarnedFor: (resource as Instance).status.leaseWarnedFor ?? null,
        }),
        notices: (before, after) => powerCutNotice(before as Instance, after as Instance),
        settle: async (resource) => {
          if (resource.deletedAt !== null && (resource as Instance).status.gone) await finishDeletion(this, resource.id);
        },
      },
    ];
  }

  async #takeInHost(hostId: string, report: HostReport): Promise<boolean> {
    const run = this.#agentRuns.hear(hostId, report);
    if (run === 'over') return false;
    const isNew = run === 'new';
    this.#presence.heard(hostId);
    const host = this.hosts.get(hostId);
    const now = isoTime(this.clock.now());
    await updateStatus(this, 'host', hostId, (current) => {
      const status = current.status as HostStatus;
      const heardLongAgo = status.lastSeenAt === null || this.clock.now() - Date.parse(status.lastSeenAt) > 60 * seconds;
      const diskMoved = Math.abs(report.diskFreeBytes - status.diskFreeBytes) > 0.01 * (status.facts?.diskTotalBytes ?? 0);
      return {
        ...status,
        facts: report.facts as HostFacts,
        recovery: report.recovery as RecoveryReport | null,
        diskFreeBytes: diskMoved ? report.diskFreeBytes : status.diskFreeBytes,
        lastSeenAt: isNew || heardLongAgo ? now : status.lastSeenAt,
      };
    });
    if (host !== null && host.status.lostSince !== null) this.#loops.get('host')?.wake(hostId);
    return true;
  }
}
