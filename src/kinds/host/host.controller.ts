import { updateStatus, type Controller, type ReconcileDeps } from '../../control/controller.ts';
import type { InstanceStatus } from '../instance/instance.ts';
import type { Host, HostStatus } from './host.ts';
import { planHost, type HostAction, type HostHeard } from './host.plan.ts';
import type { HostPresence } from './host.presence.ts';

/** Tells hosts that are lost from those that are there, and their instances with them. */
export function hostController(deps: ReconcileDeps, presence: HostPresence): Controller<Host, HostHeard, HostAction> {
  return {
    kind: 'host',
    concurrency: 4,
    observe: async (host) => presence.heardOf(host.id),
    plan: planHost,
    async act(action, host) {
      const lostSince = action.do === 'mark-lost' ? action.since : null;
      let cursor: string | undefined;
      do {
        const page = await deps.store.list({ kind: 'instance', index: { name: 'host', value: host.id }, limit: 1_000, cursor });
        for (const { id } of page.items) {
          await updateStatus(deps, 'instance', id, (current) => ({ ...(current.status as InstanceStatus), hostLostSince: lostSince }));
        }
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      // Last, so that what is cut off before is begun again.
      await updateStatus(deps, 'host', host.id, (current) => ({ ...(current.status as HostStatus), lostSince }));
    },
  };
}
