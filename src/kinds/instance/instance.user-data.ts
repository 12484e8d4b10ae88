import type { Admission } from '../../control/admission.ts';
import type { Store } from '../../control/store/store.ts';
import type { Resource } from '../../core/resource.ts';

/** User-data often holds secrets: it is kept in a record of its own, which no list shows. Its id is the instance's. */
export const userDataKind = 'user-data';

interface UserData {
  readonly base64: string;
}

export function putUserData(admission: Admission, instanceId: string, content: Uint8Array): void {
  const now = new Date(admission.clock.now()).toISOString();
  const record: Resource<UserData> = {
    kind: userDataKind,
    id: instanceId,
    name: instanceId,
    project: null,
    labels: {},
    generation: 1,
    revision: 0,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    createdBy: admission.caller.userId,
    spec: { base64: Buffer.from(content).toString('base64') },
    status: {},
  };
  admission.putRecord(record);
}

export async function readUserData(store: Store, instanceId: string): Promise<string | null> {
  const record = (await store.get(userDataKind, instanceId)) as Resource<UserData> | null;
  return record?.spec.base64 ?? null;
}
