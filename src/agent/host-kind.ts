import type { Plan, WaitingFor } from '../core/plan.ts';
import type { DesiredRecord } from '../ports/control-link.ts';

/** Observe, plan, act for one kind on a host. */
export interface HostKind<R extends DesiredRecord = DesiredRecord, O = unknown, A extends { readonly do: string } = { readonly do: string }> {
  readonly kind: string;
  /** How many of the kind are worked on at once. */
  readonly concurrency: number;
  observe(record: R, extra: unknown): Promise<O>;
  /** Pure. */
  plan(record: R, observed: O, nowMs: number): Plan<A>;
  /** Ensures. `tell` shows progress while a long action goes on. */
  act(action: A, record: R, extra: unknown, signal: AbortSignal, tell: (waitingFor: WaitingFor) => void): Promise<void>;
  /** The kind's part of the status, as the control plane is told; null: nothing to tell of this kind. */
  status(record: R, observed: O, plan: Plan<A>, failure: HostFailure | null): Promise<unknown>;
  /** The state as it was found, for the recovery report. */
  found(observed: O): string;
  /** The record is no longer wanted here nor there. */
  forgotten?(id: string): void;
}

/** The last refusal of a driver while acting on a record. */
export interface HostFailure {
  readonly code: string;
  readonly reason: string;
  readonly atMs: number;
}
