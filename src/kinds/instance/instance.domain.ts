import type { InstanceDisk, InstancePaths, Seed } from '../../ports/host-disks.ts';
import type { Lease } from '../../ports/host-network.ts';
import type { Accelerator, DomainConfig } from '../../ports/hypervisor.ts';
import type { NetworkSpec } from '../network/network.ts';
import { defaultProjectName } from '../project/project.ts';
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

/**
 * `projectName` null: one that is not known (an older record), taken for the default. Projects share a network, and so
 * its names: `<name>.<project>` is everybody's, the bare name that of the default project's instances alone.
 */
export function leaseOf(instance: Instance, nic: InstanceNic, index: number, projectName: string | null): Lease {
  const { id, name } = instance;
  const isDefault = projectName === null || projectName === defaultProjectName;
  return {
    instanceId: id,
    mac: nic.mac,
    address: nic.address,
    // DNS learns the name that DHCP gives: outside of the default project it is one that nobody else has.
    hostname: isDefault ? name : id,
    dnsNames: isDefault ? [name, `${name}.${defaultProjectName}`] : [`${name}.${projectName}`],
    tap: tapName(id, index),
  };
}
