import type { Duplex } from 'node:stream';
import { DriverError } from '../../core/driver-error.ts';
import { domainConfigHash } from '../../ports/domain-config-hash.ts';
import type { Domain, DomainConfig, DomainStats, Hypervisor, HypervisorInfo } from '../../ports/hypervisor.ts';
import type { SimCalls } from './sim-calls.ts';
import { SimDomain } from './sim-domain.ts';
import type { SimHost } from './sim-host.ts';
import { simulatedScreen } from './sim-screen.ts';
import { simulatedTerminal } from './sim-terminal.ts';

/** Virtual machines of a simulated host, as one life of its agent reaches them. */
export class SimHypervisor implements Hypervisor {
  readonly #host: SimHost;
  readonly #calls: SimCalls;

  constructor(host: SimHost, calls: SimCalls) {
    this.#host = host;
    this.#calls = calls;
  }

  async info(): Promise<HypervisorInfo> {
    return {
      accelerator: this.#host.machine.accelerator,
      acceleratorReason: 'simulated',
      hypervisorVersion: 'simulated',
      emulatorVersion: 'simulated',
      firmwares: ['bios', 'uefi'],
    };
  }

  list(): Promise<Domain[]> {
    return this.#calls.look('list the domains', () => [...this.#host.domains.values()].map((domain) => domain.seen()));
  }

  observe(instanceId: string): Promise<Domain | null> {
    return this.#calls.look(`look at ${instanceId}`, () => this.#host.domains.get(instanceId)?.seen() ?? null);
  }

  define(config: DomainConfig): Promise<void> {
    return this.#calls.change(`define ${config.instanceId}`, () => {
      const domain = this.#host.domains.get(config.instanceId);
      if (domain === undefined) this.#host.domains.set(config.instanceId, new SimDomain(this.#host, config));
      else if (domainConfigHash(domain.config) === domainConfigHash(config)) return;
      else domain.define(config);
      this.#host.world.changes++;
    });
  }

  start(instanceId: string, bootSerial: number): Promise<void> {
    return this.#change(
      instanceId,
      'start',
      (domain) => {
        if (domain.isOn) return;
        const lacks = this.#host.lacksFor(domain.config);
        if (lacks !== null) throw new DriverError(`start ${instanceId}: ${lacks}`);
        domain.start(bootSerial);
      },
      { takes: this.#host.world.pace.powerOn, outlives: true },
    );
  }

  requestShutdown(instanceId: string): Promise<void> {
    return this.#change(instanceId, 'shut down', (domain) => domain.pressPowerButton());
  }

  destroy(instanceId: string): Promise<void> {
    return this.#calls.change(`cut the power of ${instanceId}`, () => {
      this.#host.finishJob(instanceId);
      const domain = this.#host.domains.get(instanceId);
      if (domain === undefined || !domain.isOn) return;
      domain.cutPower();
      this.#host.world.changes++;
    });
  }

  pause(instanceId: string): Promise<void> {
    return this.#change(instanceId, 'pause', (domain) => domain.pause());
  }

  resume(instanceId: string): Promise<void> {
    return this.#change(instanceId, 'resume', (domain) => domain.resume());
  }

  saveState(instanceId: string): Promise<void> {
    return this.#change(instanceId, 'save the memory of', (domain) => domain.saveState(), {
      takes: this.#host.world.pace.saveMemory,
      outlives: true,
    });
  }

  dropSavedState(instanceId: string): Promise<void> {
    return this.#change(instanceId, 'drop the saved memory of', (domain) => domain.dropSavedState());
  }

  undefine(instanceId: string): Promise<void> {
    return this.#calls.change(`remove ${instanceId}`, () => {
      this.#host.finishJob(instanceId);
      const domain = this.#host.domains.get(instanceId);
      if (domain === undefined) return;
      if (domain.isOn) throw new DriverError(`${instanceId} is still running and cannot be removed`, { retry: 'soon' });
      this.#host.domains.delete(instanceId);
      this.#host.world.changes++;
    });
  }

  async stats(): Promise<DomainStats[]> {
    return [...this.#host.domains.values()].flatMap((domain) => domain.stats() ?? []);
  }

  onChange(callback: (instanceId: string) => void): () => void {
    // The event reaches the agent a moment later, as from another process.
    const listener = (instanceId: string) => {
      this.#host.world.clock.after(1, () => {
        if (!this.#calls.isDead) callback(instanceId);
      });
    };
    this.#host.listeners.add(listener);
    return () => this.#host.listeners.delete(listener);
  }

  async openSerial(instanceId: string): Promise<Duplex> {
    return simulatedTerminal(this.#on(instanceId, 'serial console').config.instanceName);
  }

  async openScreen(instanceId: string): Promise<Duplex> {
    return simulatedScreen(this.#on(instanceId, 'screen').config.instanceName);
  }

  #on(instanceId: string, what: string): SimDomain {
    const domain = this.#host.domains.get(instanceId);
    if (domain === undefined || !domain.isOn) throw new DriverError(`${instanceId} is not running, so it has no ${what}`, { retry: 'soon' });
    return domain;
  }

  #change(
    instanceId: string,
    verb: string,
    effect: (domain: SimDomain) => void,
    { outlives = false, ...takes }: { takes?: readonly [number, number]; outlives?: boolean } = {},
  ): Promise<void> {
    return this.#calls.change(
      `${verb} ${instanceId}`,
      () => {
        this.#host.finishJob(instanceId);
        const domain = this.#host.domains.get(instanceId);
        if (domain === undefined) throw new DriverError(`${verb} ${instanceId}: it is not defined on this host`, { retry: 'soon' });
        const before = JSON.stringify(domain.seen());
        effect(domain);
        if (JSON.stringify(domain.seen()) !== before) this.#host.world.changes++;
      },
      { ...takes, ...(outlives ? { outlive: (rest, afterMs) => this.#host.leaveJob(instanceId, rest, afterMs) } : {}) },
    );
  }
}
