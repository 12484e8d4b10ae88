import type { HostFailure, HostKind } from '../../agent/host-kind.ts';
import type { Ledger } from '../../agent/ledger.ts';
import type { StartSlots } from '../../agent/start-slots.ts';
import { sameValue } from '../../core/same-value.ts';
import { DriverError } from '../../core/driver-error.ts';
import type { Plan } from '../../core/plan.ts';
import { isoTime, type Clock } from '../../ports/clock.ts';
import type { HostDisks, ImageRef } from '../../ports/host-disks.ts';
import type { HostNetworks, Lease } from '../../ports/host-network.ts';
import type { Accelerator, Domain, Hypervisor } from '../../ports/hypervisor.ts';
import type { Network } from '../network/network.ts';
import type { ImageCopies } from './image-copies.agent.ts';
import { failureOf } from './failure.agent.ts';
import { domainConfig, leaseOf, type SeedBuilder } from './instance.domain.ts';
import type { Instance, InstanceStatus } from './instance.ts';
import {
  freshMemory,
  planInstance,
  remember,
  restsByPolicy,
  type InstanceAction,
  type InstanceMemory,
  type InstanceObserved,
} from './instance.plan.ts';
import type { Reachability } from './reachability.agent.ts';

export interface InstanceHostDeps {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly hypervisor: Hypervisor;
  readonly disks: HostDisks;
  readonly networks: HostNetworks;
  readonly accelerator: Accelerator;
  readonly slots: StartSlots;
  readonly copies: ImageCopies;
  readonly reachability: Reachability;
  readonly buildSeed: SeedBuilder;
  /** Look at this instance again: a start slot became free for it. */
  wake(instanceId: string): void;
  /** Nothing of it is kept any more. */
  forgotten(instanceId: string): void;
}

/** What travels beside an instance's record. */
export interface InstanceExtra {
  readonly userDataBase64: string | null;
  /** Absent in what was written down before there was such a thing. */
  readonly projectName?: string | null;
}

type Seen = InstanceObserved & { readonly full: Domain | null; readonly memory: InstanceMemory };

/** What a host does about an instance. */
export function instanceOnHost(deps: InstanceHostDeps): HostKind<Instance, Seen, InstanceAction> {
  const actions = instanceActions(deps);
  /** Instances that this run of the agent has looked at before. */
  const watched = new Set<string>();
  return {
    kind: 'instance',
    concurrency: 8,
    async observe(instance, extra) {
      const projectName = (extra as InstanceExtra | null)?.projectName ?? null;
      const { clock, hypervisor, disks, slots } = deps;
      const [full, onDisk] = await Promise.all([hypervisor.observe(instance.id), seenOnDisk(disks, instance)]);
      const domain =
        full === null
          ? null
          : { state: full.state, stoppedBecause: full.stoppedBecause, bootSerial: full.bootSerial, hasSavedState: full.hasSavedState };
      const memory = await rememberSeen(deps, instance, domain, watched.has(instance.id));
      watched.add(instance.id);
      const isOn = domain !== null && domain.state !== 'stopped';
      followReachability(deps, instance, full, isOn);
      const wantsStart = !isOn && instance.deletedAt === null && (instance.spec.power === 'running' || instance.spec.power === 'paused');
      const prepared = wantsStart && (await actions.isPrepared(instance, projectName));
      if (!wantsStart) deps.copies.leave(instance.id);
      const seen: Seen = {
        full,
        memory,
        domain,
        hasDisk: onDisk.disk !== null || onDisk.seedHash !== null || (instance.deletedAt !== null && (await disks.list()).includes(instance.id)),
        hasLease: instance.deletedAt !== null && (await actions.hasLease(instance)),
        leaseIsRight: !isOn || instance.deletedAt !== null || (await actions.hasAllLeases(instance, projectName)),
        image: !wantsStart || prepared ? 'here' : await actions.imageOf(instance),
        prepared,
        startSlot: 'free',
      };
      // Only who would start this very moment stands in the queue or holds a slot: others would hold up those behind them.
      const asks = wantsStart && planInstance(instance, seen, memory, clock.now()).actions.some((action) => action.do === 'start');
      if (asks) return { ...seen, startSlot: slots.ask(instance.id, clock.now()) };
      if (!isOn) for (const next of slots.release(instance.id)) deps.wake(next);
      return seen;
    },
    plan: (instance, seen, nowMs) => planInstance(instance, seen, seen.memory, nowMs),
    act: (action, instance, extra, signal) => actions.act(action, instance, extra as InstanceExtra, signal),
    status: (instance, seen, plan, failure) => instanceStatus(deps, instance, seen, plan, failure),
    found: (seen) => (seen.domain === null ? 'absent' : seen.domain.hasSavedState ? 'suspended' : seen.domain.state),
    forgotten(id) {
      watched.delete(id);
      deps.reachability.forget(id);
      deps.forgotten(id);
      deps.copies.leave(id);
      for (const next of deps.slots.release(id)) deps.wake(next);
    },
  };
}

/** A disk whose header is damaged is still one that can be deleted. */
async function seenOnDisk(disks: HostDisks, instance: Instance): Promise<Awaited<ReturnType<HostDisks['observe']>>> {
  try {
    return await disks.observe(instance.id);
  } catch (error) {
    if (instance.deletedAt === null || !(error instanceof DriverError)) throw error;
    return { disk: null, seedHash: null };
  }
}

async function rememberSeen(
  deps: InstanceHostDeps,
  instance: Instance,
  domain: InstanceObserved['domain'],
  isWatched: boolean,
): Promise<InstanceMemory> {
  const { clock, ledger } = deps;
  const { power, bootSerial, force } = instance.spec;
  const wish = `${power}/${bootSerial}/${force}/${instance.deletedAt !== null}`;
  const stored = ledger.memory<{ wish: string; memory: InstanceMemory }>('instance', instance.id);
  const before = stored?.memory ?? freshMemory(clock.now());
  const heard = stored?.wish === wish ? before : { ...before, wishSinceMs: clock.now(), shutdownRequestedAtMs: null };
  const memory = remember(heard, domain, clock.now(), isWatched);
  // Forgotten while it was being looked at: nothing more to remember.
  const isWanted = ledger.get('instance', instance.id) !== null;
  if (isWanted && memory !== stored?.memory) await ledger.remember('instance', instance.id, { wish, memory });
  return memory;
}

/** Only where the guest had been asked, and had its time. */
async function rememberPowerCut({ clock, ledger }: InstanceHostDeps, { id, deletedAt, spec }: Instance): Promise<void> {
  const stored = ledger.memory<{ wish: string; memory: InstanceMemory }>('instance', id);
  if (stored === null || deletedAt !== null || spec.force || spec.stopTimeoutSeconds === 0) return;
  const powerCut = { atMs: clock.now(), afterSeconds: spec.stopTimeoutSeconds };
  await ledger.remember('instance', id, { ...stored, memory: { ...stored.memory, powerCut } });
}

function followReachability(deps: InstanceHostDeps, instance: Instance, full: Domain | null, isOn: boolean): void {
  const { reachability, slots } = deps;
  if (isOn && full !== null) reachability.follow(instance.id, full.bootSerial, instance.spec.nics[0]?.address ?? null);
  else reachability.forget(instance.id);
  const isUp = isOn && (reachability.since(instance.id) !== null || full?.agentConnected === true || full?.state === 'paused');
  if (isUp) for (const next of slots.release(instance.id)) deps.wake(next);
}

async function instanceStatus(
  deps: InstanceHostDeps,
  instance: Instance,
  seen: Seen,
  plan: Plan<InstanceAction>,
  failure: HostFailure | null,
): Promise<Omit<InstanceStatus, 'observedGeneration' | 'waitingFor' | 'hostLostSince'>> {
  const { full, memory } = seen;
  const isOn = full !== null && full.state !== 'stopped';
  const reachableMs = isOn ? deps.reachability.since(instance.id) : null;
  const gone = instance.deletedAt !== null && full === null && !seen.hasDisk && !seen.hasLease && plan.actions.length === 0;
  return {
    seen: {
      domain: full?.state ?? null,
      bootSerial: Math.max(full?.bootSerial ?? 0, isOn ? 0 : memory.ranBootSerial),
      hasSavedState: full?.hasSavedState ?? false,
      rests: restsByPolicy(instance, seen, memory),
      agentConnected: full?.agentConnected ?? false,
      reachableSince: reachableMs === null ? null : isoTime(reachableMs),
      startedAt: memory.lastStartAtMs === 0 ? null : isoTime(memory.lastStartAtMs),
      restarts: memory.restarts,
      powerCut: memory.powerCut === undefined ? null : { at: isoTime(memory.powerCut.atMs), afterSeconds: memory.powerCut.afterSeconds },
    },
    failure: await failureOf(deps.disks, instance, memory, failure, isOn),
    gone,
  };
}

/** How each action is carried out; all of them ensure. */
function instanceActions(deps: InstanceHostDeps) {
  const { clock, ledger, hypervisor, disks, networks, slots, copies } = deps;

  const networkOf = (instance: Instance, networkId: string): Network => {
    const entry = ledger.get('network', networkId);
    if (entry === null) throw new DriverError(`network ${networkId} of ${instance.name} is not known on this host yet`, { retry: 'soon' });
    return entry.record as Network;
  };

  const leases = (instance: Instance, projectName: string | null) =>
    instance.spec.nics.map((nic, index) => ({ network: nic.network, lease: leaseOf(instance, nic, index, projectName) }));

  return {
    async isPrepared(instance: Instance, projectName: string | null): Promise<boolean> {
      const { disk, seedHash } = await disks.observe(instance.id);
      if (disk === null || disk.virtualSizeBytes < instance.spec.diskBytes || seedHash === null) return false;
      return ledger.memory<string>('prepared', instance.id) === preparedFor(instance) && (await this.hasAllLeases(instance, projectName));
    },

    async imageOf(instance: Instance): Promise<InstanceObserved['image']> {
      const { sha256 } = instance.spec.image;
      const copiedPercent = copies.percentOf(instance.id, sha256);
      if (copiedPercent !== null) return { copiedPercent };
      return (await disks.hasImage(sha256)) ? 'here' : 'missing';
    },

    async ensureLeases(instance: Instance, projectName: string | null): Promise<void> {
      for (const { network, lease } of leases(instance, projectName)) {
        networkOf(instance, network);
        await networks.ensureLease(network, lease);
      }
    },

    async hasAllLeases(instance: Instance, projectName: string | null): Promise<boolean> {
      for (const { network, lease } of leases(instance, projectName)) {
        // The device is not compared: a running guest keeps the one that it was started with.
        const isThere = (each: Lease) => sameValue({ ...each, tap: lease.tap }, lease);
        if (!(await networks.listLeases(network)).some(isThere)) return false;
      }
      return true;
    },

    async hasLease(instance: Instance): Promise<boolean> {
      for (const nic of instance.spec.nics) {
        if ((await networks.listLeases(nic.network)).some((lease) => lease.mac === nic.mac)) return true;
      }
      return false;
    },

    async act(action: InstanceAction, instance: Instance, extra: InstanceExtra, signal: AbortSignal): Promise<void> {
      const { id } = instance;
      switch (action.do) {
        case 'copy-image':
          return copies.start(id, imageRef(instance));
        case 'prepare':
          return this.prepare(instance, extra, signal);
        case 'start': {
          slots.take(id, clock.now());
          const stored = ledger.memory<{ wish: string; memory: InstanceMemory }>('instance', id);
          if (stored !== null) {
            const memory = { ...stored.memory, restarts: action.isRestart ? stored.memory.restarts + 1 : 0, lastStartAtMs: clock.now(), exit: null };
            await ledger.remember('instance', id, { ...stored, memory });
          }
          const bridges = new Map(instance.spec.nics.map((nic) => [nic.network, networkOf(instance, nic.network).spec]));
          try {
            await hypervisor.define(domainConfig(instance, bridges, disks.paths(id), deps.accelerator, (await disks.observe(id)).disk));
            return await hypervisor.start(id, action.bootSerial);
          } catch (error) {
            for (const next of slots.release(id)) deps.wake(next);
            throw error;
          }
        }
        case 'request-shutdown': {
          const stored = ledger.memory<{ wish: string; memory: InstanceMemory }>('instance', id);
          if (stored !== null) await ledger.remember('instance', id, { ...stored, memory: { ...stored.memory, shutdownRequestedAtMs: clock.now() } });
          return hypervisor.requestShutdown(id);
        }
        case 'destroy':
          await hypervisor.destroy(id);
          return rememberPowerCut(deps, instance);
        case 'pause':
          return hypervisor.pause(id);
        case 'resume':
          return hypervisor.resume(id);
        case 'save-state':
          return hypervisor.saveState(id);
        case 'drop-saved-state':
          return hypervisor.dropSavedState(id);
        case 'undefine':
          return hypervisor.undefine(id);
        case 'ensure-lease':
          return this.ensureLeases(instance, extra?.projectName ?? null);
        case 'remove-lease':
          for (const nic of instance.spec.nics) await networks.removeLease(nic.network, nic.mac);
          return;
        case 'remove-disk':
          await ledger.drop('prepared', id);
          return disks.remove(id);
      }
    },

    async prepare(instance: Instance, extra: InstanceExtra, signal: AbortSignal): Promise<void> {
      const { spec, id } = instance;
      const image = imageRef(instance);
      const disk = async () => {
        // It was here a moment ago; when it has been evicted since, it is fetched again.
        if (!(await disks.hasImage(image.sha256))) await disks.ensureImage(image, () => undefined, signal);
        await disks.ensureDisk(id, image, spec.diskBytes);
        await disks.ensureSwap(id, spec.swapMib);
      };
      const nets = new Map(spec.nics.map((nic) => [nic.network, networkOf(instance, nic.network).spec]));
      // All have ended when this ends, well or not: what went on behind its back would make a disk for an instance deleted meanwhile.
      const parts = await Promise.allSettled([
        disk(),
        this.ensureLeases(instance, extra?.projectName ?? null),
        disks.ensureSeed(id, deps.buildSeed(instance, extra, nets)),
      ]);
      for (const part of parts) if (part.status === 'rejected') throw part.reason;
      await ledger.remember('prepared', id, preparedFor(instance));
    },
  };
}

function imageRef({ spec: { image } }: Instance): ImageRef {
  const { id, sha256, format, sizeBytes, virtualSizeBytes } = image;
  return { id, sha256, format, sizeBytes, virtualSizeBytes };
}

/** What the preparation of disk, seed and network depends on. */
function preparedFor(instance: Instance): string {
  const { name, spec } = instance;
  return JSON.stringify([name, spec.diskBytes, spec.swapMib, spec.image.sha256, spec.sshKeys, spec.userDataSha256, spec.nics]);
}
