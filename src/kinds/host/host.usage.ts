import { Type, type Static } from 'typebox';
import type { Admission } from '../../control/admission.ts';
import type { Feed } from '../../control/feed.ts';
import type { Candidate } from '../../control/placement/placement.ts';
import type { Store } from '../../control/store/store.ts';
import type { Resource } from '../../core/resource.ts';
import { hostCapacity, hostKind, type Host } from './host.ts';

/** What of a host is promised to instances; changed in the same transaction as they are. */
export interface Promised {
  readonly vcpus: number;
  readonly memoryMib: number;
  /** Root and swap disks at their full size. */
  readonly diskBytes: number;
  readonly instances: number;
}

const nothing: Promised = { vcpus: 0, memoryMib: 0, diskBytes: 0, instances: 0 };
const usageKind = 'host-usage';

/** Adds to (or, with negative numbers, takes from) what is promised of a host, in this transaction. */
export async function promise(admission: Admission, hostId: string, delta: Promised): Promise<Promised> {
  const record = (await admission.get(usageKind, hostId)) as Resource<Promised> | null;
  const before = { ...nothing, ...record?.spec };
  const after = {
    vcpus: before.vcpus + delta.vcpus,
    memoryMib: before.memoryMib + delta.memoryMib,
    diskBytes: Math.max(0, before.diskBytes + delta.diskBytes),
    instances: before.instances + delta.instances,
  };
  const now = new Date(admission.clock.now()).toISOString();
  admission.putRecord({
    ...(record ?? {
      kind: usageKind,
      id: hostId,
      name: hostId,
      project: null,
      labels: {},
      generation: 1,
      revision: 0,
      createdAt: now,
      deletedAt: null,
      createdBy: 'system',
      status: {},
    }),
    updatedAt: now,
    spec: after,
  });
  return after;
}

/** With the host itself. Who places an instance there at the same moment finds it changed, and decides again. */
export async function forgetPromises(admission: Admission, hostId: string): Promise<void> {
  const record = await admission.get(usageKind, hostId);
  if (record !== null) admission.remove(record);
}

export async function promisedOf(admission: Pick<Admission, 'get'>, hostId: string): Promise<Promised> {
  return { ...nothing, ...((await admission.get(usageKind, hostId)) as Resource<Promised> | null)?.spec };
}

/** What a dry run tells of each host that would get something. */
const HostForecast = Type.Object({
  id: Type.String(),
  name: Type.String(),
  instances: Type.Integer({ description: 'So many of them would run there.' }),
  vcpus: Type.Object({ asked: Type.Integer(), free: Type.Integer({ description: 'Before.' }) }),
  memoryMib: Type.Object({ asked: Type.Integer(), free: Type.Integer({ description: 'Before.' }) }),
});
export const forecastFields = { hosts: Type.Array(HostForecast) };

/** Which hosts these would go to, and what of each host's room they would take. At the end of their transaction. */
export async function foretellHosts(
  admission: Admission,
  view: HostsView,
  instances: readonly { readonly spec: { readonly host: string; readonly vcpus: number; readonly memoryMib: number } }[],
): Promise<{ hosts: Static<typeof HostForecast>[] }> {
  const hosts: Static<typeof HostForecast>[] = [];
  for (const [hostId, placed] of Map.groupBy(instances, ({ spec }) => spec.host)) {
    const host = view.get(hostId);
    if (host === null) continue;
    const { capacity, promised } = view.candidate(host, await promisedOf(admission, hostId));
    const part = (what: 'vcpus' | 'memoryMib') => {
      const asked = placed.reduce((sum, { spec }) => sum + spec[what], 0);
      return { asked, free: capacity[what] - promised[what] + asked };
    };
    hosts.push({ id: hostId, name: host.name, instances: placed.length, vcpus: part('vcpus'), memoryMib: part('memoryMib') });
  }
  return { hosts };
}

/** All hosts with what is promised of them, in memory: what placement chooses from. The transaction checks again. */
export class HostsView {
  readonly #hosts = new Map<string, Host>();
  readonly #promised = new Map<string, Promised>();

  async load(store: Store, feed: Feed): Promise<void> {
    feed.subscribe(({ kind, id, resource }) => {
      if (kind === 'host') this.#set(this.#hosts, id, resource as Host | null);
      else if (kind === usageKind) this.#set(this.#promised, id, (resource as Resource<Promised> | null)?.spec ?? null);
    });
    for (const kind of ['host', usageKind]) {
      let cursor: string | undefined;
      do {
        const page = await store.list({ kind, limit: 1_000, cursor });
        for (const item of page.items) {
          if (kind === 'host') this.#hosts.set(item.id, item as Host);
          else this.#promised.set(item.id, item.spec as Promised);
        }
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    }
  }

  get(id: string): Host | null {
    return this.#hosts.get(id) ?? null;
  }

  promised(hostId: string): Promised {
    return { ...nothing, ...this.#promised.get(hostId) };
  }

  *candidates(): Iterable<Candidate> {
    for (const host of this.#hosts.values()) yield this.candidate(host, this.promised(host.id));
  }

  candidate(host: Host, promised: Promised): Candidate {
    const { facts } = host.status;
    return {
      id: host.id,
      name: host.name,
      state: hostKind.state(host),
      firmwares: facts?.firmwares ?? [],
      capacity: facts === null ? nothing : hostCapacity(facts),
      promised,
      diskFreeBytes: host.status.diskFreeBytes,
    };
  }

  #set<T>(map: Map<string, T>, id: string, value: T | null): void {
    if (value === null) map.delete(id);
    else map.set(id, value);
  }
}
