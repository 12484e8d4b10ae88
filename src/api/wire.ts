import { refusal, type Kind } from '../core/kind.ts';
import { isSettled, type Observed, type Resource } from '../core/resource.ts';
import type { Slice } from '../control/slice.ts';

type Verbs = Readonly<Record<string, { allowed: string; hint: string } | null>>;

/** A resource as it goes out: the record, and what follows from it. */
export interface WireResource extends Resource {
  readonly state: string;
  readonly settled: boolean;
  /** Each verb: null when it is possible now, otherwise why not. */
  readonly verbs: Verbs;
}

export function toWire(slice: Slice, resource: Resource): WireResource {
  const { kind } = slice;
  const state = kind.state(resource);
  const shown = (slice.view?.(resource) ?? resource) as Resource;
  return { ...shown, state, settled: isAsAsked(resource), verbs: verbsOf(kind, state) };
}

/** What nobody reconciles is as asked for as soon as it is asked for. */
export function isAsAsked(resource: Resource): boolean {
  return isReconciled(resource) ? isSettled(resource) : resource.deletedAt === null;
}

export function isReconciled(resource: Resource): resource is Resource<unknown, Observed> {
  return typeof (resource.status as Partial<Observed> | null)?.observedGeneration === 'number';
}

const known = new WeakMap<Kind, Map<string, Verbs>>();

function verbsOf(kind: Kind, state: string): Verbs {
  let byState = known.get(kind);
  if (byState === undefined) known.set(kind, (byState = new Map()));
  let verbs = byState.get(state);
  if (verbs === undefined) {
    verbs = Object.fromEntries(Object.keys(kind.verbs).map((verb) => [verb, refusal(kind, verb, state)]));
    byState.set(state, verbs);
  }
  return verbs;
}

export function etagOf(resource: Resource): string {
  return `"${resource.revision}"`;
}
