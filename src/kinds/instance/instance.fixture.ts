import { initialObserved } from '../../core/schema.ts';
import type { Instance, InstanceSpec } from './instance.ts';
import { freshMemory, type InstanceMemory, type InstanceObserved } from './instance.plan.ts';

/** 2026-01-01, midday UTC. */
export const noonMs = Date.UTC(2026, 0, 1, 12);

export function instanceOf(spec: Partial<InstanceSpec> = {}, fields: Partial<Instance> = {}): Instance {
  return {
    kind: 'instance',
    id: 'i-01kdvdp88re088wrv6n6s9qdan',
    name: 'ada',
    project: 'prj-01kdvdna00e00bne95kjzkhxrx',
    labels: {},
    generation: 1,
    revision: 1,
    createdAt: '2026-01-01T12:00:00.000Z',
    updatedAt: '2026-01-01T12:00:00.000Z',
    deletedAt: null,
    createdBy: 'system',
    spec: {
      description: '',
      type: 't1.micro',
      vcpus: 1,
      memoryMib: 512,
      swapMib: 0,
      diskBytes: 1 << 30,
      image: {
        id: 'img-01kdvdnaz8e08snfz8sct8zaws',
        name: 'tiny',
        sha256: 'ab'.repeat(32),
        format: 'qcow2',
        sizeBytes: 1 << 20,
        virtualSizeBytes: 1 << 30,
        loginUser: 'root',
      },
      firmware: 'bios',
      power: 'running',
      bootSerial: 1,
      force: false,
      restartPolicy: 'on-failure',
      stopTimeoutSeconds: 90,
      sshKeys: [],
      userDataSha256: null,
      nics: [{ network: 'net-01kdvdna00e0492hzjcq97qx6a', mac: '52:54:00:00:00:01', address: '10.42.0.11' }],
      host: 'host-01kdvdna03e05t4bcees1rsb6g',
      ...spec,
    },
    status: { ...initialObserved, seen: null, failure: null, gone: false, hostLostSince: null },
    ...fields,
  };
}

type Domain = NonNullable<InstanceObserved['domain']>;

export function domainOf(state: Domain['state'], fields: Partial<Domain> = {}): Domain {
  return { state, stoppedBecause: null, bootSerial: 1, hasSavedState: false, ...fields };
}

/** Everything prepared, a slot free; `domain` null: not defined. */
export function seenOf(domain: Domain | null, fields: Partial<InstanceObserved> = {}): InstanceObserved {
  return { domain, hasDisk: true, hasLease: true, leaseIsRight: true, image: 'here', prepared: true, startSlot: 'free', ...fields };
}

export function memoryOf(fields: Partial<InstanceMemory> = {}): InstanceMemory {
  return { ...freshMemory(noonMs), ...fields };
}

/** Has been seen running boot `bootSerial`. */
export function ranOf(bootSerial: number, fields: Partial<InstanceMemory> = {}): InstanceMemory {
  return memoryOf({ ranBootSerial: bootSerial, lastStartAtMs: noonMs - 60_000, ...fields });
}
