import type { PlayOptions } from '../../bin/sim/play.ts';
import type { AgentPorts } from '../../bin/sim/sim-agent.ts';
import type { Change, Store } from '../../src/control/store/store.ts';
import type { ControlDoor } from '../../src/drivers/sim/sim-link.ts';
import { Ledger } from '../../src/agent/ledger.ts';
import { HostsView } from '../../src/kinds/host/host.usage.ts';
import type { Instance, InstanceStatus } from '../../src/kinds/instance/instance.ts';

/** A mistake that somebody could make, and how to make it; `undo` where it was made for everybody. */
export interface PlantedBug {
  readonly says: string;
  plant(): PlayOptions & { undo?: () => void };
}

const nothing = async (): Promise<void> => undefined;

function inDriver<Port extends 'hypervisor' | 'disks' | 'networks'>(
  port: Port,
  change: (real: AgentPorts[Port]) => Partial<AgentPorts[Port]>,
): PlayOptions {
  return { changeAgentPorts: (ports) => ({ ...ports, [port]: over(ports[port], change(ports[port])) }) };
}

function inCommits(store: Store, change: (change: Change) => Change | null): Store {
  return over(store, { commit: (changes) => store.commit(changes.flatMap((each) => change(each) ?? [])) });
}

function inControlStore(change: (change: Change) => Change | null): PlayOptions {
  return { changeControlStore: (store) => inCommits(store, change) };
}

function atTheDoor(change: (door: ControlDoor) => Partial<ControlDoor>): PlayOptions {
  return { changeDoor: (door) => ({ ...door, ...change(door) }) };
}

/** The real one, but for some methods. */
function over<T extends object>(real: T, instead: Partial<T>): T {
  return new Proxy(real, {
    get: (_, name) => {
      const value = (Reflect.get(instead, name) ?? Reflect.get(real, name, real)) as unknown;
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(real) : value;
    },
  });
}

const withoutKeys = (prefix: string) =>
  inControlStore((change) => {
    if (change.op !== 'put' || change.resource.kind !== 'instance') return change;
    return { ...change, indexed: { ...change.indexed, keys: change.indexed.keys.filter((key) => !key.startsWith(prefix)) } };
  });

export const plantedBugs: readonly PlantedBug[] = [
  { says: 'a deleted instance keeps its lease', plant: () => inDriver('networks', () => ({ removeLease: nothing })) },
  { says: 'a deleted instance keeps its disk', plant: () => inDriver('disks', () => ({ remove: nothing })) },
  { says: 'the power of a guest is never cut', plant: () => inDriver('hypervisor', () => ({ destroy: nothing })) },
  {
    says: 'a disk is made before its deletion and once more behind it',
    plant: () => inDriver('disks', (disks) => ({ remove: async (id) => (await disks.remove(id), disks.ensureSwap(id, 1)) })),
  },
  { says: 'every boot is called the first', plant: () => inDriver('hypervisor', (real) => ({ start: (id) => real.start(id, 1) })) },
  {
    says: 'nobody knows why a guest stopped',
    plant: () =>
      inDriver('hypervisor', (real) => ({
        observe: async (id) => {
          const seen = await real.observe(id);
          return seen && { ...seen, stoppedBecause: null };
        },
      })),
  },
  { says: 'suspending cuts the power', plant: () => inDriver('hypervisor', (real) => ({ saveState: (id) => real.destroy(id) })) },
  {
    says: 'a host takes an older wish for a newer one',
    plant: () => {
      // oxlint-disable-next-line typescript/unbound-method -- put back as it was
      const { accept } = Ledger.prototype;
      Ledger.prototype.accept = async function (this: Ledger, kind, record, extra) {
        if ((this.get(kind, record.id)?.record.generation ?? 0) > record.generation) await this.forget(kind, record.id);
        return accept.call(this, kind, record, extra);
      };
      return { undo: () => void (Ledger.prototype.accept = accept) };
    },
  },
  {
    says: 'room is promised without looking whether there is any',
    plant: () => {
      // oxlint-disable-next-line typescript/unbound-method -- put back as it was
      const { candidate } = HostsView.prototype;
      HostsView.prototype.candidate = function (this: HostsView, host, _promised) {
        return candidate.call(this, host, { vcpus: 0, memoryMib: 0, diskBytes: 0, instances: 0 });
      };
      return { undo: () => void (HostsView.prototype.candidate = candidate) };
    },
  },
  {
    says: 'what is promised is not written down',
    plant: () => inControlStore((change) => (change.op === 'put' && change.resource.kind === 'usage' ? null : change)),
  },
  { says: 'a name may be given twice', plant: () => withoutKeys('name/') },
  { says: 'an address may be given twice', plant: () => withoutKeys('address/') },
  {
    says: 'a wish for deletion is forgotten',
    plant: () =>
      inControlStore((change) =>
        change.op === 'put' && change.resource.kind === 'instance' && change.resource.deletedAt !== null
          ? { ...change, resource: { ...change.resource, deletedAt: null } }
          : change,
      ),
  },
  {
    says: 'the news that a guest has stopped is dropped',
    plant: () =>
      atTheDoor((door) => ({
        report: (host, report) =>
          door.report(host, { ...report, items: report.items.filter((item) => (item.status as InstanceStatus).seen?.domain !== 'stopped') }),
      })),
  },
  {
    says: 'an instance is called gone as soon as its deletion is asked for',
    plant: () =>
      inControlStore((change) => {
        if (change.op !== 'put' || change.resource.kind !== 'instance' || change.resource.deletedAt === null) return change;
        const { kind, id } = change.resource as Instance;
        return (change.resource.status as InstanceStatus).seen === null
          ? change
          : { op: 'delete', kind, id, expectedRevision: change.expectedRevision };
      }),
  },
  {
    says: 'hosts are not told that a record is gone',
    plant: () =>
      atTheDoor((door) => ({
        async *desired(hostId, signal) {
          for await (const event of door.desired(hostId, signal)) if (event.type !== 'forget') yield event;
        },
      })),
  },
  {
    says: 'a change is told only when a host calls anew',
    plant: () =>
      atTheDoor((door) => ({
        async *desired(hostId, signal) {
          let isSynced = false;
          for await (const event of door.desired(hostId, signal)) {
            if (event.type === 'synced') isSynced = true;
            if (!isSynced || event.type !== 'want' || event.record.generation === 1) yield event;
          }
        },
      })),
  },
];
