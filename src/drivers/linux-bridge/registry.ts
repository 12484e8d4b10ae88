import { readdir, rm } from 'node:fs/promises';
import type { HostNetworkConfig, Lease } from '../../ports/host-network.ts';
import { ensureDir, readIfThere, writeWhole } from './files.ts';

export interface NetworkRecord {
  readonly config: HostNetworkConfig;
  /** By MAC, lower case. */
  readonly leases: Map<string, Lease>;
}

/**
 * What this host was told of its networks: `<dir>/<network id>/network.json`, `leases/<mac>.json`; and on which
 * devices it has turned forwarding on. One process uses it at a time; it is read once.
 */
export class Registry {
  readonly dir: string;
  readonly networks = new Map<string, NetworkRecord>();
  /** Devices that forward for our guests only; empty where the host is a router anyway. */
  guarded: string[] = [];
  #loading: Promise<void> | null = null;

  constructor(dir: string) {
    this.dir = dir;
  }

  load(): Promise<void> {
    this.#loading ??= this.#read().catch((error: unknown) => {
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  networkDir(networkId: string): string {
    return `${this.dir}/${networkId}`;
  }

  async putNetwork(config: HostNetworkConfig): Promise<NetworkRecord> {
    const record = { config, leases: this.networks.get(config.networkId)?.leases ?? new Map<string, Lease>() };
    await ensureDir(this.dir);
    await ensureDir(this.networkDir(config.networkId));
    await ensureDir(`${this.networkDir(config.networkId)}/leases`);
    await writeWhole(`${this.networkDir(config.networkId)}/network.json`, json(config));
    this.networks.set(config.networkId, record);
    return record;
  }

  /** With all its files. */
  async dropNetwork(networkId: string): Promise<void> {
    await rm(this.networkDir(networkId), { recursive: true, force: true });
    this.networks.delete(networkId);
  }

  async putLease(networkId: string, lease: Lease): Promise<void> {
    await writeWhole(`${this.networkDir(networkId)}/leases/${lease.mac}.json`, json(lease));
    this.networks.get(networkId)?.leases.set(lease.mac, lease);
  }

  async dropLease(networkId: string, mac: string): Promise<void> {
    await rm(`${this.networkDir(networkId)}/leases/${mac}.json`, { force: true });
    this.networks.get(networkId)?.leases.delete(mac);
  }

  async putGuarded(devices: readonly string[]): Promise<void> {
    this.guarded = [...devices];
    if (devices.length === 0) return rm(`${this.dir}/guarded.json`, { force: true });
    await ensureDir(this.dir);
    await writeWhole(`${this.dir}/guarded.json`, json(devices));
  }

  async #read(): Promise<void> {
    this.guarded = parse<string[]>(await readIfThere(`${this.dir}/guarded.json`)) ?? [];
    for (const networkId of await names(this.dir)) {
      const config = parse<HostNetworkConfig>(await readIfThere(`${this.dir}/${networkId}/network.json`));
      if (config === null) continue;
      const files = (await names(`${this.dir}/${networkId}/leases`)).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
      const leases = await Promise.all(files.map(async (name) => readLease(await readIfThere(`${this.dir}/${networkId}/leases/${name}`))));
      this.networks.set(networkId, { config, leases: new Map(leases.flatMap((lease) => (lease === null ? [] : [[lease.mac, lease] as const]))) });
    }
  }
}

/** Entries of a folder; none when it is not there. */
export async function names(dir: string): Promise<string[]> {
  return readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}

/** Leases of before there were names with a project in them have one name. */
function readLease(text: string | null): Lease | null {
  const lease = parse<Lease>(text);
  return lease === null ? null : { ...lease, dnsNames: lease.dnsNames ?? [lease.hostname] };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** null also for what a power cut left half on disk: whoever owns it has it made again. */
function parse<T>(text: string | null): T | null {
  try {
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}
