import { createHash } from 'node:crypto';
import type { HostNetworkConfig, Lease } from '../../ports/host-network.ts';
import { netmask, formatAddress, parsePrefix, reverseZones, type Prefix } from './ipv4.ts';

const leaseTime = '12h';
const upstreamFile = '/etc/resolv.conf';

/** Where one network's DHCP and DNS live; `dir` holds nothing else of ours. */
export interface DnsmasqPaths {
  readonly dir: string;
  /** One file per lease, `<mac>`: who gets which address. */
  readonly dhcpHosts: string;
  /** One file per lease, `<mac>`: its names. */
  readonly dnsHosts: string;
  /** What dnsmasq itself remembers of whom it has served. */
  readonly leaseFile: string;
  readonly pidFile: string;
  readonly log: string;
}

export function dnsmasqPaths(dir: string): DnsmasqPaths {
  return {
    dir,
    dhcpHosts: `${dir}/dhcp-hosts`,
    dnsHosts: `${dir}/dns-hosts`,
    leaseFile: `${dir}/dnsmasq.leases`,
    pidFile: `${dir}/dnsmasq.pid`,
    log: `${dir}/dnsmasq.log`,
  };
}

/** The configuration of one network's dnsmasq. @param place which bridge it is, beyond its name */
export function dnsmasqConf(config: HostNetworkConfig, paths: DnsmasqPaths, user: string, place: string): string {
  const { bridge, domain, gateway, mtuBytes, nat } = config;
  const prefix = parsePrefix(config.cidr) as Prefix;
  return [
    `# DHCP and DNS of network ${config.networkId} on ${bridge} (${place}). Written by StratusLab.`,
    `interface=${bridge}`,
    'except-interface=lo',
    'bind-dynamic',
    `user=${user}`,
    'group=nogroup',
    `pid-file=${paths.pidFile}`,
    `log-facility=${paths.log}`,
    'quiet-dhcp',
    '# Names: ours are answered here and nowhere else; others only where guests reach the outside anyway.',
    'no-hosts',
    'domain-needed',
    'cache-size=1000',
    `domain=${domain}`,
    `local=/${domain}/`,
    ...reverseZones(prefix).map((zone) => `local=/${zone}/`),
    nat ? `resolv-file=${upstreamFile}` : 'no-resolv',
    `hostsdir=${paths.dnsHosts}`,
    '# Addresses: only to whom has a lease file.',
    `dhcp-range=${formatAddress(prefix.first)},static,${netmask(prefix)},${leaseTime}`,
    `dhcp-lease-max=${prefix.last - prefix.first + 1}`,
    `dhcp-hostsdir=${paths.dhcpHosts}`,
    `dhcp-leasefile=${paths.leaseFile}`,
    'dhcp-authoritative',
    nat ? `dhcp-option=option:router,${gateway}` : 'dhcp-option=option:router',
    `dhcp-option=option:dns-server,${gateway}`,
    `dhcp-option=option:domain-search,${domain}`,
    `dhcp-option=option:mtu,${mtuBytes}`,
    '',
  ].join('\n');
}

/** The configuration's own name: a running dnsmasq shows by its arguments which configuration it has. */
export function confPath(paths: DnsmasqPaths, conf: string): string {
  return `${paths.dir}/dnsmasq-${createHash('sha256').update(conf).digest('hex').slice(0, 16)}.conf`;
}

export function dhcpHostLine(lease: Lease): string {
  return `${lease.mac},${lease.address},${lease.hostname}\n`;
}

/** Full names first: the first is what the address resolves back to. Only one without a dot is ours also without the domain. */
export function dnsHostLine(config: HostNetworkConfig, { address, dnsNames }: Lease): string {
  const full = dnsNames.map((name) => `${name}.${config.domain}`);
  return `${[address, ...full, ...dnsNames.filter((name) => !name.includes('.'))].join(' ')}\n`;
}

/** The lines of dnsmasq's lease file (`expiry mac address name client-id`) that still agree with our leases. */
export function currentLeaseLines(text: string, leases: readonly Lease[]): string {
  const current = new Set(leases.map((lease) => `${lease.mac} ${lease.address}`));
  return text
    .split('\n')
    .filter((line) => current.has(line.split(' ').slice(1, 3).join(' ').toLowerCase()))
    .map((line) => `${line}\n`)
    .join('');
}
