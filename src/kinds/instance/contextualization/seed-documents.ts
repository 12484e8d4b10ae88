import { toYaml, type YamlValue } from './yaml.ts';

/** Who a guest is. */
export interface GuestIdentity {
  /** Another id makes cloud-init run its first-boot steps again. */
  readonly instanceId: string;
  /** One label or a full name. */
  readonly hostname: string;
  /** Lines as in `authorized_keys`. */
  readonly publicKeys: readonly string[];
}

/** Source: cloud-init's documentation of the NoCloud data source. */
export function metaDataDocument({ instanceId, hostname, publicKeys }: GuestIdentity): string {
  return toYaml({ 'instance-id': instanceId, 'local-hostname': hostname, 'public-keys': publicKeys });
}

export interface GuestNic {
  readonly mac: string;
  readonly mtuBytes: number | null;
  /** null: by DHCP. */
  readonly fixed: GuestAddress | null;
}

export interface GuestAddress {
  /** With the length of its prefix, e.g. `10.42.0.7/20`. */
  readonly address: string;
  /** null: no default route through this one. */
  readonly gateway: string | null;
  readonly nameservers: readonly string[];
  readonly searchDomains: readonly string[];
}

/**
 * Version 2, by MAC address. `set-name` is given because those renderers of cloud-init that know no
 * matching (ifupdown) take the entry's own name for the device's.
 */
export function networkConfigDocument(nics: readonly GuestNic[]): string {
  const ethernets = nics.map((nic, index) => [`eth${index}`, ethernet(nic, `eth${index}`)] as const);
  return toYaml({ version: 2, ethernets: Object.fromEntries(ethernets) });
}

function ethernet({ mac, mtuBytes, fixed }: GuestNic, name: string): YamlValue {
  const common = { match: { macaddress: mac.toLowerCase() }, 'set-name': name, ...(mtuBytes === null ? {} : { mtu: mtuBytes }) };
  if (fixed === null) return { ...common, dhcp4: true };
  const { address, gateway, nameservers, searchDomains } = fixed;
  return {
    ...common,
    dhcp4: false,
    addresses: [address],
    // Written so, and not as `gateway4` or `to: default`: the one form that old and new readers both take.
    ...(gateway === null ? {} : { routes: [{ to: '0.0.0.0/0', via: gateway }] }),
    ...(nameservers.length + searchDomains.length === 0 ? {} : { nameservers: { addresses: nameservers, search: searchDomains } }),
  };
}

/** What the cloud asks of a guest beside its user's wishes, which win where both say something. */
export function vendorDataDocument({ hasSwap }: { readonly hasSwap: boolean }): string {
  const config = {
    growpart: { mode: 'auto', devices: ['/'] },
    resize_rootfs: true,
    // The name resolves also where no DNS answers.
    manage_etc_hosts: 'localhost',
    // Generating a locale costs seconds of the first boot.
    locale: false,
    ssh_pwauth: false,
    // The host's keys stand in the console's log, where the cloud can read them before the first log-in.
    ssh: { emit_keys_on_console: true },
    // By the disk's serial number, as udev names it.
    ...(hasSwap ? { mounts: [['/dev/disk/by-id/virtio-swap', 'none', 'swap', 'sw,nofail', '0', '0']] } : {}),
  };
  return `#cloud-config\n${toYaml(config)}`;
}
