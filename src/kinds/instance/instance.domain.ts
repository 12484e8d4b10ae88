import type { InstanceDisk, InstancePaths, Seed } from '../../ports/host-disks.ts';
import type { Lease } from '../../ports/host-network.ts';
import type { Accelerator, DomainConfig } from '../../ports/hypervisor.ts';
import type { NetworkSpec } from '../network/network.ts';
import type { InstanceExtra } from './instance.agent.ts';
import { tapName, type Instance, type InstanceNic } from './instance.ts';

/** Makes the contents of the first-boot disk; `networks` by id. */
export type SeedBuilder = (instance: Instance, extra: InstanceExtra, networks: ReadonlyMap<string, NetworkSpec>) => Seed;

/** The virtual machine that an instance is on its host. */
export function domainConfig(
  instance: Instance,
  networks: ReadonlyMap<string, NetworkSpec>,
  paths: InstancePaths,
  accelerator: Accelerator,
  disk: InstanceDisk | null,
): DomainConfig {
  const { spec } = instance;
  const nics = spec.nics.flatMap((nic, index) => {
    const network = networks.get(nic.network);
    return network === undefined ? [] : [{ mac: nic.mac, bridge: network.bridge, tap: tapName(instance.id, index), mtuBytes: network.mtuBytes }];
  });
  return {
    instanceId: instance.id,
    instanceName: instance.name,
    vcpus: spec.vcpus,
    memoryMib: spec.memoryMib,
    firmware: spec.firmware,
    accelerator,
    disks: [
      { path: paths.disk, format: 'qcow2', readOnly: false, serial: 'root', backing: disk?.base ?? null },
      { path: paths.seed, format: 'raw', readOnly: true, serial: 'cidata', backing: null },
      ...(spec.swapMib > 0 ? [{ path: paths.swap, format: 'raw' as const, readOnly: false, serial: 'swap', backing: null }] : []),
    ],
    nics,
    consoleLogPath: paths.consoleLog,
    serialSocketPath: paths.serialSocket,
    vncSocketPath: paths.vncSocket,
  };
}

export function leaseOf(instance: Instance, nic: InstanceNic, index: number): Lease {
  return { instanceId: instance.id, mac: nic.mac, address: nic.address, hostname: instance.name, tap: tapName(instance.id, index) };
}
