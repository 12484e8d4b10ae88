import { createHash } from 'node:crypto';
import type { HostNetworkConfig, Lease } from '../../ports/host-network.ts';

/**
 * A cloud's packet rules: one table `stratus_<cloud>` in family bridge (what a guest may say about itself) and one in
 * family inet (where its packets may go). The chains are fixed; networks and leases are elements of sets, so a
 * lease is one small transaction and rules hold from before a tap exists until after it is gone.
 */
export interface NetworkRules {
  readonly config: HostNetworkConfig;
  readonly leases: readonly Lease[];
}

/** Addresses by which clouds hand out metadata and credentials: a guest must never read those of the machine below it. */
const metadataAddresses = ['169.254.0.0/16', '100.100.100.200', '168.63.129.16', '192.0.0.192'];

export function tableName(cloudId: string): string {
  return `stratus_${cloudId}`;
}

// netdev chains would be bound to devices that do not exist yet, and `meta ibrname` is missing in many kernels:
// so the rules know a guest by its tap's name. IPv6 is not offered yet and therefore does not pass.
const bridgeChains = `
  set taps { type ifname; }
  set senders { type ifname . ether_addr; }
  set addresses { type ifname . ether_addr . ipv4_addr; }
  counter other_protocol { }
  counter spoofed_mac { }
  counter spoofed_arp { }
  counter spoofed_ip { }
  counter rogue_dhcp { }
  counter unknown_port { }
  chain prerouting {
    type filter hook prerouting priority -300; policy accept;
    iifname @taps goto from_tap
  }
  chain from_tap {
    ether type != { arp, ip } counter name other_protocol drop
    iifname . ether saddr != @senders counter name spoofed_mac drop
    ether type arp goto arp_from_tap
    udp sport 67 counter name rogue_dhcp drop
    ip saddr 0.0.0.0 ip daddr 255.255.255.255 udp sport 68 udp dport 67 accept
    iifname . ether saddr . ip saddr @addresses accept
    counter name spoofed_ip drop
  }
  chain arp_from_tap {
    arp htype 1 arp ptype ip arp hlen 6 arp plen 4 iifname . arp saddr ether . arp saddr ip @addresses accept
    arp htype 1 arp ptype ip arp hlen 6 arp plen 4 arp saddr ip 0.0.0.0 iifname . arp saddr ether @senders accept
    counter name spoofed_arp drop
  }
  chain forward {
    type filter hook forward priority -200; policy accept;
    oifname @taps iifname != @taps counter name unknown_port drop
  }
`;

// `same` is for br_netfilter, which shows packets between two guests of a bridge to the inet chains as well.
const inetChains = `
  set bridges { type ifname; }
  set same { type ifname . ifname; }
  set gateways { type ifname . ipv4_addr; }
  set nat_bridges { type ifname; }
  set nat_sources { type ipv4_addr; flags interval; }
  set sources { type ifname . ether_addr . ipv4_addr; }
  set guarded { type ifname; }
  set metadata { type ipv4_addr; flags interval; elements = { ${metadataAddresses.join(', ')} } }
  counter host_refused { }
  counter no_lease { }
  counter between_networks { }
  counter metadata_refused { }
  counter no_nat { }
  counter from_outside { }
  counter not_a_router { }
  chain input {
    type filter hook input priority filter; policy accept;
    iifname @bridges goto guest_to_host
  }
  chain guest_to_host {
    ct state established,related accept
    meta nfproto ipv4 udp sport 68 udp dport 67 accept
    iifname . ether saddr . ip saddr != @sources counter name no_lease drop
    iifname . ip daddr @gateways meta l4proto { tcp, udp } th dport 53 accept
    iifname . ip daddr @gateways icmp type echo-request accept
    counter name host_refused drop
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname . oifname @same accept
    iifname @bridges goto from_guest
    oifname @bridges goto to_guest
    iifname @guarded ct state new counter name not_a_router drop
  }
  chain from_guest {
    oifname @bridges counter name between_networks drop
    ip daddr @metadata counter name metadata_refused drop
    ct state invalid drop
    iifname != @nat_bridges counter name no_nat drop
    iifname . ether saddr . ip saddr @sources accept
    counter name no_lease drop
  }
  chain to_guest {
    ct state established,related accept
    counter name from_outside drop
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr @nat_sources oifname != @bridges masquerade
  }
`;

/** Says which rules a network was loaded with; kept as the comment of its element in the set `bridges`. */
export function rulesFingerprint(config: HostNetworkConfig, guarded: readonly string[]): string {
  const { bridge, cidr, gateway, nat } = config;
  return createHash('sha256')
    .update(JSON.stringify([bridgeChains, inetChains, bridge, cidr, gateway, nat, guarded]))
    .digest('hex')
    .slice(0, 24);
}

/**
 * The whole of a cloud's tables as one transaction that replaces whatever is there.
 * @param guarded devices on which forwarding is on only for our guests: the host does not become anyone else's router
 */
export function wholeRuleset(cloudId: string, networks: readonly NetworkRules[], guarded: readonly string[]): string {
  const table = tableName(cloudId);
  const elements = networks.flatMap(({ config, leases }) => [
    ...networkElements(table, config, rulesFingerprint(config, guarded)),
    ...leases.flatMap((lease) => leaseElements(table, config.bridge, lease)).map((element) => `add ${element}`),
  ]);
  return [
    removedRuleset(cloudId).trimEnd(),
    `table bridge ${table} {${bridgeChains}}`,
    `table inet ${table} {${inetChains}}`,
    ...guarded.map((device) => `add element inet ${table} guarded { "${device}" }`),
    ...elements,
    '',
  ].join('\n');
}

/** Neither table is left, whether or not they were there. */
export function removedRuleset(cloudId: string): string {
  const table = tableName(cloudId);
  return ['bridge', 'inet'].map((family) => `table ${family} ${table}\ndelete table ${family} ${table}\n`).join('');
}

/** One transaction that takes `gone` out, whether or not it is in, and puts `wanted` in. */
export function leaseChange(cloudId: string, bridge: string, gone: Lease | null, wanted: Lease | null): string {
  const table = tableName(cloudId);
  const out = gone === null ? [] : leaseElements(table, bridge, gone).flatMap((element) => [`add ${element}`, `delete ${element}`]);
  const put = wanted === null ? [] : leaseElements(table, bridge, wanted).map((element) => `add ${element}`);
  return [...out, ...put, ''].join('\n');
}

function networkElements(table: string, config: HostNetworkConfig, fingerprint: string): string[] {
  const { bridge, cidr, gateway, nat } = config;
  const add = (set: string, element: string) => `add element inet ${table} ${set} { ${element} }`;
  return [
    add('bridges', `"${bridge}" comment "${fingerprint}"`),
    add('same', `"${bridge}" . "${bridge}"`),
    add('gateways', `"${bridge}" . ${gateway}`),
    ...(nat ? [add('nat_bridges', `"${bridge}"`), add('nat_sources', cidr)] : []),
  ];
}

function leaseElements(table: string, bridge: string, { mac, address, tap }: Lease): string[] {
  return [
    `element bridge ${table} taps { "${tap}" }`,
    `element bridge ${table} senders { "${tap}" . ${mac} }`,
    `element bridge ${table} addresses { "${tap}" . ${mac} . ${address} }`,
    `element inet ${table} sources { "${bridge}" . ${mac} . ${address} }`,
  ];
}
