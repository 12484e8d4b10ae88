import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { DriverError } from '../../core/driver-error.ts';
import { domainConfigHash } from '../../ports/domain-config-hash.ts';
import type { Accelerator, Domain, DomainConfig, DomainStats, Hypervisor, HypervisorInfo } from '../../ports/hypervisor.ts';
import { domainRef, isInstanceRef, readDomainMark, readState, unless, writeDomainMark } from './domain-calls.ts';
import type { DomainMark } from './domain-mark.ts';
import { domainState, isActive, isWreck, stopReason, type RawState } from './domain-state.ts';
import { domainStats } from './domain-stats.ts';
import { domainXml } from './domain-xml.ts';
import { asDriverError, errorCodes, LibvirtError } from './libvirt-error.ts';
import { LibvirtSession } from './libvirt-session.ts';
import { GuestClocks } from './guest-clocks.ts';
import { readInfo } from './hypervisor-info.ts';
import { limitMemory, memoryLimitKib, unlimitedKib } from './memory-limit.ts';
import type { LiveDomain } from './live-domain.ts';
import { observeDomain, readLive } from './observe-domain.ts';
import { flags, procedures } from './procedures.ts';
import type { DomainRef } from './rpc-types.ts';
import { Turns } from '../turns.ts';

export interface LibvirtHypervisorOptions {
  readonly socketPath: string;
  readonly accelerator: Accelerator;
  /** Plain words, shown to people. */
  readonly acceleratorReason: string;
  readonly emulatorPath?: string;
  /** Name of this cloud, where several share one libvirt: only its domains are seen. */
  readonly owner?: string;
}

/** What is known of one of our domains before anything is done to it. */
interface Present {
  readonly ref: DomainRef;
  readonly raw: RawState;
  readonly mark: DomainMark;
}

/** Runs instances by libvirt's QEMU driver. Keeps nothing itself: all that must last is in the domain's own metadata. */
export class LibvirtHypervisor implements Hypervisor {
  readonly #options: LibvirtHypervisorOptions;
  readonly #owner: string;
  readonly #session: LibvirtSession;
  readonly #turns = new Turns();
  readonly #callbacks = new Set<(instanceId: string) => void>();
  readonly #ours = new Set<string>();
  readonly #clocks: GuestClocks;
  #libvirtVersion: number | null = null;

  constructor(options: LibvirtHypervisorOptions) {
    this.#options = options;
    this.#owner = options.owner ?? 'stratus';
    this.#session = new LibvirtSession({ socketPath: options.socketPath, uri: 'qemu:///system' });
    this.#clocks = new GuestClocks(this.#session);
  }

  async info(): Promise<HypervisorInfo> {
    return await this.#edge('read what the hypervisor can do', () => readInfo(this.#session, this.#options));
  }

  async list(): Promise<Domain[]> {
    return await this.#edge('list the domains', async () => {
      const refs = await this.#session.ask(procedures.connectListAllDomains, 0);
      const domains = await Promise.all(refs.filter(isInstanceRef).map((ref) => observeDomain(this.#session, this.#owner, ref)));
      return domains.filter((domain) => domain !== null);
    });
  }

  async observe(instanceId: string): Promise<Domain | null> {
    return await this.#edge(`look at ${instanceId}`, () => observeDomain(this.#session, this.#owner, domainRef(instanceId)));
  }

  async define(config: DomainConfig): Promise<void> {
    const id = config.instanceId;
    await this.#exclusive(id, `define ${id}`, async () => {
      const ref = domainRef(id);
      const [raw, before] = await Promise.all([readState(this.#session, ref), readDomainMark(this.#session, ref)]);
      if (raw && before?.owner !== this.#owner) throw new DriverError(`a domain ${id} of somebody else's is in the way`, { retry: 'never' });
      const configHash = domainConfigHash(config);
      if (before?.configHash === configHash) return;
      const fresh = { bootSerial: 0, startingBoot: 0, stoppedBecause: null };
      const mark: DomainMark = { ...fresh, ...before, owner: this.#owner, configHash, memoryMib: config.memoryMib };
      const libvirtVersion = (this.#libvirtVersion ??= await this.#session.ask(procedures.connectGetLibVersion));
      const xml = domainXml(config, mark, { libvirtVersion, emulatorPath: this.#options.emulatorPath ?? null });
      await this.#session.call('quick', procedures.domainDefineXmlFlags, xml, 0);
    });
  }

  async start(instanceId: string, bootSerial: number): Promise<void> {
    await this.#change(instanceId, 'start', async ({ ref, raw, mark }) => {
      if (isWreck(raw)) await this.#session.call('slow', procedures.domainDestroyFlags, ref, 0);
      else if (isActive(raw)) return await this.#finishStart(ref, raw, mark);
      const wasSaved = await this.#session.ask(procedures.domainHasManagedSaveImage, ref, 0);
      const starting = { ...mark, startingBoot: bootSerial };
      await writeDomainMark(this.#session, ref, starting);
      await this.#session.call('slow', procedures.domainCreateWithFlags, ref, flags.startPaused);
      await this.#commitBoot(ref, starting);
      await this.#session.call('quick', procedures.domainResume, ref);
      if (wasSaved) this.#clocks.wentOn(ref);
    });
  }

  async requestShutdown(instanceId: string): Promise<void> {
    await this.#change(instanceId, 'shut down', async ({ ref, raw }) => {
      if (!isActive(raw)) return;
      const { agentConnected } = await readLive(this.#session, ref);
      // Not waited for: an agent that hangs, or that knows no way to power off, must not keep the power button from the guest.
      if (agentConnected) void this.#session.call('slow', procedures.domainShutdownFlags, ref, flags.shutdownAgent).catch(() => {});
      await this.#unlessOff(ref, this.#session.call('quick', procedures.domainShutdownFlags, ref, flags.shutdownAcpi));
    });
  }

  async destroy(instanceId: string): Promise<void> {
    // Not in the queue: cutting the power must also end a start or a save that hangs.
    await this.#edge(`cut the power of ${instanceId}`, async () => {
      const present = await this.#find(instanceId);
      if (!present || !isActive(present.raw)) return;
      await this.#unlessOff(present.ref, this.#session.call('slow', procedures.domainDestroyFlags, present.ref, 0));
    });
  }

  async pause(instanceId: string): Promise<void> {
    await this.#change(instanceId, 'pause', async ({ ref, raw, mark }) => {
      if (!isActive(raw)) return;
      await this.#commitBoot(ref, mark);
      if (domainState(raw) === 'running') await this.#session.call('quick', procedures.domainSuspend, ref);
    });
  }

  async resume(instanceId: string): Promise<void> {
    await this.#change(instanceId, 'resume', async ({ ref, raw, mark }) => {
      if (!isActive(raw)) return;
      await this.#commitBoot(ref, mark);
      if (domainState(raw) !== 'paused') return;
      await this.#session.call('quick', procedures.domainResume, ref);
      this.#clocks.wentOn(ref);
    });
  }

  async saveState(instanceId: string): Promise<void> {
    await this.#change(instanceId, 'save the memory of', async ({ ref, raw, mark }) => {
      if (!isActive(raw)) return;
      await this.#commitBoot(ref, mark);
      // The saved definition would carry the limit into the restore, where it is what containers forbid.
      await limitMemory(this.#session, ref, unlimitedKib);
      try {
        await this.#session.call('slow', procedures.domainManagedSave, ref, 0);
      } catch (error) {
        await limitMemory(this.#session, ref, memoryLimitKib(mark)).catch(() => {});
        throw error;
      }
    });
  }

  async dropSavedState(instanceId: string): Promise<void> {
    await this.#change(instanceId, 'drop the saved memory of', async ({ ref }) => {
      if (await this.#session.ask(procedures.domainHasManagedSaveImage, ref, 0)) {
        await this.#session.call('quick', procedures.domainManagedSaveRemove, ref, 0);
      }
    });
  }

  async undefine(instanceId: string): Promise<void> {
    await this.#exclusive(instanceId, `remove ${instanceId}`, async () => {
      const present = await this.#find(instanceId);
      if (!present) return;
      // libvirt would let a running one go on without a definition.
      if (isActive(present.raw)) throw new DriverError(`${instanceId} is still running and cannot be removed`, { retry: 'soon' });
      const { managedSave, snapshotsMetadata, nvram, checkpointsMetadata } = flags.undefine;
      const all = managedSave | snapshotsMetadata | nvram | checkpointsMetadata;
      await unless(errorCodes.noDomain, this.#session.call('quick', procedures.domainUndefineFlags, present.ref, all));
      this.#ours.delete(instanceId);
      this.#clocks.forget(instanceId);
    });
  }

  async stats(): Promise<DomainStats[]> {
    return await this.#edge('read what the domains use', async () => {
      const { cpuTotal, balloon, interface: nics, block } = flags.stats;
      const select = flags.statsSelect.active | flags.statsSelect.noWait;
      const records = await this.#session.ask(procedures.connectGetAllDomainStats, cpuTotal | balloon | nics | block, select);
      const ours = await Promise.all(records.map(({ domain }) => this.#isOurs(domain)));
      return records.filter((_, index) => ours[index]).map(({ domain, params }) => domainStats(domain.name, params));
    });
  }

  onChange(callback: (instanceId: string) => void): () => void {
    this.#callbacks.add(callback);
    if (this.#callbacks.size === 1) this.#session.listen({ changed: (domain) => this.#changed(domain), reconnected: () => void this.#allChanged() });
    return () => {
      this.#callbacks.delete(callback);
      if (this.#callbacks.size === 0) this.#session.listen(null);
    };
  }

  openSerial(instanceId: string): Promise<Duplex> {
    return this.#openSocket(instanceId, 'serial console', (live) => live.serialSocketPath);
  }

  openScreen(instanceId: string): Promise<Duplex> {
    return this.#openSocket(instanceId, 'screen', (live) => live.vncSocketPath);
  }

  /** Ends both connections; guests go on. */
  async close(): Promise<void> {
    this.#callbacks.clear();
    await this.#session.close();
  }

  async #openSocket(instanceId: string, what: string, pathOf: (live: LiveDomain) => string | null): Promise<Duplex> {
    return await this.#edge(`open the ${what} of ${instanceId}`, async () => {
      const present = await this.#find(instanceId);
      if (!present || !isActive(present.raw)) throw new DriverError(`${instanceId} is not running, so it has no ${what}`, { retry: 'soon' });
      const path = pathOf(await readLive(this.#session, present.ref));
      if (path === null) throw new DriverError(`${instanceId} was defined without a ${what}`, { retry: 'never' });
      const socket = connect({ path });
      await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      return socket;
    });
  }

  /** An id belongs to one cloud for ever, so each is looked up once. */
  async #isOurs(ref: DomainRef): Promise<boolean> {
    if (!isInstanceRef(ref)) return false;
    if (this.#ours.has(ref.name)) return true;
    const mark = await readDomainMark(this.#session, ref);
    if (mark?.owner !== this.#owner) return false;
    this.#ours.add(ref.name);
    return true;
  }

  /** null: not defined, or not ours. */
  async #find(instanceId: string): Promise<Present | null> {
    const ref = domainRef(instanceId);
    const [raw, mark] = await Promise.all([readState(this.#session, ref), readDomainMark(this.#session, ref)]);
    return raw && mark?.owner === this.#owner ? { ref, raw, mark } : null;
  }

  /** A start that was cut off left the guest paused before its first instruction. */
  async #finishStart(ref: DomainRef, raw: RawState, mark: DomainMark): Promise<void> {
    if (mark.bootSerial === mark.startingBoot) return;
    await this.#commitBoot(ref, mark);
    if (domainState(raw) === 'paused') await this.#session.call('quick', procedures.domainResume, ref);
  }

  /** What must hold before the guest's first instruction; nothing to do for one that is past it. */
  async #commitBoot(ref: DomainRef, mark: DomainMark): Promise<void> {
    if (mark.bootSerial === mark.startingBoot) return;
    await limitMemory(this.#session, ref, memoryLimitKib(mark));
    await writeDomainMark(this.#session, ref, { ...mark, bootSerial: mark.startingBoot, stoppedBecause: null });
  }

  #changed(domain: DomainRef): void {
    if (!isInstanceRef(domain)) return;
    this.#clocks.look(domain);
    for (const callback of this.#callbacks) callback(domain.name);
    void this.#rememberStop(domain.name);
  }

  async #allChanged(): Promise<void> {
    const refs = await this.#session.ask(procedures.connectListAllDomains, 0).catch(() => []);
    for (const ref of refs) this.#changed(ref);
  }

  /** Why a domain stopped is in libvirtd's memory only; kept with the domain, it survives a restart of libvirtd. */
  async #rememberStop(instanceId: string): Promise<void> {
    const kept = this.#change(instanceId, 'note the end of', async ({ ref, raw, mark }) => {
      const reason = stopReason(raw);
      if (reason === null || reason === 'unknown' || reason === mark.stoppedBecause || mark.bootSerial !== mark.startingBoot) return;
      await writeDomainMark(this.#session, ref, { ...mark, stoppedBecause: reason });
    });
    // Lost is only the reason, and it is asked for again at the next change.
    await kept.catch(() => {});
  }

  /** Libvirt refuses to act on a domain that just stopped by itself; that is as good. */
  async #unlessOff(ref: DomainRef, answer: Promise<void>): Promise<void> {
    try {
      await answer;
    } catch (error) {
      if (!(error instanceof LibvirtError)) throw error;
      const raw = await readState(this.#session, ref);
      if (raw && isActive(raw)) throw error;
    }
  }

  /** One change at a time to a domain, which must exist. */
  async #change(instanceId: string, verb: string, work: (present: Present) => Promise<void>): Promise<void> {
    await this.#exclusive(instanceId, `${verb} ${instanceId}`, async () => {
      const present = await this.#find(instanceId);
      if (!present) throw new DriverError(`${instanceId} is not defined on this host`, { retry: 'soon' });
      await work(present);
    });
  }

  #exclusive<T>(instanceId: string, doing: string, work: () => Promise<T>): Promise<T> {
    return this.#turns.take(instanceId, () => this.#edge(doing, work));
  }

  async #edge<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asDriverError(doing, error);
    }
  }
}
