import { Type, type Static } from 'typebox';
import type { Admission } from '../../control/admission.ts';
import type { Feed } from '../../control/feed.ts';
import type { Candidate } from '../../control/placement/placement.ts';
import type { Store } from '../../control/store/store.ts';
import { usageKind, type UsageRecord } from '../../control/usage.ts';
import type { Amounts } from '../../core/quota.ts';
import { GiB } from '../../core/units.ts';
import { hostCapacity, hostKind, type Host } from './host.ts';

/** What of a host is promised to instances; as `takes` of their kind says. */
export interface Promised {
  readonly vcpus: number;
  readonly memoryMib: number;
  /** Root and swap disks at their full size. */
  readonly diskBytes: number;
  readonly instances: number;
}

const nothing: Promised = { vcpus: 0, memoryMib: 0, diskBytes: 0, instances: 0 };

export async function promisedOf(admission: Pick<Admission, 'used'>, hostId: string): Promise<Promised> {
  return promisedIn(await admission.used(hostId));
}

function promisedIn({ vcpus = 0, memoryMib = 0, diskGib = 0, instances = 0 }: Amounts): Promised {
  return { vcpus, memoryMib, diskBytes: diskGib * GiB, instances };
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

/** null: nothing, or not of a host. */
function promisedBy(record: UsageRecord | null): Promised | null {
  return record?.spec.of === 'host' ? promisedIn(record.spec.amounts) : null;
}

/** All hosts with what is promised of them, in memory: what placement chooses from. The transaction checks again. */
export class HostsView {
  readonly #hosts = new Map<string, Host>();
  readonly #promised = new Map<string, Promised>();

  async load(store: Store, feed: Feed): Promise<void> {
    feed.subscribe(({ kind, id, resource }) => {
      if (kind === 'host') this.#set(this.#hosts, id, resource as Host | null);
      else if (kind === usageKind) this.#set(this.#promised, id, promisedBy(resource as UsageRecord | null));
    });
    for (const kind of ['host', usageKind]) {
      const index = kind === 'host' ? {} : { index: { name: 'of', value: 'host' } };
      let cursor: string | undefined;
      do {
        const page = await store.list({ kind, ...index, limit: 1_000, cursor });
        for (const item of page.items) {
          if (kind === 'host') this.#hosts.set(item.id, item as Host);
          else this.#set(this.#promised, item.id, promisedBy(item as UsageRecord));
        }
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    }
  }

  get(id: string): Host | null {
    return this.#hosts.get(id) ?? null;
  }

  promised(hostId: string): Promised {
    return this.#promised.get(hostId) ?? nothing;
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
