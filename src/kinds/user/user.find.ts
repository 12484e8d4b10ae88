import type { Admission } from '../../control/admission.ts';
import { nameKey } from '../../control/registry.ts';
import { CloudError } from '../../core/errors.ts';
import { isId } from '../../core/ids.ts';
import type { Resource } from '../../core/resource.ts';
import { userKind, type User } from './user.ts';

/** Somebody by log-in name or id, as they are in this transaction. Throws NOT_FOUND. */
export async function findUser(admission: Admission, ref: string): Promise<User> {
  return (await findPrincipal(admission, 'user', userKind.prefix, ref)) as User;
}

/** A user, a group or a project; who it is then must still be there at the commit. */
export async function findPrincipal(admission: Admission, kind: 'user' | 'group' | 'project', prefix: string, ref: string): Promise<Resource> {
  const found = isId(prefix, ref) ? await admission.get(kind, ref) : await admission.getByKey(kind, nameKey(null, ref));
  if (found === null) throw new CloudError('NOT_FOUND', { kind, ref, place: '' });
  admission.leanOn(found);
  return found;
}
