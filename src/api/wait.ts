import type { Resource } from '../core/resource.ts';
import type { ControlPlane } from '../kinds/control-plane.ts';
import { instanceState } from '../kinds/instance/instance.state.ts';
import type { Instance } from '../kinds/instance/instance.ts';
import { sleep } from '../ports/clock.ts';
import { isAsAsked, isReconciled } from './wire.ts';

export const goals = ['settled', 'ready', 'gone'] as const;
export type Goal = (typeof goals)[number];

/** When something can be used, as against being as asked for: kinds for which that is not the same. */
const readiness: Readonly<Record<string, (resource: Resource) => boolean>> = {
  instance: (resource) => instanceState(resource as Instance) === 'running' && (resource as Instance).status.seen?.reachableSince !== null,
};

/** The goal is reached, or never will be: a failure that was found for what is asked now ends a wait. */
export function isOver(cloud: ControlPlane, goal: Goal, resource: Resource | null): boolean {
  if (resource === null) return true;
  const isSeen = !isReconciled(resource) || resource.status.observedGeneration >= resource.generation;
  if (isSeen && cloud.registry.get(resource.kind).state(resource) === 'failed') return true;
  switch (goal) {
    case 'gone':
      return false;
    case 'settled':
      return isAsAsked(resource);
    case 'ready':
      return readiness[resource.kind] === undefined ? isAsAsked(resource) : isSeen && (readiness[resource.kind]?.(resource) ?? false);
  }
}

/** The resource when `goal` is reached, when it cannot be, or after `timeoutMs`; null when it is gone. Hears of changes; does not poll. */
export async function waitFor(
  cloud: ControlPlane,
  goal: Goal,
  { kind, id }: Resource,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Resource | null> {
  const over = new AbortController();
  const abort = () => over.abort();
  signal.addEventListener('abort', abort, { once: true });
  // First listen, then look: nothing is missed in between.
  const unsubscribe = cloud.feed.subscribe((event) => {
    if (event.id === id && event.kind === kind && isOver(cloud, goal, event.resource)) over.abort();
  });
  try {
    if (!isOver(cloud, goal, await cloud.store.get(kind, id))) await sleep(cloud.clock, timeoutMs, over.signal);
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', abort);
  }
  return cloud.store.get(kind, id);
}
