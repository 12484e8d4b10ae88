import type { Waiting } from './resource.ts';

/** A wait as a planner states it; the engine adds since when. */
export type WaitingFor = Omit<Waiting, 'since'>;

/**
 * What to do next about one resource. `actions` are carried out in order, then the world is observed
 * again; an action *ensures*, so doing it twice is free. Nothing to do and nothing to wait for: settled.
 */
export interface Plan<Action> {
  readonly actions: readonly Action[];
  readonly waitingFor: WaitingFor | null;
  /** Look again after this many ms even if nothing wakes the resource; null: the periodic pass is enough. */
  readonly wakeAfterMs: number | null;
}

export const settled: Plan<never> = { actions: [], waitingFor: null, wakeAfterMs: null };

export function act<A>(waitingFor: WaitingFor | null, ...actions: A[]): Plan<A> {
  return { actions, waitingFor, wakeAfterMs: null };
}

export function wait(waitingFor: WaitingFor, wakeAfterMs: number | null): Plan<never> {
  return { actions: [], waitingFor, wakeAfterMs };
}
