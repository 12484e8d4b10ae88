import { act, settled, wait, type Plan } from '../../core/plan.ts';
import { formatBytes } from '../../core/units.ts';
import type { Instance } from './instance.ts';

/** What the host sees of one instance. */
export interface InstanceObserved {
  readonly domain: {
    readonly state: 'running' | 'paused' | 'stopping' | 'stopped';
    readonly stoppedBecause: string | null;
    readonly bootSerial: number;
    readonly hasSavedState: boolean;
  } | null;
  /** Anything of it on this host's disks. */
  readonly hasDisk: boolean;
  readonly hasLease: boolean;
  /** Its leases are there and say what they should: address, name. */
  readonly leaseIsRight: boolean;
  /** Its image on this host; a copy of it goes on by itself. */
  readonly image: 'here' | 'missing' | { readonly copiedPercent: number };
  /** Everything a start needs is as it should be: image, disk, seed, network, lease. */
  readonly prepared: boolean;
  /** A place in the queue of starting guests is free for it, or held by it; else how many are before it. */
  readonly startSlot: 'free' | { readonly position: number };
}

/** What the host remembers between observations; kept in its ledger, lost without harm. */
export interface InstanceMemory {
  /** When the present wish (power, boot, force) arrived here, ms since 1970: stop deadlines count from it. */
  readonly wishSinceMs: number;
  /** Highest boot that has been seen running. */
  readonly ranBootSerial: number;
  /** How that boot ended, when it was seen ending; null while it runs or when nobody was watching. */
  readonly exit: { readonly bootSerial: number; readonly because: string; readonly atMs: number } | null;
  /** Starts of this boot that nobody asked for, and when the last was. */
  readonly restarts: number;
  readonly lastStartAtMs: number;
  readonly shutdownRequestedAtMs: number | null;
  /** When its power was cut last because it did not power off in time; absent: never. */
  readonly powerCut?: { readonly atMs: number; readonly afterSeconds: number };
}

/** Before anything was seen of it. */
export function freshMemory(nowMs: number): InstanceMemory {
  return { wishSinceMs: nowMs, ranBootSerial: 0, exit: null, restarts: 0, lastStartAtMs: 0, shutdownRequestedAtMs: null };
}

/**
 * What to remember of an observation: that a boot ran, and how it ended. The same object when nothing is new.
 * An end that nobody watched, while the host was down, was the host's: it does not make the next start come later.
 */
export function remember(memory: InstanceMemory, domain: InstanceObserved['domain'], nowMs: number, isWatched = true): InstanceMemory {
  if (domain === null) return memory;
  if (domain.state !== 'stopped') {
    if (memory.ranBootSerial >= domain.bootSerial && memory.exit === null) return memory;
    return { ...memory, ranBootSerial: Math.max(memory.ranBootSerial, domain.bootSerial), exit: null, shutdownRequestedAtMs: null };
  }
  // Also a run that nobody watched: the hypervisor numbers a boot when it has begun.
  if (domain.bootSerial === 0 || domain.bootSerial < memory.ranBootSerial || memory.exit?.bootSerial === domain.bootSerial) return memory;
  return {
    ...memory,
    ranBootSerial: domain.bootSerial,
    restarts: isWatched ? memory.restarts : 0,
    exit: { bootSerial: domain.bootSerial, because: domain.stoppedBecause ?? 'unknown', atMs: nowMs },
  };
}

export type InstanceAction =
  | { readonly do: 'copy-image' }
  | { readonly do: 'prepare' }
  | { readonly do: 'start'; readonly bootSerial: number; readonly isRestart: boolean }
  | { readonly do: 'request-shutdown' }
  | { readonly do: 'destroy' }
  | { readonly do: 'pause' }
  | { readonly do: 'resume' }
  | { readonly do: 'save-state' }
  | { readonly do: 'drop-saved-state' }
  | { readonly do: 'undefine' }
  | { readonly do: 'ensure-lease' }
  | { readonly do: 'remove-lease' }
  | { readonly do: 'remove-disk' };

/** A guest that ignores the power button (still booting, say) is asked again after this long. */
const askAgainMs = 3_000;
/** Restarts that nobody asked for come at growing intervals: 1 s, 2 s, 4 s … to this. */
const restartIntervalMsMax = 300_000;
/** A run of this length ends the growth. */
const restartForgivenMs = 600_000;

/** What a host does next about an instance. Pure. */
export function planInstance(instance: Instance, seen: InstanceObserved, memory: InstanceMemory, nowMs: number): Plan<InstanceAction> {
  if (instance.deletedAt !== null) return planDeletion(seen);
  switch (instance.spec.power) {
    case 'running':
      return planRunning(instance, seen, memory, nowMs);
    case 'paused':
      return planPaused(instance, seen, memory, nowMs);
    case 'suspended':
      return planSuspended(instance, seen, memory);
    case 'stopped':
      return planStopped(instance, seen, memory, nowMs);
  }
}

/** It stopped by itself, and by its restart policy it stays so. */
export function restsByPolicy(instance: Instance, seen: InstanceObserved, memory: InstanceMemory): boolean {
  const { spec } = instance;
  if (spec.power === 'stopped' || instance.deletedAt !== null) return false;
  if (seen.domain !== null && (seen.domain.state !== 'stopped' || seen.domain.hasSavedState)) return false;
  if (memory.ranBootSerial < spec.bootSerial) return false;
  if (spec.power === 'suspended') return true;
  switch (spec.restartPolicy) {
    case 'always':
      return false;
    case 'never':
      return true;
    case 'on-failure':
      return endedBecause(seen, memory, spec.bootSerial) === 'shutdown';
  }
}

function endedBecause(seen: InstanceObserved, memory: InstanceMemory, bootSerial: number): string {
  if (memory.exit?.bootSerial === bootSerial) return memory.exit.because;
  return seen.domain?.stoppedBecause ?? 'unknown';
}

function planDeletion(seen: InstanceObserved): Plan<InstanceAction> {
  const { domain } = seen;
  const deleting = {
    code: 'deleting',
    reason: 'it is being removed from its host',
    owner: 'host',
    deadline: null,
    next: 'its disk and its address are freed',
  } as const;
  if (domain !== null) {
    if (domain.state !== 'stopped') return act(deleting, { do: 'destroy' }, { do: 'undefine' });
    return act(deleting, { do: 'undefine' });
  }
  if (seen.hasLease) return act(deleting, { do: 'remove-lease' });
  if (seen.hasDisk) return act(deleting, { do: 'remove-disk' });
  return settled;
}

function planRunning(instance: Instance, seen: InstanceObserved, memory: InstanceMemory, nowMs: number): Plan<InstanceAction> {
  const { spec } = instance;
  const { domain } = seen;
  if (domain === null || domain.state === 'stopped') {
    return restsByPolicy(instance, seen, memory) ? settled : planStart(instance, seen, memory, nowMs);
  }
  if (domain.bootSerial < spec.bootSerial) return planShutdown(instance, domain.state, memory, nowMs, 'reboot');
  if (!seen.leaseIsRight) return act(renaming, { do: 'ensure-lease' });
  if (domain.state === 'paused')
    return act({ code: 'resuming', reason: 'its processors are being resumed', owner: 'host', deadline: null, next: 'it runs' }, { do: 'resume' });
  if (domain.state === 'stopping') {
    return wait(
      {
        code: 'guest-stopping',
        reason: 'the guest is powering itself off',
        owner: 'guest',
        deadline: null,
        next: 'its restart policy decides whether it starts again',
      },
      askAgainMs,
    );
  }
  return settled;
}

/** Its name or its network has changed since it was started. */
const renaming = {
  code: 'address',
  reason: 'its address and its name are being made known on its network',
  owner: 'host',
  deadline: null,
  next: 'it can be reached by them',
} as const;

function planStart(instance: Instance, seen: InstanceObserved, memory: InstanceMemory, nowMs: number): Plan<InstanceAction> {
  const { spec } = instance;
  if (seen.domain?.hasSavedState === true && seen.domain.bootSerial < spec.bootSerial) {
    return act(
      { code: 'dropping-saved-state', reason: 'its saved memory is of an earlier boot', owner: 'host', deadline: null, next: 'it boots' },
      { do: 'drop-saved-state' },
    );
  }
  if (seen.image !== 'here') return planCopy(spec.image, seen.image);
  if (!seen.prepared) {
    return act(
      { code: 'preparing', reason: 'its disk and network are being prepared', owner: 'host', deadline: null, next: 'it starts' },
      { do: 'prepare' },
    );
  }
  const isRestart = memory.ranBootSerial >= spec.bootSerial && seen.domain?.hasSavedState !== true;
  if (isRestart && memory.restarts > 0) {
    const ranMs = (memory.exit?.atMs ?? memory.lastStartAtMs) - memory.lastStartAtMs;
    const intervalMs = ranMs >= restartForgivenMs ? 0 : Math.min(restartIntervalMsMax, 1_000 * 2 ** Math.min(memory.restarts - 1, 20));
    const leftMs = memory.lastStartAtMs + intervalMs - nowMs;
    if (leftMs > 0) {
      return wait(
        {
          code: 'restart-interval',
          reason: `it stopped by itself (${endedBecause(seen, memory, spec.bootSerial)}) ${memory.restarts} times`,
          owner: 'host',
          deadline: new Date(nowMs + leftMs).toISOString(),
          next: 'it is started again',
        },
        leftMs,
      );
    }
  }
  if (seen.startSlot !== 'free') {
    return wait(
      {
        code: 'start-queue',
        reason: `its host starts as many at once as its processors bear; ${seen.startSlot.position === 0 ? 'it is next' : `${seen.startSlot.position} before it`}`,
        owner: 'host',
        deadline: null,
        next: 'it starts when those before it are up',
      },
      5_000,
    );
  }
  return act(
    { code: 'powering-on', reason: 'it is being powered on', owner: 'host', deadline: null, next: 'the guest boots' },
    { do: 'start', bootSerial: spec.bootSerial, isRestart },
  );
}

/** The copy wakes it, now and then and at its end. */
function planCopy(image: Instance['spec']['image'], seen: 'missing' | { readonly copiedPercent: number }): Plan<InstanceAction> {
  const percent = seen === 'missing' ? 0 : seen.copiedPercent;
  const waiting = {
    code: 'image-copy',
    reason: `image ${image.name} (${formatBytes(image.sizeBytes)}) is being copied to its host: ${percent} %`,
    owner: 'host',
    deadline: null,
    next: 'it starts',
  } as const;
  return seen === 'missing' ? act(waiting, { do: 'copy-image' }) : wait(waiting, null);
}

function planPaused(instance: Instance, seen: InstanceObserved, memory: InstanceMemory, nowMs: number): Plan<InstanceAction> {
  const { domain } = seen;
  if (domain?.state === 'running' && domain.bootSerial >= instance.spec.bootSerial) {
    return act({ code: 'pausing', reason: 'its processors are being paused', owner: 'host', deadline: null, next: 'it is paused' }, { do: 'pause' });
  }
  if (domain?.state === 'paused') return seen.leaseIsRight ? settled : act(renaming, { do: 'ensure-lease' });
  // It lost its memory (a power cut, say): come up again first, then pause.
  return planRunning(instance, seen, memory, nowMs);
}

function planSuspended(instance: Instance, seen: InstanceObserved, memory: InstanceMemory): Plan<InstanceAction> {
  const { domain } = seen;
  if (domain === null || domain.state === 'stopped') {
    // Nothing runs that could be saved: saved already, or ended before it could be.
    return domain?.hasSavedState === true || restsByPolicy(instance, seen, memory)
      ? settled
      : wait(
          { code: 'never-ran', reason: 'it never ran, so there is nothing to save', owner: 'user', deadline: null, next: 'start or delete it' },
          null,
        );
  }
  return act(
    { code: 'saving', reason: 'its memory is being saved to disk', owner: 'host', deadline: null, next: 'it is suspended' },
    { do: 'save-state' },
  );
}

function planStopped(instance: Instance, seen: InstanceObserved, memory: InstanceMemory, nowMs: number): Plan<InstanceAction> {
  const { domain } = seen;
  if (domain === null) return settled;
  if (domain.state === 'stopped') {
    if (!domain.hasSavedState) return settled;
    return act(
      { code: 'dropping-saved-state', reason: 'its saved memory is being dropped', owner: 'host', deadline: null, next: 'it is stopped' },
      { do: 'drop-saved-state' },
    );
  }
  return planShutdown(instance, domain.state, memory, nowMs, 'stop');
}

/** Ask, wait, ask again, and at the deadline cut the power. */
function planShutdown(
  instance: Instance,
  state: 'running' | 'paused' | 'stopping',
  memory: InstanceMemory,
  nowMs: number,
  purpose: 'stop' | 'reboot',
): Plan<InstanceAction> {
  const { spec } = instance;
  const next = purpose === 'stop' ? 'its power is cut' : 'its power is cut and it starts again';
  const deadlineMs = memory.wishSinceMs + spec.stopTimeoutSeconds * 1_000;
  if (spec.force || nowMs >= deadlineMs) {
    return act(
      {
        code: 'cutting-power',
        reason: 'its power is being cut',
        owner: 'host',
        deadline: null,
        next: purpose === 'stop' ? 'it is stopped' : 'it starts again',
      },
      { do: 'destroy' },
    );
  }
  const waiting = {
    code: 'guest-shutdown',
    reason: 'the guest was asked to power off',
    owner: 'guest',
    deadline: new Date(deadlineMs).toISOString(),
    next,
  } as const;
  // A paused guest hears nothing.
  if (state === 'paused') return act(waiting, { do: 'resume' });
  const askAgainInMs = memory.shutdownRequestedAtMs === null ? 0 : memory.shutdownRequestedAtMs + askAgainMs - nowMs;
  if (askAgainInMs <= 0) return act(waiting, { do: 'request-shutdown' });
  return wait(waiting, Math.min(askAgainInMs, deadlineMs - nowMs));
}
