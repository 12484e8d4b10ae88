import { CommitConflict, type Store } from '../control/store/store.ts';
import { CloudError } from '../core/errors.ts';
import type { Resource } from '../core/resource.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import type { Role } from './matrix.ts';
import { hashPassword, randomPassword, type PasswordHash } from './password.ts';
import { newRecord, put } from './records.ts';
import { endSessionsOf } from './session.ts';

export const accountKind = 'account';

export interface AccountSpec {
  readonly role: Role;
  readonly password: PasswordHash;
}
export type Account = Resource<AccountSpec>;

const nameKey = (name: string) => `name/${name}`;
const indexed = (account: Account) => ({ keys: [nameKey(account.name)], indexes: {} });

export async function findAccount(store: Store, name: string): Promise<Account | null> {
  return (await store.getByKey(accountKind, nameKey(name))) as Account | null;
}

export async function getAccount(store: Store, id: string): Promise<Account | null> {
  return (await store.get(accountKind, id)) as Account | null;
}

/** The first account; its password, random where none is given, is told this once. Found at every later start. */
export async function ensureAdministrator(
  store: Store,
  clock: Clock,
  name = 'admin',
  password = randomPassword(),
): Promise<{ created: boolean; password?: string }> {
  if ((await findAccount(store, name)) !== null) return { created: false };
  const account: Account = newRecord(clock, accountKind, 'usr', name, 'system', { role: 'administrator', password: await hashPassword(password) });
  try {
    await store.commit([put(account, indexed(account))]);
  } catch (error) {
    if (error instanceof CommitConflict) return { created: false };
    throw error;
  }
  return { created: true, password };
}

/** A new random password; every session of the account ends. Throws NOT_FOUND. */
export async function resetPassword(store: Store, clock: Clock, name = 'admin'): Promise<{ password: string }> {
  const password = randomPassword();
  const hash = await hashPassword(password);
  for (;;) {
    const account = await findAccount(store, name);
    if (account === null) throw new CloudError('NOT_FOUND', { kind: accountKind, ref: name, place: '' });
    const changed: Account = {
      ...account,
      generation: account.generation + 1,
      updatedAt: isoTime(clock.now()),
      spec: { ...account.spec, password: hash },
    };
    try {
      await store.commit([put(changed, indexed(changed))]);
      await endSessionsOf(store, account.id);
      return { password };
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error;
    }
  }
}
