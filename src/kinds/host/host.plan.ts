import { act, settled, type Plan } from '../../core/plan.ts';
import { hostLostAfterMs, type Host } from './host.ts';

export type HostAction = { readonly do: 'mark-lost'; readonly since: string } | { readonly do: 'mark-found' };

/** Notices that a host's agent has fallen silent, or speaks again. */
export function planHost(host: Host, lastHeardMs: number, nowMs: number): Plan<HostAction> {
  if (host.status.facts === null) return settled;
  const silentMs = nowMs - lastHeardMs;
  if (silentMs >= hostLostAfterMs) {
    if (host.status.lostSince !== null) return settled;
    return act(null, { do: 'mark-lost', since: new Date(lastHeardMs).toISOString() });
  }
  if (host.status.lostSince !== null) return act(null, { do: 'mark-found' });
  return { actions: [], waitingFor: null, wakeAfterMs: hostLostAfterMs - silentMs };
}
