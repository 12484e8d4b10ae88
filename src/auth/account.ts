import { nameKey, Registry } from '../control/registry.ts';
import { CommitConflict, type Change, type Store } from '../control/store/store.ts';
import { CloudError } from '../core/errors.ts';
import type { Resource } from '../core/resource.ts';
import type { CloudRole } from '../core/role.ts';
import { userKind, type User, type UserSpec } from '../kinds/user/user.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import { hashPassword, randomPassword, type PasswordHash } from './password.ts';
import { all, newRecord, put, remove } from './records.ts';
import { endSessionsOf } from './session.ts';

/** The password of a local user; its id is the user's. Who has none logs in by other methods only. */
export const passwordKind = 'password';
export type Password = Resource<PasswordHash>;

const registry = new Registry([userKind]);

export async function findAccount(store: Store, name: string): Promise<User | null> {
  return (await store.getByKey('user', nameKey(null, name))) as User | null;
}

export async function passwordOf(store: Store, userId: string): Promise<Password | null> {
  return (await store.get(passwordKind, userId)) as Password | null;
}

/** The change that gives a user this password, in place of `before`. */
export function putPassword(clock: Clock, userId: string, hash: PasswordHash, before: Password | null): Change {
  const now = isoTime(clock.now());
  const record: Password =
    before === null
      ? { ...newRecord(clock, passwordKind, 'pwd', '', userId, hash), id: userId }
      : { ...before, generation: before.generation + 1, updatedAt: now, spec: hash };
  return put(record, { keys: [], indexes: { user: userId } });
}

/** The change that makes a user, outside admission: at the first start, at a first log-in. */
export function putUser(clock: Clock, name: string, spec: Partial<UserSpec>, createdBy = 'system'): { user: User; change: Change } {
  const whole: UserSpec = { displayName: '', email: null, role: 'user', isBlocked: false, language: 'en', ...spec };
  const user: User = { ...newRecord(clock, 'user', userKind.prefix, name, createdBy, whole), status: {} };
  return { user, change: put(user, registry.indexed(user)) };
}

/** The first account; its password, random where none is given, is told this once. Found at every later start. */
export async function ensureAdministrator(
  store: Store,
  clock: Clock,
  name = 'admin',
  password = randomPassword(),
): Promise<{ created: boolean; password?: string }> {
  await takeOverAccounts(store);
  if ((await findAccount(store, name)) !== null) return { created: false };
  const { user, change } = putUser(clock, name, { role: 'administrator', displayName: 'Administrator' });
  try {
    await store.commit([change, putPassword(clock, user.id, await hashPassword(password), null)]);
  } catch (error) {
    if (error instanceof CommitConflict) return { created: false };
    throw error;
  }
  return { created: true, password };
}

/** Before there were users there were accounts with their passwords in them: they become users of the same ids. */
async function takeOverAccounts(store: Store): Promise<void> {
  for await (const account of all(store, 'account')) {
    const { role, password } = account.spec as { role: CloudRole; password: PasswordHash };
    const user: User = {
      ...(account as User),
      kind: 'user',
      revision: 0,
      spec: { displayName: '', email: null, role, isBlocked: false, language: 'en' },
    };
    const secret: Password = { ...user, kind: passwordKind, name: '', spec: password };
    await store.commit([remove(account), put(user, registry.indexed(user)), put(secret, { keys: [], indexes: { user: user.id } })]);
  }
}

/** A new random password; every session of the account ends. Throws NOT_FOUND. */
export async function resetPassword(store: Store, clock: Clock, name = 'admin'): Promise<{ password: string }> {
  const password = randomPassword();
  const hash = await hashPassword(password);
  for (;;) {
    const user = await findAccount(store, name);
    if (user === null) throw new CloudError('NOT_FOUND', { kind: 'user', ref: name, place: '' });
    try {
      await store.commit([putPassword(clock, user.id, hash, await passwordOf(store, user.id))]);
      await endSessionsOf(store, user.id);
      return { password };
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error;
    }
  }
}
