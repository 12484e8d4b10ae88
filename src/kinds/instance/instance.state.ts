import type { Instance } from './instance.ts';

/** In the order of a life. */
export const instanceStates = [
  'creating',
  'starting',
  'running',
  'paused',
  'suspending',
  'suspended',
  'rebooting',
  'stopping',
  'stopped',
  'failed',
  'unknown',
  'deleting',
] as const;
export type InstanceState = (typeof instanceStates)[number];

/** In these there is a machine at the other end of a console. */
export const consoleStates: readonly string[] = ['running', 'paused', 'rebooting', 'stopping', 'suspending'] satisfies InstanceState[];

/** Derived from what was asked for and what was last seen; nothing can be stuck in it. */
export function instanceState(instance: Instance): InstanceState {
  const { spec, status, deletedAt } = instance;
  if (deletedAt !== null) return 'deleting';
  if (status.hostLostSince !== null) return 'unknown';
  const { seen } = status;
  const isOn = seen !== null && seen.domain !== null && seen.domain !== 'stopped';
  if (isOn) return stateOfOn(spec, seen);
  if (status.failure !== null && spec.power !== 'stopped' && !goesOn(status)) return 'failed';
  switch (spec.power) {
    case 'stopped':
      return 'stopped';
    case 'suspended':
      return seen?.hasSavedState === true ? 'suspended' : seen?.rests === true ? 'stopped' : 'suspending';
    default:
      if (seen?.rests === true) return 'stopped';
      return seen === null || seen.bootSerial === 0 ? 'creating' : 'starting';
  }
}

/**
 * It has failed and is on its way again: in the queue of those that start, or, after a crash, being started anew. What
 * waits for its interval, or is tried again after a refusal, has got nowhere yet.
 */
function goesOn({ waitingFor, failure }: Instance['status']): boolean {
  if (waitingFor === null) return false;
  if (waitingFor.code === 'start-queue') return true;
  return failure?.code === 'guest-crashed' && waitingFor.code !== 'restart-interval' && !waitingFor.code.endsWith('-failed');
}

function stateOfOn(spec: Instance['spec'], seen: NonNullable<Instance['status']['seen']>): InstanceState {
  switch (spec.power) {
    case 'stopped':
      return 'stopping';
    case 'suspended':
      return 'suspending';
    default:
      if (seen.bootSerial < spec.bootSerial) return 'rebooting';
      if (seen.domain === 'stopping') return 'stopping';
      return seen.domain === 'paused' ? 'paused' : 'running';
  }
}
