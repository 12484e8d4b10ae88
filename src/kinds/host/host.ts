import { Type, type Static } from 'typebox';
import type { Kind } from '../../core/kind.ts';
import type { Observed, Resource } from '../../core/resource.ts';
import { initialObserved, Nullable, observedFields, OneOf, Timestamp } from '../../core/schema.ts';
import { formatBytes, GiB, MiB, seconds } from '../../core/units.ts';

export interface HostSpec {
  /** false: keeps what it runs, gets nothing new. */
  readonly schedulable: boolean;
}

/** What the agent says of its machine; sent with every report, written when it changes. */
export const HostFacts = Type.Object({
  accelerator: OneOf(['kvm', 'tcg'] as const, { description: 'How guest code runs here.' }),
  acceleratorReason: Type.String(),
  cpuModel: Type.String(),
  vcpus: Type.Integer({ description: 'Processors of the machine.' }),
  memoryMib: Type.Integer({ description: 'Memory of the machine, MiB.' }),
  diskTotalBytes: Type.Integer(),
  hypervisorVersion: Type.String(),
  emulatorVersion: Type.String(),
  firmwares: Type.Array(OneOf(['bios', 'uefi', 'uefi-secure'] as const)),
  agentVersion: Type.String(),
  /** Changes when the machine itself was started anew. */
  bootId: Type.String(),
});
export type HostFacts = Static<typeof HostFacts>;

/** What a host's agent found and did when it came back. Times in ms since the agent's start. */
export const RecoveryReport = Type.Object({
  startedAt: Timestamp,
  /** The machine was started anew since the agent's last run, as against only the agent. */
  machineRestarted: Type.Boolean(),
  settledAfterMs: Nullable(Type.Integer()),
  instances: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      wanted: Type.String(),
      found: Type.String(),
      did: Type.Array(Type.String()),
      settledAfterMs: Nullable(Type.Integer()),
    }),
  ),
});
export type RecoveryReport = Static<typeof RecoveryReport>;

const room = {
  vcpus: Type.Integer(),
  memoryMib: Type.Integer(),
  diskBytes: Type.Integer({ description: 'Disks count whole, however little they hold yet.' }),
};
const HostRoom = Type.Object(room, { description: 'What may be promised to instances.' });

export interface HostStatus extends Observed {
  readonly facts: HostFacts | null;
  readonly lastSeenAt: string | null;
  readonly diskFreeBytes: number;
  readonly recovery: RecoveryReport | null;
  /** Set by the control plane when the agent has been silent for {@link hostLostAfterMs}. */
  readonly lostSince: string | null;
  /** What placement may promise; here and below only in what goes out, never in the record. Absent before the first report. */
  readonly capacity?: HostRoom;
  /** What is promised to instances. */
  readonly promised?: HostRoom & { readonly instances: number };
}
type HostRoom = Static<typeof HostRoom>;
export type Host = Resource<HostSpec, HostStatus>;

/** An agent reports at least this often. */
export const hostReportEveryMs = 10 * seconds;
export const hostLostAfterMs = 40 * seconds;

/** What placement may promise of a host: memory less what the machine itself needs, processors shared, disks that fill slowly. */
export function hostCapacity(facts: HostFacts): { vcpus: number; memoryMib: number; diskBytes: number } {
  return {
    vcpus: facts.vcpus * vcpusPromisedPerCpu,
    memoryMib: Math.max(0, facts.memoryMib - memoryMibKept(facts)),
    diskBytes: facts.diskTotalBytes * diskPromisedPerByte,
  };
}

/**
 * Disks are copy-on-write and most stay half empty, images are there once for all. That what is really free suffices
 * is looked at besides, at every placement.
 */
const diskPromisedPerByte = 2;

/** Source: OpenStack's default is 4 (since 2023), Proxmox does not limit; labs run mostly idle machines. */
const vcpusPromisedPerCpu = 16;

/** For the machine, the agent, the control plane: 1 GiB and 5 %. */
function memoryMibKept(facts: HostFacts): number {
  return 1024 + Math.round(facts.memoryMib * 0.05);
}

/** What is promised of what may be. */
function ofCapacity({ promised, capacity }: HostStatus, say: (room: HostRoom) => string): string {
  return promised === undefined || capacity === undefined ? '' : `${say(promised)} of ${say(capacity)}`;
}

const schedulable = Type.Boolean({ description: 'Whether new instances may be placed here.' });

export const hostKind: Kind<Host> = {
  name: 'host',
  plural: 'hosts',
  prefix: 'host',
  scope: 'cloud',
  fixedNames: 'its agent and its token go by it',
  says: 'A machine that runs instances.',
  create: null,
  update: Type.Object({ schedulable: Type.Optional(schedulable) }),
  spec: Type.Object({ schedulable }),
  status: Type.Object({
    ...observedFields,
    facts: Nullable(HostFacts),
    lastSeenAt: Nullable(Timestamp),
    diskFreeBytes: Type.Integer(),
    recovery: Nullable(RecoveryReport),
    lostSince: Nullable(Timestamp),
    capacity: Type.Optional(HostRoom),
    promised: Type.Optional(Type.Object({ ...room, instances: Type.Integer() }, { description: 'What is promised to instances.' })),
  }),
  initialStatus: { ...initialObserved, facts: null, lastSeenAt: null, diskFreeBytes: 0, recovery: null, lostSince: null },
  states: ['joining', 'online', 'cordoned', 'lost'],
  state: (host) => (host.status.lostSince !== null ? 'lost' : host.status.facts === null ? 'joining' : host.spec.schedulable ? 'online' : 'cordoned'),
  verbs: {},
  indexes: () => ({}),
  columns: [
    { title: 'NAME', value: (host) => host.name },
    { title: 'STATE', value: (host) => hostKind.state(host) },
    { title: 'INSTANCES', value: (host) => String(host.status.promised?.instances ?? '') },
    { title: 'VCPUS', value: ({ status }) => ofCapacity(status, ({ vcpus }) => String(vcpus)) },
    { title: 'MEMORY', value: ({ status }) => ofCapacity(status, ({ memoryMib }) => formatBytes(memoryMib * MiB)) },
    { title: 'DISK', value: ({ status }) => ofCapacity(status, ({ diskBytes }) => formatBytes(diskBytes)) },
    { title: 'DISK FREE', value: (host) => `${Math.floor(host.status.diskFreeBytes / GiB)} GiB` },
    { title: 'GUESTS BY', value: (host) => host.status.facts?.accelerator ?? '' },
    { title: 'LAST SEEN', value: (host) => host.status.lastSeenAt ?? 'never' },
  ],
};
