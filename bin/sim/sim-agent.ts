import { createHash } from 'node:crypto';
import type { Store } from '../../src/control/store/store.ts';
import { Life } from '../../src/drivers/sim/fence.ts';
import { SimCalls } from '../../src/drivers/sim/sim-calls.ts';
import { SimDisks } from '../../src/drivers/sim/sim-disks.ts';
import type { SimHost } from '../../src/drivers/sim/sim-host.ts';
import { SimHypervisor } from '../../src/drivers/sim/sim-hypervisor.ts';
import type { SimLine } from '../../src/drivers/sim/sim-link.ts';
import { SimLink } from '../../src/drivers/sim/sim-link.ts';
import { simMachineUse } from '../../src/drivers/sim/sim-machine-use.ts';
import { SimNetworks } from '../../src/drivers/sim/sim-networks.ts';
import { seconds } from '../../src/core/units.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { RingFiles } from '../../src/ports/ring-files.ts';
import type { HostDisks } from '../../src/ports/host-disks.ts';
import type { HostNetworks } from '../../src/ports/host-network.ts';
import type { Hypervisor } from '../../src/ports/hypervisor.ts';
import type { HostFacts } from '../../src/kinds/host/host.ts';
import type { SeedBuilder } from '../../src/kinds/instance/instance.domain.ts';
import { hostAgent } from '../../src/kinds/on-host.ts';

/** What one life of an agent reaches the world by; a planted bug puts something of its own in its place. */
export interface AgentPorts {
  readonly store: Store;
  readonly hypervisor: Hypervisor;
  readonly disks: HostDisks;
  readonly networks: HostNetworks;
}

export interface SimAgentOptions {
  readonly clock: Clock;
  readonly host: SimHost;
  readonly line: SimLine;
  /** The ledger's; outlives the agent. */
  readonly store: Store;
  readonly startSlots: number;
  /** Outlive the agent; null: it measures nothing. */
  readonly ringFiles: RingFiles | null;
  readonly change?: (ports: AgentPorts) => AgentPorts;
  readonly onError?: (what: string, error: unknown) => void;
  /** It died by itself: a start that failed, or a death that was waiting for it. */
  onDeath(): void;
}

/** One life of a host's agent, from its start to its crash. */
export class SimAgent {
  readonly #life = new Life();
  readonly #options: SimAgentOptions;
  readonly #calls: SimCalls;
  #stop: () => void = () => undefined;
  #dieAfterCommits: number | null = null;

  constructor(options: SimAgentOptions) {
    this.#options = options;
    this.#calls = new SimCalls(options.host.world);
    this.#calls.onDeath = () => options.onDeath();
    void this.#start();
  }

  /** It dies right after this many further changes of the world, or commits of its ledger, before it hears of the last. */
  dieAfter(what: 'changes' | 'commits', count: number): void {
    if (what === 'changes') this.#calls.dieAfterChanges = count;
    else this.#dieAfterCommits = count;
  }

  /** A death that was waiting for it does not come. */
  spare(): void {
    this.#calls.dieAfterChanges = null;
    this.#dieAfterCommits = null;
  }

  /** SIGKILL: what was under way in other processes may still happen. */
  crash(): void {
    this.#end(() => this.#calls.die());
  }

  loseMachine(): void {
    this.#end(() => this.#calls.loseMachine());
  }

  #end(endCalls: () => void): void {
    if (this.#life.isOver) return;
    this.#life.end();
    endCalls();
    this.#options.host.listeners.clear();
    this.#options.line.breakCalls();
    this.#stop();
  }

  async #start(): Promise<void> {
    const { host, line, startSlots, ringFiles, change = (ports: AgentPorts) => ports, onError } = this.#options;
    const calls = this.#calls;
    const ports = change({
      store: this.#life.fence(this.#options.store, (method) => this.#afterStore(method)),
      hypervisor: new SimHypervisor(host, calls),
      disks: new SimDisks(host, calls),
      networks: new SimNetworks(host, calls),
    });
    try {
      const agent = await hostAgent({
        clock: this.#life.clock(this.#options.clock),
        ...ports,
        link: this.#life.fence(new SimLink(host.world, host.name, line)),
        accelerator: host.machine.accelerator,
        startSlots,
        buildSeed: simulatedSeed,
        metrics: ringFiles === null ? null : { files: this.#life.fence(ringFiles), readMachineUse: simMachineUse(host) },
        facts: async () => simulatedFacts(host),
        ...(onError === undefined
          ? {}
          : { onError: (what: string, error: unknown) => this.#life.isOver || onError(`agent of ${host.name}: ${what}`, error) }),
      });
      this.#stop = () => agent.stop();
      if (this.#life.isOver) agent.stop();
    } catch (error) {
      onError?.(`agent of ${host.name}`, error);
      if (!this.#life.isOver) this.#options.onDeath();
    }
  }

  #afterStore(method: string): void {
    if (method !== 'commit' || this.#dieAfterCommits === null || this.#dieAfterCommits-- > 1) return;
    this.#dieAfterCommits = null;
    this.#options.onDeath();
  }
}

/** A name for what the first-boot disk would hold. */
const simulatedSeed: SeedBuilder = (instance, extra) => ({
  hash: createHash('sha256')
    .update(JSON.stringify([instance.id, instance.name, instance.spec.sshKeys, instance.spec.nics, extra.userDataBase64]))
    .digest('hex'),
  metaData: '',
  userData: new Uint8Array(),
  vendorData: '',
  networkConfig: '',
});

function simulatedFacts(host: SimHost): HostFacts {
  const { vcpus, memoryMib, accelerator, diskBytes } = host.machine;
  return {
    accelerator,
    acceleratorReason: 'simulated',
    cpuModel: 'simulated',
    vcpus,
    memoryMib,
    diskTotalBytes: diskBytes,
    hypervisorVersion: 'simulated',
    emulatorVersion: 'simulated',
    firmwares: ['bios', 'uefi'],
    agentVersion: 'simulated',
    bootId: host.bootId,
  };
}

/** When the machine's init system starts a process that died again. */
export const restartDelayMs = 1 * seconds;
