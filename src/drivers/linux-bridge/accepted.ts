import { DriverError } from '../../core/driver-error.ts';
import type { HostNetworkConfig, Lease } from '../../ports/host-network.ts';
import { parseAddress, parsePrefix, type Prefix } from './ipv4.ts';

// Everything below is written into packet rules, configuration files and paths; nothing passes that could mean more there.
const deviceForm = /^[a-z][a-z0-9-]{0,14}$/i;
const idForm = /^[a-z0-9][a-z0-9-]{0,62}$/;
const labelForm = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const macForm = /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/;

export function acceptCloudId(cloudId: string): string {
  return /^[0-9a-f]{1,16}$/.test(cloudId) ? cloudId : refuse(`the cloud id ${quote(cloudId)} is not 1 to 16 hexadecimal digits`);
}

/** The folder's name goes into dnsmasq's configuration, whose quoting is not worth trusting. */
export function acceptStateDir(stateDir: string): string {
  return /^\/[\w./+@-]{1,200}$/.test(stateDir) && !stateDir.split('/').includes('..')
    ? stateDir.replace(/\/+$/, '')
    : refuse(`the folder ${quote(stateDir)} is not an absolute path of letters, digits and ._+@-`);
}

export function acceptNetworkId(networkId: string): string {
  return idForm.test(networkId) ? networkId : refuse(`${quote(networkId)} is not the id of a network`);
}

export function acceptMac(mac: string): string {
  const lower = mac.toLowerCase();
  return macForm.test(lower) && lower !== '00:00:00:00:00:00' ? lower : refuse(`${quote(mac)} is not the MAC address of one interface`);
}

/** Throws DriverError when any part is not what it should be; a /16 to a /29 with the gateway inside. */
export function acceptNetwork(config: HostNetworkConfig): { readonly config: HostNetworkConfig; readonly prefix: Prefix } {
  const { networkId, bridge, cidr, gateway, domain, mtuBytes } = config;
  acceptNetworkId(networkId);
  const of = `network ${networkId}`;
  if (!deviceForm.test(bridge)) refuse(`${of}: ${quote(bridge)} is not a device name`);
  const prefix = parsePrefix(cidr);
  if (prefix === null || prefix.length < 16 || prefix.length > 29) refuse(`${of}: ${quote(cidr)} is not an IPv4 prefix from /16 to /29`);
  if (!isUsable(prefix, parseAddress(gateway))) refuse(`${of}: the gateway ${quote(gateway)} is not a usable address of ${cidr}`);
  if (domain.length > 200 || !domain.split('.').every((label) => labelForm.test(label))) refuse(`${of}: ${quote(domain)} is not a domain name`);
  if (!Number.isInteger(mtuBytes) || mtuBytes < 576 || mtuBytes > 65535) refuse(`${of}: the MTU ${mtuBytes} is not from 576 to 65535`);
  return { config, prefix };
}

/** The lease with its MAC in lower case; throws DriverError when any part is not what it should be. */
export function acceptLease(network: HostNetworkConfig, lease: Lease): Lease {
  const of = `lease of ${lease.instanceId} on network ${network.networkId}`;
  if (!idForm.test(lease.instanceId)) refuse(`${quote(lease.instanceId)} is not the id of an instance`);
  const { prefix } = acceptNetwork(network);
  if (lease.address === network.gateway || !isUsable(prefix, parseAddress(lease.address)))
    refuse(`${of}: ${quote(lease.address)} is not a usable address of ${network.cidr}`);
  if (!labelForm.test(lease.hostname)) refuse(`${of}: ${quote(lease.hostname)} is not a host name`);
  for (const name of lease.dnsNames)
    if (name.length > 127 || !name.split('.').every((label) => labelForm.test(label))) refuse(`${of}: ${quote(name)} is not a name`);
  if (!deviceForm.test(lease.tap) || lease.tap === network.bridge) refuse(`${of}: ${quote(lease.tap)} is not a device name for it`);
  return { ...lease, mac: acceptMac(lease.mac) };
}

function isUsable(prefix: Prefix, address: number | null): boolean {
  return address !== null && address > prefix.first && address < prefix.last;
}

/** What was refused, whatever it is: types end where the process does. */
function quote(given: unknown): string {
  return JSON.stringify(String(given).slice(0, 80));
}

function refuse(message: string): never {
  throw new DriverError(message, { retry: 'never' });
}
