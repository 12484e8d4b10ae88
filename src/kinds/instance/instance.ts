import { Type, type Static } from 'typebox';
import type { Kind } from '../../core/kind.ts';
import { limits } from '../../core/limits.ts';
import type { Observed, Resource } from '../../core/resource.ts';
import { GiB, MiB } from '../../core/units.ts';
import { initialObserved, Nullable, observedFields, OneOf, Ref, Timestamp } from '../../core/schema.ts';
import { instanceState, instanceStates } from './instance.state.ts';

/** What the instance should be doing. `stopped` and `suspended` keep its disk and its place. */
export type Power = 'running' | 'stopped' | 'paused' | 'suspended';

/** What happens when it stops without being asked to: nothing, a new start unless the guest itself powered off, always a new start. */
export const restartPolicies = ['always', 'on-failure', 'never'] as const;

export interface InstanceSpec {
  readonly description: string;
  readonly type: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly swapMib: number;
  /** Of the root disk, bytes; at least the image's. May grow, never shrink. */
  readonly diskBytes: number;
  readonly image: {
    readonly id: string;
    readonly name: string;
    readonly sha256: string;
    readonly format: 'qcow2' | 'raw';
    readonly sizeBytes: number;
    readonly virtualSizeBytes: number;
    readonly loginUser: string;
  };
  readonly firmware: 'bios' | 'uefi' | 'uefi-secure';
  readonly power: Power;
  /** Number of the boot asked for: a start or a reboot asks for the next one. 0: never asked to start. */
  readonly bootSerial: number;
  /** Stop by cutting the power, without asking the guest. */
  readonly force: boolean;
  readonly restartPolicy: (typeof restartPolicies)[number];
  /** How long a guest may take to power itself off before its power is cut. */
  readonly stopTimeoutSeconds: number;
  readonly sshKeys: readonly { readonly name: string; readonly publicKey: string }[];
  /** SHA-256 of the user-data, hex; the content is kept apart, out of lists. null: none. */
  readonly userDataSha256: string | null;
  readonly nics: readonly InstanceNic[];
  /** Id of the host that it is placed on. */
  readonly host: string;
  /** End of its lease: it is stopped then, and deleted some days later. null or absent: it has none. */
  readonly expiresAt?: string | null;
}

export interface InstanceNic {
  readonly network: string;
  readonly mac: string;
  readonly address: string;
}

/** What the host's agent last said. */
const Seen = Type.Object({
  domain: Nullable(OneOf(['running', 'paused', 'stopping', 'stopped'] as const)),
  bootSerial: Type.Integer({ description: 'Number of the present or last boot.' }),
  hasSavedState: Type.Boolean(),
  /** It stopped by itself, and by its restart policy stays so. */
  rests: Type.Boolean(),
  agentConnected: Type.Boolean(),
  /** Since when its SSH port answers in the present run. */
  reachableSince: Nullable(Timestamp),
  startedAt: Nullable(Timestamp),
  restarts: Type.Integer({ description: 'Starts that nobody asked for, since the last one that somebody did.' }),
  powerCut: Type.Optional(
    Nullable(
      Type.Object(
        { at: Timestamp, afterSeconds: Type.Integer({ description: 'How long the guest had to power itself off.' }) },
        { description: 'When its power was cut last because the guest did not power off in time.' },
      ),
    ),
  ),
});
export type Seen = Static<typeof Seen>;

const Failure = Type.Object({
  code: Type.String(),
  reason: Type.String({ description: 'In plain words.' }),
  at: Timestamp,
  consoleTail: Type.Array(Type.String(), { description: 'The last lines of the serial console.' }),
});

export interface InstanceStatus extends Observed {
  readonly seen: Seen | null;
  readonly failure: Static<typeof Failure> | null;
  /** Nothing of it is left on its host. */
  readonly gone: boolean;
  /** The host's agent has been silent since then: what we know may be old. */
  readonly hostLostSince: string | null;
  /** The end of its lease, of which who made it was told. */
  readonly leaseWarnedFor?: string | null;
}
export type Instance = Resource<InstanceSpec, InstanceStatus>;

const fields = {
  description: Type.String({ maxLength: limits.descriptionLengthMax }),
  restartPolicy: OneOf(restartPolicies, { description: 'What to do when it stops without being asked to; on-failure where absent.' }),
  stopTimeoutSeconds: Type.Integer({
    minimum: 0,
    maximum: limits.stopTimeoutSecondsMax,
    description: 'How long the guest may take to power itself off before its power is cut; 90 where absent.',
  }),
  lease: Type.String({
    maxLength: 40,
    description: 'How long it may live: `30d`, `12h`, `4w` from now, until a time (ISO 8601), or `never`; as long as may be where absent.',
  }),
  diskGib: Type.Number({ exclusiveMinimum: 0, maximum: limits.diskGibMax, description: "Size of the root disk, GiB; the image's own where absent." }),
};

export const createInstance = Type.Object({
  image: Ref,
  type: Type.Optional(Ref),
  keys: Type.Optional(Type.Array(Ref, { maxItems: limits.keysPerInstanceMax, description: 'SSH keys of the project that may log in.' })),
  network: Type.Optional(Ref),
  userData: Type.Optional(
    Type.String({
      maxLength: limits.userDataBytesMax,
      description: 'What the guest does at its first boot: a script, cloud-config or MIME multipart.',
    }),
  ),
  userDataBase64: Type.Optional(Type.String({ maxLength: limits.userDataBytesMax * 2, description: 'The same for bytes, e.g. gzipped.' })),
  diskGib: Type.Optional(fields.diskGib),
  firmware: Type.Optional(OneOf(['bios', 'uefi', 'uefi-secure'] as const, { description: "The image's own where absent." })),
  restartPolicy: Type.Optional(fields.restartPolicy),
  stopTimeoutSeconds: Type.Optional(fields.stopTimeoutSeconds),
  description: Type.Optional(fields.description),
  lease: Type.Optional(fields.lease),
  start: Type.Optional(Type.Boolean({ description: 'Whether to start it at once; true where absent.' })),
});

const stopBody = Type.Object({ timeoutSeconds: Type.Optional(fields.stopTimeoutSeconds) });
const rebootBody = Type.Object({ force: Type.Optional(Type.Boolean({ description: 'Cut the power, without asking the guest.' })) });
export const resizeBody = Type.Object({ type: Type.Optional(Ref), diskGib: Type.Optional(fields.diskGib) });

const living = ['creating', 'starting', 'running', 'paused', 'stopping', 'rebooting', 'failed'] as const;

export const instanceKind = {
  name: 'instance',
  plural: 'instances',
  prefix: 'i',
  canBeShared: true,
  scope: 'project',
  says: 'A virtual machine.',
  create: createInstance,
  update: Type.Object({
    description: Type.Optional(fields.description),
    restartPolicy: Type.Optional(fields.restartPolicy),
    stopTimeoutSeconds: Type.Optional(fields.stopTimeoutSeconds),
    lease: Type.Optional(fields.lease),
  }),
  spec: Type.Object({
    description: fields.description,
    type: Type.String(),
    vcpus: Type.Integer(),
    memoryMib: Type.Integer(),
    swapMib: Type.Integer(),
    diskBytes: Type.Integer(),
    image: Type.Object({
      id: Type.String(),
      name: Type.String(),
      sha256: Type.String(),
      format: OneOf(['qcow2', 'raw'] as const),
      sizeBytes: Type.Integer(),
      virtualSizeBytes: Type.Integer(),
      loginUser: Type.String(),
    }),
    firmware: OneOf(['bios', 'uefi', 'uefi-secure'] as const),
    power: OneOf(['running', 'stopped', 'paused', 'suspended'] as const),
    bootSerial: Type.Integer(),
    force: Type.Boolean(),
    restartPolicy: fields.restartPolicy,
    stopTimeoutSeconds: fields.stopTimeoutSeconds,
    sshKeys: Type.Array(Type.Object({ name: Type.String(), publicKey: Type.String() })),
    userDataSha256: Nullable(Type.String()),
    nics: Type.Array(Type.Object({ network: Type.String(), mac: Type.String(), address: Type.String() })),
    host: Type.String(),
    expiresAt: Type.Optional(Nullable({ ...Timestamp, description: 'When it is stopped; it is deleted some days later.' } as typeof Timestamp)),
  }),
  status: Type.Object({
    ...observedFields,
    seen: Nullable(Seen),
    failure: Nullable(Failure),
    gone: Type.Boolean(),
    hostLostSince: Nullable(Timestamp),
    leaseWarnedFor: Type.Optional(Nullable(Timestamp)),
  }),
  initialStatus: { ...initialObserved, seen: null, failure: null, gone: false, hostLostSince: null },
  states: instanceStates,
  state: instanceState,
  verbs: {
    start: { says: 'Power on.', from: ['stopped', 'suspended', 'failed'], hint: 'It starts only when it is off.', body: null },
    stop: {
      says: 'Ask the guest to power off; cut the power if it does not in time.',
      from: ['creating', 'starting', 'running', 'paused', 'rebooting', 'failed'],
      hint: 'Only what is on can be stopped. To drop a suspended state: force-stop.',
      body: stopBody,
    },
    'force-stop': { says: 'Cut the power.', from: [...living, 'suspending', 'suspended', 'unknown'], hint: 'It is off already.', body: null },
    reboot: { says: 'Power off, then on again.', from: ['running'], hint: 'Start it first, or wait until it runs.', body: rebootBody },
    pause: { says: 'Freeze the processors; memory stays.', from: ['running'], hint: 'Only a running instance can be paused.', body: null },
    resume: {
      says: 'Go on after pause or suspend.',
      from: ['paused', 'suspended'],
      hint: 'Only a paused or suspended instance can be resumed.',
      body: null,
    },
    suspend: {
      says: 'Save memory to disk and power off.',
      from: ['running', 'paused'],
      hint: 'Only a running or paused instance can be suspended.',
      body: null,
    },
    resize: { says: 'Change type or grow the disk.', from: ['stopped', 'failed'], hint: 'Stop it first.', body: resizeBody },
  },
  indexes: ({ spec }) => ({ host: spec.host, image: spec.image.id, ...(spec.expiresAt == null ? {} : { leased: 'yes' }) }),
  keys: (instance) => instance.spec.nics.map((nic) => addressKey(nic.network, nic.address)),
  takes: ({ spec }) => ({ instances: 1, vcpus: spec.vcpus, memoryMib: spec.memoryMib, diskGib: fullDiskBytes(spec) / GiB }),
  takesFrom: ({ spec }) => [{ kind: 'host', id: spec.host }],
  columns: [
    { title: 'NAME', value: (instance) => instance.name },
    { title: 'STATE', value: (instance) => instanceState(instance) },
    { title: 'ADDRESS', value: (instance) => instance.spec.nics.map((nic) => nic.address).join(' ') },
    { title: 'TYPE', value: (instance) => instance.spec.type },
    { title: 'IMAGE', value: (instance) => instance.spec.image.name },
    { title: 'CREATED', value: (instance) => instance.createdAt },
    { title: 'WAITS FOR', value: (instance) => instance.status.waitingFor?.reason ?? instance.status.failure?.reason ?? '' },
  ],
} as const satisfies Kind<Instance>;

/** What it may come to take of its host's disks, bytes. */
export function fullDiskBytes({ diskBytes, swapMib }: Pick<InstanceSpec, 'diskBytes' | 'swapMib'>): number {
  return diskBytes + swapMib * MiB;
}

/** The unique key under which an address is taken. */
export function addressKey(network: string, address: string): string {
  return `address/${network}/${address}`;
}

/** Tap device of the n-th interface: `tap` and the end of the id, which is the random part; 15 characters. */
export function tapName(instanceId: string, index: number): string {
  return `t${index}${instanceId.slice(-13)}`;
}
