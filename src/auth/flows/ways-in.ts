import type { Change, Store } from '../../control/store/store.ts';
import { CloudError } from '../../core/errors.ts';
import type { Resource } from '../../core/resource.ts';
import type { User } from '../../kinds/user/user.ts';
import { passwordOf } from '../account.ts';
import { linksOf } from '../link.ts';
import type { Passkeys } from '../passkey.ts';

/** A change that holds only while some other way in is left; people cannot lock themselves out. Throws LAST_WAY_IN. */
export async function otherWayIn(store: Store, passkeys: Passkeys, user: User, withoutId: string): Promise<Change> {
  const ways: (Resource | null)[] = [await passwordOf(store, user.id), ...(await passkeys.listOf(user.id)), ...(await linksOf(store, user.id))];
  const left = ways.find((way) => way !== null && way.id !== withoutId);
  if (left === undefined || left === null) throw new CloudError('LAST_WAY_IN', { name: user.name });
  return { op: 'unchanged', kind: left.kind, id: left.id, expectedRevision: left.revision };
}
