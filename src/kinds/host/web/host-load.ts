import { MiB } from '../../../core/units.ts';
import type { Instance } from '../../instance/instance.ts';
import { hostCapacity, hostKind, type Host } from '../host.ts';

/** What there is of one thing. The parts add up to `total`, unless more is promised than there is. */
export interface Share {
  readonly total: number;
  /** By instances that are on; of disks, what is written. */
  readonly used: number;
  /** Beyond that: kept for instances that are off; of disks, what may still be written. */
  readonly promised: number;
  /** What new instances can get. */
  readonly free: number;
  /** What would be free, if its host took new instances. */
  readonly closed: number;
}

export interface HostLoad {
  /** As placement counts: each processor of the machine is promised many times. */
  readonly vcpus: Share;
  /** Bytes; what the machine needs for itself is taken off. */
  readonly memory: Share;
  /** Bytes. */
  readonly disk: Share;
  /** Of the machines themselves. */
  readonly processors: number;
}

export const noShare: Share = { total: 0, used: 0, promised: 0, free: 0, closed: 0 };

/** The instances of each host, by its id. Worked out once for each list, which never changes in place. */
export function instancesByHost<I extends Instance>(instances: readonly I[]): ReadonlyMap<string, readonly I[]> {
  let groups = known.get(instances);
  if (groups === undefined) known.set(instances, (groups = Map.groupBy(instances, (instance) => instance.spec.host)));
  return groups as ReadonlyMap<string, readonly I[]>;
}
const known = new WeakMap<object, ReadonlyMap<string, readonly Instance[]>>();

/** An instance keeps its place on its host until it is deleted, on or off. */
export function hostLoad(host: Host, instances: readonly Instance[]): HostLoad {
  const { facts, diskFreeBytes } = host.status;
  if (facts === null) return { vcpus: noShare, memory: noShare, disk: noShare, processors: 0 };
  const capacity = hostCapacity(facts);
  const isOpen = hostKind.state(host) === 'online';
  const on = instances.filter(isOn);
  const written = facts.diskTotalBytes - diskFreeBytes;
  return {
    vcpus: share(capacity.vcpus, sum(on, vcpusOf), sum(instances, vcpusOf), isOpen),
    memory: share(capacity.memoryMib * MiB, sum(on, memoryOf), sum(instances, memoryOf), isOpen),
    disk: share(facts.diskTotalBytes, written, Math.max(written, sum(instances, diskOf)), isOpen),
    processors: facts.vcpus,
  };
}

export function totalLoad(loads: readonly HostLoad[]): HostLoad {
  return {
    vcpus: loads.map((load) => load.vcpus).reduce(plus, noShare),
    memory: loads.map((load) => load.memory).reduce(plus, noShare),
    disk: loads.map((load) => load.disk).reduce(plus, noShare),
    processors: sum(loads, (load) => load.processors),
  };
}

/** Of a lost host we know what it was when it was last heard. */
export function isOn({ status }: Instance): boolean {
  const domain = status.seen?.domain ?? null;
  return domain !== null && domain !== 'stopped';
}

export const vcpusOf = ({ spec }: Instance): number => spec.vcpus;
export const memoryOf = ({ spec }: Instance): number => spec.memoryMib * MiB;
/** Of its root and swap disk. */
export const diskOf = ({ spec }: Instance): number => spec.diskBytes + spec.swapMib * MiB;

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** `taken`: used and promised together. */
function share(total: number, used: number, taken: number, isOpen: boolean): Share {
  const left = Math.max(0, total - taken);
  return { total, used, promised: taken - used, free: isOpen ? left : 0, closed: isOpen ? 0 : left };
}

function plus(a: Share, b: Share): Share {
  return {
    total: a.total + b.total,
    used: a.used + b.used,
    promised: a.promised + b.promised,
    free: a.free + b.free,
    closed: a.closed + b.closed,
  };
}
