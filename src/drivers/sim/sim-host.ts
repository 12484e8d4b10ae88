import { GiB } from '../../core/units.ts';
import type { ImageRef, InstanceDisk } from '../../ports/host-disks.ts';
import type { HostNetworkConfig, Lease } from '../../ports/host-network.ts';
import type { Accelerator, DomainConfig } from '../../ports/hypervisor.ts';
import type { SimDomain } from './sim-domain.ts';
import type { SimWorld } from './sim-world.ts';

export interface SimMachine {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly diskBytes?: number;
  readonly accelerator?: Accelerator;
}

/** What one instance has on a host's disks. */
export interface SimInstanceDisks {
  disk: InstanceDisk | null;
  seedHash: string | null;
  swapMib: number;
}

export interface SimNetwork {
  config: HostNetworkConfig;
  /** By MAC; files: they outlive a power cut. */
  readonly leases: Map<string, Lease>;
  /** Bridge, packet rules, DHCP: gone after a power cut. */
  isUp: boolean;
}

/** A machine: what is on its disks, and what runs on it while it has power. */
export class SimHost {
  readonly world: SimWorld;
  readonly machine: Required<SimMachine>;
  bootNumber = 1;
  hasPower = true;
  readonly domains = new Map<string, SimDomain>();
  readonly disks = new Map<string, SimInstanceDisks>();
  readonly consoles = new Map<string, string[]>();
  readonly images = new Map<string, { readonly image: ImageRef; lastUsedAt: number }>();
  readonly networks = new Map<string, SimNetwork>();
  /** Who is told when a domain changes: the agent that runs now. */
  readonly listeners = new Set<(instanceId: string) => void>();

  /** By domain. */
  readonly #jobs = new Map<string, () => void>();

  constructor(world: SimWorld, machine: SimMachine) {
    this.world = world;
    this.machine = { diskBytes: 500 * GiB, accelerator: 'kvm', ...machine };
  }

  get name(): string {
    return this.machine.name;
  }

  get bootId(): string {
    return `${this.name}-boot-${this.bootNumber}`;
  }

  /** The hypervisor goes on with what a dead agent has begun about a domain. */
  leaveJob(instanceId: string, rest: () => void, afterMs: number): void {
    const job = (): void => {
      if (this.#jobs.get(instanceId) !== job) return;
      this.#jobs.delete(instanceId);
      rest();
    };
    this.finishJob(instanceId);
    this.#jobs.set(instanceId, job);
    this.world.clock.after(afterMs, job);
  }

  /** It does one thing at a time about each domain, in the order in which it was asked. */
  finishJob(instanceId: string): void {
    this.#jobs.get(instanceId)?.();
  }

  /** All guests die with their memory; what is on disks stays. */
  powerCut(): void {
    if (!this.hasPower) return;
    this.hasPower = false;
    this.listeners.clear();
    this.#jobs.clear();
    this.world.tell(`host ${this.name} loses power`);
    for (const domain of this.domains.values()) domain.loseMachine();
    for (const network of this.networks.values()) network.isUp = false;
  }

  powerOn(): void {
    if (this.hasPower) return;
    this.hasPower = true;
    this.bootNumber++;
    this.world.tell(`host ${this.name} has power again`);
  }

  changed(instanceId: string): void {
    for (const listener of this.listeners) listener(instanceId);
  }

  /** The guest that has this address and can be reached: it runs, its network is up, its lease is there. */
  guestAt(address: string): SimDomain | null {
    for (const network of this.networks.values()) {
      if (!network.isUp) continue;
      for (const lease of network.leases.values()) {
        if (lease.address === address) return this.domains.get(lease.instanceId) ?? null;
      }
    }
    return null;
  }

  disksOf(instanceId: string): SimInstanceDisks {
    let disks = this.disks.get(instanceId);
    if (disks === undefined) this.disks.set(instanceId, (disks = { disk: null, seedHash: null, swapMib: 0 }));
    return disks;
  }

  write(instanceId: string, line: string): void {
    const console = this.consoles.get(instanceId);
    if (console === undefined) this.consoles.set(instanceId, [line]);
    else if (console.push(line) > 200) console.shift();
  }

  usedBytes(): number {
    let used = 0;
    for (const { image } of this.images.values()) used += image.sizeBytes;
    for (const { swapMib } of this.disks.values()) used += swapMib * 1024;
    return used;
  }

  /** A start of this config needs all of it; what is missing, in plain words. */
  lacksFor(config: DomainConfig): string | null {
    const disks = this.disks.get(config.instanceId);
    if (disks?.disk == null) return 'its disk is missing';
    if (disks.seedHash === null) return 'its first-boot disk is missing';
    for (const nic of config.nics) {
      const network = [...this.networks.values()].find((each) => each.config.bridge === nic.bridge);
      if (network === undefined || !network.isUp) return `bridge ${nic.bridge} is missing`;
    }
    return null;
  }
}
