import type { Static } from 'typebox';
import type { Admission } from '../../control/admission.ts';
import { explain, place, refuses, type PlacementRequest } from '../../control/placement/placement.ts';
import type { CreateInput, Slice } from '../../control/slice.ts';
import { CloudError } from '../../core/errors.ts';
import type { Kind } from '../../core/kind.ts';
import { limits } from '../../core/limits.ts';
import type { Resource } from '../../core/resource.ts';
import { formatBytes, GiB, MiB } from '../../core/units.ts';
import type { Host } from '../host/host.ts';
import { forecastFields, foretellHosts, promisedOf, type HostsView } from '../host/host.usage.ts';
import { findVisible } from '../finding.ts';
import { imageKind, type Image } from '../image/image.ts';
import { defaultInstanceTypeName, instanceTypeKind, type InstanceType } from '../instance-type/instance-type.ts';
import { pickAddress, randomMac } from '../network/network.addresses.ts';
import { defaultNetworkName, networkKind, type Network } from '../network/network.ts';
import { sshKeyKind, type SshKey } from '../ssh-key/ssh-key.ts';
import { fullDiskBytes, instanceKind, type createInstance, type Instance, type InstanceSpec, type Power } from './instance.ts';
import { checkLease, leaseEnd, type LeasePolicy } from './lease.ts';
import { readUserDataInput } from './user-data.ts';
import { putUserData } from './instance.user-data.ts';

type CreateBody = Static<typeof createInstance>;

/** Everything about an instance that is decided at the door. */
export function instanceSlice(hosts: HostsView, leases: () => LeasePolicy): Slice<Instance> {
  const toPower =
    (power: Power, more: (spec: InstanceSpec) => Partial<InstanceSpec> = () => ({})) =>
    async (admission: Admission, instance: Instance) => {
      const { spec } = instance;
      if (power === 'running') checkLease(instance, admission.clock.now());
      return { ...spec, power, force: false, ...more(spec) };
    };
  const nextBoot = (spec: InstanceSpec) => ({ bootSerial: spec.bootSerial + 1 });
  return {
    kind: instanceKind,
    create: (admission, input) => createInstanceRecord(admission, hosts, leases(), input),
    forecast: { fields: forecastFields, make: (admission, instances) => foretellHosts(admission, hosts, instances) },
    async update(admission, { spec }, { lease, ...body }) {
      return { ...spec, ...body, ...(lease === undefined ? {} : { expiresAt: leaseEnd(lease, leases(), admission.clock.now()) }) };
    },
    delete: async () => 'world',
    verbs: {
      // A suspended one goes on with the boot that it is in.
      start: async (admission, instance) =>
        toPower('running', (spec) => (spec.power === 'suspended' && instance.status.seen?.hasSavedState === true ? {} : nextBoot(spec)))(
          admission,
          instance,
        ),
      stop: async (_, { spec }, body) => ({
        ...spec,
        power: 'stopped',
        force: false,
        stopTimeoutSeconds: body?.timeoutSeconds ?? spec.stopTimeoutSeconds,
      }),
      'force-stop': toPower('stopped', () => ({ force: true })),
      reboot: async (admission, instance, body) => {
        checkLease(instance, admission.clock.now());
        return { ...instance.spec, power: 'running', force: body?.force === true, ...nextBoot(instance.spec) };
      },
      pause: toPower('paused'),
      resume: toPower('running'),
      suspend: toPower('suspended'),
      resize: (admission, instance, body) => resize(admission, hosts, instance, body),
    },
  };
}

async function createInstanceRecord(admission: Admission, hosts: HostsView, leases: LeasePolicy, input: CreateInput<CreateBody>): Promise<Instance> {
  const { name, project, labels, body } = input;
  const image = (await lookUp(admission, imageKind, body.image, project)) as Image;
  admission.authorize('use', image);
  admission.leanOn(image);
  const content = contentOf(image);
  const type = (await lookUp(admission, instanceTypeKind, body.type ?? defaultInstanceTypeName, null)) as InstanceType;
  const network = (await lookUp(admission, networkKind, body.network ?? defaultNetworkName, null)) as Network;
  const keys = await Promise.all((body.keys ?? []).map((ref) => lookUp(admission, sshKeyKind, ref, project) as Promise<SshKey>));
  checkMemory(type, image);
  const userData = readUserDataInput(body.userData, body.userDataBase64);
  const id = admission.newId('instance');
  const start = body.start ?? true;
  const firmware = body.firmware ?? image.spec.firmware;
  const diskBytes = diskSize(image, body.diskGib);
  const { vcpus, memoryMib, swapMib } = type.spec;
  const host = await placeOn(admission, hosts, { vcpus, memoryMib, diskBytes: fullDiskBytes({ diskBytes, swapMib }), firmware });
  const spec: InstanceSpec = {
    description: body.description ?? '',
    type: type.name,
    vcpus,
    memoryMib,
    swapMib,
    diskBytes,
    image: { id: image.id, name: image.name, loginUser: image.spec.loginUser, ...content },
    firmware,
    power: start ? 'running' : 'stopped',
    bootSerial: start ? 1 : 0,
    force: false,
    restartPolicy: body.restartPolicy ?? 'on-failure',
    stopTimeoutSeconds: body.stopTimeoutSeconds ?? limits.stopTimeoutSecondsDefault,
    sshKeys: keys.map((key) => ({ name: key.name, publicKey: key.spec.publicKey })),
    userDataSha256: userData?.sha256 ?? null,
    nics: [
      { network: network.id, mac: randomMac(() => admission.clock.random()), address: await pickAddress(admission, network, givenOut(admission)) },
    ],
    host,
    expiresAt: leaseEnd(body.lease, leases, admission.clock.now()),
  };
  if (userData !== null) putUserData(admission, id, userData.content);
  return admission.create({ kind: 'instance', name, project, labels, spec }, { id }) as Instance;
}

/** An image that does not boot with so little would only fail later. */
function checkMemory(type: InstanceType, image: Image): void {
  const { memoryMibMin } = image.spec;
  if (type.spec.memoryMib >= memoryMibMin) return;
  throw new CloudError('LIMIT_REACHED', {
    what: `image ${image.name} needs ${memoryMibMin} MiB of memory`,
    asked: `type ${type.name} with ${type.spec.memoryMib} MiB`,
    limit: `${memoryMibMin} MiB`,
    hint: 'Choose a larger type: `stratus instance-type list`.',
  });
}

/** A living resource by id or name that the caller may know of and that can serve in the project, or NOT_FOUND. */
// oxlint-disable-next-line typescript/no-explicit-any -- any kind
async function lookUp(admission: Admission, kind: Kind<any>, ref: string, project: string | null): Promise<Resource> {
  const isOwn = kind.scope === 'project' && kind.isFoundFromAnywhere !== true;
  const found = await findVisible(admission, kind, { ref, project, isForUse: true }, (each) =>
    isOwn ? each.project === project : kind.scope === 'cloud' || admission.may('use', each) || admission.may('read', each),
  );
  if (found === null) throw new CloudError('NOT_FOUND', { kind: kind.name, ref, place: isOwn ? ' in this project' : '' });
  if (found.deletedAt !== null) throw new CloudError('BEING_DELETED', { kind: kind.name, name: found.name });
  return found;
}

function contentOf(image: Image) {
  if (image.status.content !== null) return image.status.content;
  const state = imageKind.state(image);
  const { progress, failure } = image.status;
  throw new CloudError('IMAGE_NOT_READY', {
    name: image.name,
    state,
    reason:
      failure?.reason ??
      (progress === null ? 'it has just begun' : `${progress.step}${progress.percent === null ? '' : `, ${Math.floor(progress.percent)} %`}`),
    hint: state === 'failed' ? 'Correct the cause and try again: `stratus image retry`.' : 'Wait for it: `stratus image show --wait`.',
  });
}

function diskSize(image: Image, diskGib: number | undefined): number {
  const needed = image.status.content?.virtualSizeBytes ?? 0;
  if (diskGib === undefined) return needed;
  const asked = Math.ceil((diskGib * GiB) / MiB) * MiB;
  if (asked < needed) throw new CloudError('DISK_TOO_SMALL', { asked: formatBytes(asked), image: image.name, needed: formatBytes(needed) });
  return asked;
}

/** Chosen from what is known in memory, checked in this transaction; the instance's record then takes it. */
async function placeOn(admission: Admission, hosts: HostsView, request: PlacementRequest): Promise<string> {
  const refused = new Map<string, string>();
  for (;;) {
    const candidates = [...hosts.candidates()].filter((host) => !refused.has(host.name));
    const placement = place(candidates, request);
    if (!('host' in placement)) {
      const all = [...placement.unplaced, ...[...refused].map(([host, reason]) => ({ host, reason }))];
      throw new CloudError('NO_HOST_FITS', { detail: explain(all) });
    }
    const host = hosts.get(placement.host) as Host;
    const known = await admission.get('host', host.id);
    const reason = known === null ? 'is no longer part of the cloud' : refuses(hosts.candidate(host, await promisedOf(admission, host.id)), request);
    if (known !== null && reason === null) {
      admission.leanOn(known);
      return host.id;
    }
    refused.set(host.name, reason ?? '');
  }
}

async function resize(admission: Admission, hosts: HostsView, instance: Instance, body: { type?: string; diskGib?: number }): Promise<InstanceSpec> {
  let { spec } = instance;
  if (body.diskGib === undefined && body.type === undefined)
    throw new CloudError('INPUT_INVALID', { where: 'type, diskGib', problem: 'one of them is needed: a new type, or a larger disk' });
  if (body.diskGib !== undefined) {
    const diskBytes = Math.ceil((body.diskGib * GiB) / MiB) * MiB;
    if (diskBytes < spec.diskBytes) {
      throw new CloudError('NOT_CHANGEABLE', {
        field: 'The disk size',
        kind: 'instance',
        name: instance.name,
        reason: `disks only grow, and this one has ${formatBytes(spec.diskBytes)}`,
        hint: 'Ask for more, or launch a new instance.',
      });
    }
    spec = { ...spec, diskBytes };
  }
  if (body.type !== undefined) {
    const type = (await lookUp(admission, instanceTypeKind, body.type, null)) as InstanceType;
    const image = (await admission.get('image', spec.image.id)) as Image | null;
    if (image !== null) checkMemory(type, image);
    spec = { ...spec, type: type.name, ...type.spec };
  }
  await checkRoom(admission, hosts, instance.spec, spec);
  return spec;
}

/** What it grows by must be there. */
async function checkRoom(admission: Admission, hosts: HostsView, before: InstanceSpec, after: InstanceSpec): Promise<void> {
  const delta = {
    vcpus: after.vcpus - before.vcpus,
    memoryMib: after.memoryMib - before.memoryMib,
    diskBytes: fullDiskBytes(after) - fullDiskBytes(before),
  };
  const host = hosts.get(after.host);
  if (host !== null && Object.values(delta).some((more) => more > 0)) {
    const reason = refuses(hosts.candidate(host, await promisedOf(admission, after.host)), { ...delta, firmware: after.firmware });
    if (reason !== null) throw new CloudError('NO_HOST_FITS', { detail: `${host.name} ${reason}` });
  }
}

/** Addresses of instances made earlier in this same transaction. */
function givenOut(admission: Admission): ReadonlySet<string> {
  const given = new Set<string>();
  for (const change of admission.changes) {
    if (change.op === 'put' && change.resource.kind === 'instance') for (const nic of (change.resource as Instance).spec.nics) given.add(nic.address);
  }
  return given;
}
