import { nameKey } from '../control/registry.ts';
import type { Change, Store } from '../control/store/store.ts';
import { CloudError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { looksLikeId } from '../core/ids.ts';
import { emailKey, userNamePattern, type User } from '../kinds/user/user.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExternalIdentity } from '../ports/identity.ts';
import { putUser } from './account.ts';
import { findLink, putLink } from './link.ts';
import type { OutsideMethod } from './settings/schema.ts';

/**
 * The user whom an outside method means, with the changes that make, or refresh, the link to them. Who comes for the
 * first time gets an account, where the method makes accounts: under a name of its own. A name or an address that
 * somebody has already proves nothing: that account is linked by its owner, or by an administrator, or not at all.
 * Throws LINK_NEEDED, ACCOUNT_NEEDED.
 */
export async function userOf(
  store: Store,
  clock: Clock,
  method: OutsideMethod,
  identity: ExternalIdentity,
): Promise<{ user: User; changes: Change[]; isNew: boolean }> {
  const link = await findLink(store, identity);
  const known = link === null ? null : ((await store.get('user', link.spec.userId)) as User | null);
  if (known !== null) return { user: known, changes: [await putLink(store, clock, known.id, method, identity, link)], isNew: false };
  if (!method.createUsers) throw new CloudError('ACCOUNT_NEEDED', { method: method.name, who: identity.userName ?? identity.subject });
  const name = nameFor(identity);
  if (name === null || (await store.getByKey('user', nameKey(null, name))) !== null)
    throw new CloudError('LINK_NEEDED', { method: method.name, name: name ?? identity.subject });
  const email = await freeEmail(store, identity.email);
  const displayName = (identity.displayName ?? '').slice(0, limits.displayNameLengthMax);
  const { user, change } = putUser(clock, name, { displayName, email });
  return { user, changes: [change, await putLink(store, clock, user.id, method, identity, link)], isNew: true };
}

/** A log-in name of what the method calls the person; null: it gives none that could be one. */
export function nameFor({ userName, email, displayName }: Pick<ExternalIdentity, 'userName' | 'email' | 'displayName'>): string | null {
  const said = userName ?? email ?? displayName ?? '';
  const [local = ''] = said.split('@');
  const name = local
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z]+|[^a-z0-9]+$/g, '')
    .slice(0, limits.nameLengthMax);
  return new RegExp(userNamePattern).test(name) && !looksLikeId(name) ? name : null;
}

async function freeEmail(store: Store, email: string | null): Promise<string | null> {
  if (email === null || email.length > limits.emailLengthMax) return null;
  return (await store.getByKey('user', emailKey(email))) === null ? email : null;
}
