import { createHash } from 'node:crypto';
import { DriverError } from '../../core/driver-error.ts';
import type { HostNetworkConfig } from '../../ports/host-network.ts';
import { ProgramRefused, programs, type Runner } from './run.ts';
import { parsePrefix } from './ipv4.ts';
import { hasIpv6 } from './sysctls.ts';

/** What `ip -j -d addr` says of a device, as far as it matters here. */
export interface Device {
  readonly ifindex: number;
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly address: string;
  readonly ifalias?: string;
  readonly linkinfo?: { readonly info_kind?: string; readonly info_data?: { readonly stp_state?: number; readonly forward_delay?: number } };
  readonly addr_info: readonly { readonly family: string; readonly local: string; readonly prefixlen: number }[];
}

/** Locally administered, the same on every host and after every start: guests keep their gateway's MAC. */
export function bridgeMac(networkId: string): string {
  const hash = createHash('sha256').update(`bridge of ${networkId}`).digest('hex');
  return ['02', ...(hash.slice(0, 10).match(/../g) ?? [])].join(':');
}

/** The mark by which a device is known as ours. */
export function bridgeAlias(cloudId: string, networkId: string): string {
  return `stratus:${cloudId}:${networkId}`;
}

/** Networks of this cloud that have a bridge on this host, with the bridge's name. */
export async function markedBridges(run: Runner, cloudId: string): Promise<Map<string, string>> {
  const devices = JSON.parse(await run('looking for bridges', [programs.ip, '-j', 'link', 'show', 'type', 'bridge'])) as Partial<Device>[];
  const mark = bridgeAlias(cloudId, '');
  const found = devices
    .filter((device) => device.ifalias?.startsWith(mark))
    .map((device) => [device.ifalias?.slice(mark.length) ?? '', device.ifname ?? ''] as const);
  return new Map(found);
}

/** null: there is no device of this name. */
export async function readDevice(run: Runner, name: string): Promise<Device | null> {
  try {
    return (JSON.parse(await run(`looking at device ${name}`, [programs.ip, '-j', '-d', 'addr', 'show', 'dev', name])) as Device[])[0] ?? null;
  } catch (error) {
    if (error instanceof ProgramRefused && error.stderr.includes('does not exist')) return null;
    throw error;
  }
}

/** Ours by its mark; or by kind and MAC, when we were cut off between making and marking it. */
export function isOwnBridge(device: Device, cloudId: string, networkId: string): boolean {
  if (device.ifalias !== undefined) return device.ifalias === bridgeAlias(cloudId, networkId);
  return device.linkinfo?.info_kind === 'bridge' && device.address === bridgeMac(networkId);
}

export function isBridgeRight(device: Device, cloudId: string, config: HostNetworkConfig): boolean {
  const options = device.linkinfo?.info_data;
  return (
    device.ifalias === bridgeAlias(cloudId, config.networkId) &&
    device.flags.includes('UP') &&
    device.mtu === config.mtuBytes &&
    device.address === bridgeMac(config.networkId) &&
    options?.stp_state === 0 &&
    options.forward_delay === 0 &&
    hasAddress(device, config) &&
    strayAddresses(device, config).length === 0
  );
}

/** The bridge is there, marked, up, with its one address; gives it as it is afterwards. */
export async function ensureBridge(run: Runner, cloudId: string, config: HostNetworkConfig): Promise<Device> {
  const { bridge, networkId } = config;
  const before = await readDevice(run, bridge);
  if (before !== null && !isOwnBridge(before, cloudId, networkId)) {
    throw new DriverError(
      `making the bridge of network ${networkId}: this host already has a device ${bridge} that is not ours; rename or remove it`,
      { retry: 'never' },
    );
  }
  if (before !== null && isBridgeRight(before, cloudId, config)) return before;

  await run(`making the bridge of network ${networkId}`, [programs.ip, '-batch', '-'], bridgeSteps(before, cloudId, config, await hasIpv6()));
  const after = await readDevice(run, bridge);
  if (after === null || !isBridgeRight(after, cloudId, config))
    throw new DriverError(`making the bridge of network ${networkId}: ${bridge} does not stay as configured`);
  return after;
}

/** Input of `ip -batch`: from the device as it was to the one that is wanted. */
export function bridgeSteps(before: Device | null, cloudId: string, config: HostNetworkConfig, hasIpv6: boolean): string {
  const { bridge, networkId } = config;
  const options = 'stp_state 0 forward_delay 0 mcast_snooping 0';
  const steps = [
    before === null
      ? `link add name ${bridge} address ${bridgeMac(networkId)} type bridge ${options}`
      : `link set dev ${bridge} type bridge ${options}`,
    `link set dev ${bridge} alias ${bridgeAlias(cloudId, networkId)}`,
    `link set dev ${bridge} address ${bridgeMac(networkId)}`,
    `link set dev ${bridge} mtu ${config.mtuBytes}`,
    // A kernel without IPv6 knows no such setting, and refuses.
    ...(hasIpv6 ? [`link set dev ${bridge} addrgenmode none`] : []),
    ...(before === null ? [] : strayAddresses(before, config)).map((address) => `addr del ${address} dev ${bridge}`),
    ...(before !== null && hasAddress(before, config)
      ? []
      : [`addr add ${config.gateway}/${parsePrefix(config.cidr)?.length} broadcast + dev ${bridge}`]),
    `link set dev ${bridge} up`,
  ];
  return `${steps.join('\n')}\n`;
}

/** The bridge is gone; a device of that name that is not ours stays. */
export async function removeBridge(run: Runner, cloudId: string, networkId: string, bridge: string): Promise<void> {
  const device = await readDevice(run, bridge);
  if (device === null || !isOwnBridge(device, cloudId, networkId)) return;
  await run(`removing the bridge of network ${networkId}`, [programs.ip, 'link', 'delete', 'dev', bridge, 'type', 'bridge']);
}

function hasAddress(device: Device, config: HostNetworkConfig): boolean {
  const length = parsePrefix(config.cidr)?.length;
  return device.addr_info.some((address) => address.local === config.gateway && address.prefixlen === length);
}

function strayAddresses(device: Device, config: HostNetworkConfig): string[] {
  const length = parsePrefix(config.cidr)?.length;
  return device.addr_info
    .filter((address) => address.family === 'inet' && !(address.local === config.gateway && address.prefixlen === length))
    .map((address) => `${address.local}/${address.prefixlen}`);
}
