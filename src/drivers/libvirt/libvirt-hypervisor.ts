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
import { readFirmwares, readLiveDomain } from './live-domain.ts';
import { flags, procedures } from './procedures.ts';
import type { DomainRef } from './rpc-types.ts';
import { SerialQueues } from './serial-queues.ts';

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
  readonly #queues = new SerialQueues();
  readonly #callbacks = new Set<(instanceId: string) => void>();
  #libvirtVersion: number | null = null;

  constructor(options: LibvirtHypervisorOptions) {
    this.#options = options;
    this.#owner = options.owner ?? 'stratus';
    this.#session = new LibvirtSession({ socketPath: options.socketPath, uri: 'qemu:///system' });
  }

  async info(): Promise<HypervisorInfo> {
    return await this.#edge('read what the hypervisor can do', async () => {
      const virtType = this.#options.accelerator === 'kvm' ? 'kvm' : 'qemu';
      const [libvirt, qemu, capabilities] = await Promise.all([
        this.#session.ask(procedures.connectGetLibVersion),
        this.#session.ask(procedures.connectGetVersion),
        this.#session.ask(procedures.connectGetDomainCapabilities, this.#options.emulatorPath ?? null, 'x86_64', 'q35', virtType),
      ]);
      return {
        accelerator: this.#options.accelerator,
        acceleratorReason: this.#options.acceleratorReason,
        hypervisorVersion: `libvirt ${versionText(libvirt)}`,
        emulatorVersion: `QEMU ${versionText(qemu)}`,
        firmwares: readFirmwares(capabilities),
      };
    });
  }

  async list(): Promise<Domain[]> {
    return await this.#edge('list the domains', async () => {
      const refs = await this.#session.ask(procedures.connectListAllDomains, 0);
      const domains = await Promise.all(refs.filter(isInstanceRef).map((ref) => this.#observe(ref)));
      return domains.filter((domain) => domain !== null);
    });
  }

  async observe(instanceId: string): Promise<Domain | null> {
    return await this.#edge(`look at ${instanceId}`, () => this.#observe(domainRef(instanceId)));
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
      const starting = { ...mark, startingBoot: bootSerial };
      await writeDomainMark(this.#session, ref, starting);
      await this.#session.call('slow', procedures.domainCreateWithFlags, ref, flags.startPaused);
      await this.#commitBoot(ref, starting);
      await this.#session.call('quick', procedures.domainResume, ref);
    });
  }

  async requestShutdown(instanceId: string): Promise<void> {
    await this.#change(instanceId, 'shut down', async ({ ref, raw }) => {
      if (!isActive(raw)) return;
      const { agentConnected } = await this.#live(ref);
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
      if (domainState(raw) === 'paused') await this.#session.call('quick', procedures.domainResume, ref);
    });
  }

  async saveState(instanceId: string): Promise<void> {
    await this.#change(instanceId, 'save the memory of', async ({ ref, raw, mark }) => {
      if (!isActive(raw)) return;
      await this.#commitBoot(ref, mark);
      // The saved definition would carry the limit into the restore, where it is what containers forbid.
      await this.#limitMemory(ref, unlimitedKib);
      try {
        await this.#session.call('slow', procedures.domainManagedSave, ref, 0);
      } catch (error) {
        await this.#limitMemory(ref, memoryLimitKib(mark)).catch(() => {});
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
    });
  }

  async stats(): Promise<DomainStats[]> {
    return await this.#edge('read what the domains use', async () => {
      const { cpuTotal, balloon, interface: nics, block } = flags.stats;
      const select = flags.statsSelect.active | flags.statsSelect.noWait;
      const records = await this.#session.ask(procedures.connectGetAllDomainStats, cpuTotal | balloon | nics | block, select);
      return records.filter(({ domain }) => isInstanceRef(domain)).map(({ domain, params }) => domainStats(domain.name, params));
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

  async openSerial(instanceId: string): Promise<Duplex> {
    return await this.#edge(`open the serial console of ${instanceId}`, async () => {
      const present = await this.#find(instanceId);
      if (!present || !isActive(present.raw)) throw new DriverError(`${instanceId} is not running, so it has no serial console`, { retry: 'soon' });
      const { serialSocketPath } = await this.#live(present.ref);
      if (serialSocketPath === null) throw new DriverError(`${instanceId} was defined without a serial console`, { retry: 'never' });
      const socket = connect({ path: serialSocketPath });
      await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      return socket;
    });
  }

  /** Ends both connections; guests go on. */
  async close(): Promise<void> {
    this.#callbacks.clear();
    await this.#session.close();
  }

  async #observe(ref: DomainRef): Promise<Domain | null> {
    const [raw, mark, hasSavedState] = await Promise.all([
      readState(this.#session, ref),
      readDomainMark(this.#session, ref),
      unless(errorCodes.noDomain, this.#session.ask(procedures.domainHasManagedSaveImage, ref, 0)),
    ]);
    if (!raw || mark?.owner !== this.#owner) return null;
    const active = isActive(raw);
    const live = active ? await unless(errorCodes.noDomain, this.#live(ref)) : null;
    const told = stopReason(raw);
    return {
      instanceId: ref.name,
      state: domainState(raw),
      stoppedBecause: told === 'unknown' ? (mark.stoppedBecause ?? 'unknown') : told,
      configHash: mark.configHash,
      bootSerial: active ? mark.startingBoot : mark.bootSerial,
      hasSavedState: hasSavedState ?? false,
      agentConnected: live?.agentConnected ?? false,
    };
  }

  async #live(ref: DomainRef): Promise<ReturnType<typeof readLiveDomain>> {
    return readLiveDomain(await this.#session.ask(procedures.domainGetXmlDesc, ref, 0));
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
    await this.#limitMemory(ref, memoryLimitKib(mark));
    await writeDomainMark(this.#session, ref, { ...mark, bootSerial: mark.startingBoot, stoppedBecause: null });
  }

  /** By a call and not in the definition: from there libvirt would also raise QEMU's lock limit, which containers forbid. */
  async #limitMemory(ref: DomainRef, hardLimitKib: number): Promise<void> {
    const limit = { hard_limit: hardLimitKib };
    // Where the host has no memory cgroup there is nothing to limit with, and the guest runs all the same.
    await unless(errorCodes.operationInvalid, this.#session.call('quick', procedures.domainSetMemoryParameters, ref, limit, flags.affectLive));
  }

  #changed(domain: DomainRef): void {
    if (!isInstanceRef(domain)) return;
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
    return this.#queues.run(instanceId, () => this.#edge(doing, work));
  }

  async #edge<T>(doing: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw asDriverError(doing, error);
    }
  }
}

/** Source: VIR_DOMAIN_MEMORY_PARAM_UNLIMITED. */
const unlimitedKib = Number.MAX_SAFE_INTEGER;

/**
 * All that a domain may take of the host's memory: a QEMU that leaks or was taken over is stopped by it
 * before it hurts its neighbours. Generous, as meeting it kills the guest; the page cache does not count.
 */
function memoryLimitKib({ memoryMib }: DomainMark): number {
  return (memoryMib + Math.ceil(memoryMib / 8) + 768) * 1024;
}

function versionText(version: number): string {
  return `${Math.floor(version / 1_000_000)}.${Math.floor(version / 1_000) % 1_000}.${version % 1_000}`;
}
