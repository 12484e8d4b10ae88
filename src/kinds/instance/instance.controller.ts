import { admit, systemCaller } from '../../control/admission.ts';
import type { ReconcileDeps } from '../../control/controller.ts';
import type { NewEvent } from '../../core/event.ts';
import type { Instance } from './instance.ts';
import { userDataKind } from './instance.user-data.ts';

/** A guest that did not power off in time was cut off: its owner should know, for its disk. */
export function powerCutNotice(before: Instance, after: Instance): readonly NewEvent[] {
  const cut = after.status.seen?.powerCut;
  if (cut == null || cut.at === before.status.seen?.powerCut?.at) return [];
  const message = `instance ${after.name} did not power off within ${cut.afterSeconds} s; its power was cut`;
  return [{ type: 'notice', message, requestId: after.requestId ?? null }];
}

/**
 * The control plane's part in an instance's life: when its host says that nothing is left of it, the record
 * goes and what was promised is free again. Everything else is the host's.
 */
export async function finishDeletion(deps: ReconcileDeps, id: string): Promise<void> {
  await admit(deps, systemCaller, async (admission) => {
    const instance = (await admission.get('instance', id)) as Instance | null;
    if (instance === null) return;
    const userData = await admission.get(userDataKind, id);
    if (userData !== null) admission.remove(userData);
    admission.remove(instance);
    const requestId = instance.requestId ?? null;
    admission.event(instance, { type: 'state', message: `instance ${instance.name} is deleted`, from: 'deleting', to: 'deleted', requestId });
  });
}
