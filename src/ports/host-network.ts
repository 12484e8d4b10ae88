/** A network as one host realises it. */
export interface HostNetworkConfig {
  readonly networkId: string;
  readonly name: string;
  /** Bridge device, at most 15 characters; derived from the network's id. */
  readonly bridge: string;
  /** IPv4 prefix, e.g. `10.42.0.0/20`. */
  readonly cidr: string;
  /** The host's address on the bridge: gateway, DHCP and DNS server of the guests. */
  readonly gateway: string;
  readonly domain: string;
  readonly mtuBytes: number;
  /** Guests reach the outside by NAT through this host; otherwise their packets never leave it. */
  readonly nat: boolean;
}

export interface Lease {
  readonly instanceId: string;
  readonly mac: string;
  readonly address: string;
  /** What DHCP tells the guest, and DNS knows it by as well: no two leases of a network share it. */
  readonly hostname: string;
  /** Names in the network's domain, without it, e.g. `ada` and `ada.physics`; the first is what the address resolves back to. */
  readonly dnsNames: readonly string[];
  /** Tap device, at most 15 characters: what anti-spoofing is bound to. */
  readonly tap: string;
}

/** Networks of one host. Every action ensures. Throws DriverError. */
export interface HostNetworks {
  /** Networks of this cloud that exist on this host, in whatever state of repair. */
  list(): Promise<string[]>;
  /** Bridge, address, packet rules, DHCP and DNS are there and as configured. */
  isHealthy(config: HostNetworkConfig): Promise<boolean>;
  ensure(config: HostNetworkConfig): Promise<void>;
  remove(networkId: string): Promise<void>;
  /** Static DHCP lease and DNS name; a differing one of the same MAC is replaced. */
  ensureLease(networkId: string, lease: Lease): Promise<void>;
  listLeases(networkId: string): Promise<Lease[]>;
  removeLease(networkId: string, mac: string): Promise<void>;
  /** Whether a TCP connection to the guest's port opens within `timeoutMs`. */
  answersTcp(address: string, port: number, timeoutMs: number): Promise<boolean>;
}
