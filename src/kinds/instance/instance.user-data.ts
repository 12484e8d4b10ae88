import type { Admission } from '../../control/admission.ts';
import type { Store } from '../../control/store/store.ts';
import { recordOf, type Resource } from '../../core/resource.ts';
import { isoTime } from '../../ports/clock.ts';

/** User-data often holds secrets: it is kept in a record of its own, which no list shows. Its id is the instance's. */
export const userDataKind = 'user-data';

interface UserData {
  readonly base64: string;
}

export function putUserData(admission: Admission, instanceId: string, content: Uint8Array): void {
  const spec: UserData = { base64: Buffer.from(content).toString('base64') };
  const { caller, clock } = admission;
  admission.putRecord(recordOf({ kind: userDataKind, id: instanceId, name: instanceId, createdBy: caller.userId, at: isoTime(clock.now()), spec }));
}

export async function readUserData(store: Store, instanceId: string): Promise<string | null> {
  const record = (await store.get(userDataKind, instanceId)) as Resource<UserData> | null;
  return record?.spec.base64 ?? null;
}
