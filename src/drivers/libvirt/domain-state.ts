import type { DomainState, StopReason } from '../../ports/hypervisor.ts';

/** libvirt's answer about a domain: two numbers of libvirt-domain.h. */
export interface RawState {
  readonly state: number;
  readonly reason: number;
}

const states = { running: 1, blocked: 2, paused: 3, shutdown: 4, shutoff: 5, crashed: 6, suspended: 7 } as const;
const pausedReasons = { save: 3, shuttingDown: 8, startingUp: 11 } as const;

/** A QEMU process exists. */
export function isActive({ state }: RawState): boolean {
  return state !== states.shutoff;
}

/** Kept by QEMU after a panic, neither running nor off; nothing but power-off helps. */
export function isWreck({ state }: RawState): boolean {
  return state === states.crashed;
}

export function domainState({ state, reason }: RawState): DomainState {
  if (state === states.running || state === states.blocked) return 'running';
  if (state === states.shutdown) return 'stopping';
  if (state === states.shutoff || state === states.crashed) return 'stopped';
  if (state === states.paused && (reason === pausedReasons.save || reason === pausedReasons.shuttingDown)) return 'stopping';
  if (state === states.paused && reason === pausedReasons.startingUp) return 'running';
  return 'paused';
}

/** Indexed by VIR_DOMAIN_SHUTOFF_…; 8: QEMU was gone, or out of reach, when libvirt came back. */
const shutoffReasons: readonly StopReason[] = ['unknown', 'shutdown', 'destroyed', 'crashed', 'unknown', 'saved', 'failed', 'unknown', 'crashed'];

/** null: it has not stopped. */
export function stopReason({ state, reason }: RawState): StopReason | null {
  if (state === states.crashed) return 'crashed';
  return state === states.shutoff ? (shutoffReasons[reason] ?? 'unknown') : null;
}
