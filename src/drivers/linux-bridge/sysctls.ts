import { readFile, writeFile } from 'node:fs/promises';
import { DriverError } from '../../core/driver-error.ts';

// /proc/sys/net and /proc/net/route show the network namespace of who reads them; /sys/class/net may show another one.

/** What a bridge needs of the kernel. IPv6 is not offered yet; ARP tells guests of no other address of the host. */
function bridgeSettings(bridge: string, nat: boolean): [path: string, value: string][] {
  return [
    [`ipv4/conf/${bridge}/forwarding`, nat ? '1' : '0'],
    [`ipv4/conf/${bridge}/rp_filter`, '1'],
    [`ipv4/conf/${bridge}/arp_ignore`, '1'],
    [`ipv4/conf/${bridge}/send_redirects`, '0'],
    [`ipv6/conf/${bridge}/disable_ipv6`, '1'],
  ];
}

export async function areBridgeSettingsRight(bridge: string, nat: boolean): Promise<boolean> {
  const found = await Promise.all(bridgeSettings(bridge, nat).map(async ([path, value]) => [await readSetting(path), value] as const));
  return found.every(([is, value]) => is === value || is === null);
}

export async function ensureBridgeSettings(bridge: string, nat: boolean): Promise<void> {
  for (const [path, value] of bridgeSettings(bridge, nat)) await ensureSetting(path, value);
}

export async function isForwarding(device: string): Promise<boolean> {
  return (await readSetting(`ipv4/conf/${device}/forwarding`)) === '1';
}

export async function setForwarding(device: string, on: boolean): Promise<void> {
  await ensureSetting(`ipv4/conf/${device}/forwarding`, on ? '1' : '0');
}

/** Somebody has made this host a router for all (`net.ipv4.ip_forward`): docker does, administrators do. */
export async function isRouterForAll(): Promise<boolean> {
  return (await readSetting('ipv4/ip_forward')) === '1';
}

/**
 * Devices by which this host reaches others through a router: of the default routes and of routes with a gateway.
 * Answers to our guests come in there, so forwarding must be on there.
 */
export async function uplinks(): Promise<string[]> {
  return parseUplinks(await readFile('/proc/net/route', 'utf8'));
}

/** @param table text of /proc/net/route: device, destination, gateway, flags (hex), …, mask in the eighth column */
export function parseUplinks(table: string): string[] {
  const [up, viaGateway, reject] = [0x1, 0x2, 0x200];
  const devices = new Set<string>();
  for (const line of table.split('\n').slice(1)) {
    const [device, destination, , flagsText, , , , mask] = line.trim().split(/\s+/);
    const flags = Number.parseInt(flagsText ?? '', 16);
    if (device === undefined || !(flags & up) || flags & reject) continue;
    const isDefault = destination === '00000000' && mask === '00000000';
    if ((isDefault || flags & viaGateway) && /^[^\s/"{};\\]{1,15}$/.test(device) && device !== 'lo' && !/^\.+$/.test(device)) devices.add(device);
  }
  return [...devices].sort();
}

/** The kernel was built and started with it; whether any device uses it is another matter. */
export async function hasIpv6(): Promise<boolean> {
  return (await readSetting('ipv6/conf/all/disable_ipv6')) !== null;
}

/** null: this kernel or device does not have it. */
async function readSetting(path: string): Promise<string | null> {
  return readFile(`/proc/sys/net/${path}`, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

async function ensureSetting(path: string, value: string): Promise<void> {
  const is = await readSetting(path);
  if (is === null || is === value) return;
  await writeFile(`/proc/sys/net/${path}`, value).catch((cause: unknown) => {
    throw new DriverError(`setting net/${path} to ${value} on this host: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
}
