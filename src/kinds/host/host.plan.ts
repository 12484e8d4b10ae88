import { act, settled, type Plan } from '../../core/plan.ts';
import { hostLostAfterMs, type Host } from './host.ts';

export type HostAction = { readonly do: 'mark-lost'; readonly since: string } | { readonly do: 'mark-found' };

export interface HostHeard {
  /** null: not since we listen. */
  readonly lastHeardMs: number | null;
  /** When this control plane started. */
  readonly listeningSinceMs: number;
}

/** Notices that a host's agent has fallen silent, or speaks again. After a start of ours, every host has its full time to call. */
export function planHost(host: Host, heard: HostHeard, nowMs: number): Plan<HostAction> {
  if (host.status.facts === null) return settled;
  const lastHeardMs = heard.lastHeardMs ?? heard.listeningSinceMs;
  const silentMs = nowMs - lastHeardMs;
  if (host.status.lostSince !== null) {
    // That we started anew tells nothing about a host: only its own call does.
    return heard.lastHeardMs !== null && silentMs < hostLostAfterMs ? act(null, { do: 'mark-found' }) : settled;
  }
  if (silentMs >= hostLostAfterMs) return act(null, { do: 'mark-lost', since: new Date(lastHeardMs).toISOString() });
  return { actions: [], waitingFor: null, wakeAfterMs: hostLostAfterMs - silentMs };
}
