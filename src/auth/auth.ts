import type { Feed } from '../control/feed.ts';
import type { Store } from '../control/store/store.ts';
import { CloudError } from '../core/errors.ts';
import type { User } from '../kinds/user/user.ts';
import type { Clock } from '../ports/clock.ts';
import { ensureAdministrator, findAccount, passwordOf, resetPassword } from './account.ts';
import { LoginFailures } from './failures.ts';
import type { Identity } from './identity.ts';
import { verifyPassword } from './password.ts';
import { RightsBook } from './rights.ts';
import { mayComeFrom } from './scope.ts';
import { csrfTokenOf } from './secret.ts';
import { endSession, findSession, startSession } from './session.ts';
import { ConsoleTickets } from './tickets.ts';
import { createToken, dropToken, findToken, useUp } from './token.ts';

/** A token that the cloud's own machine keeps. */
export type OwnToken =
  | { readonly role: 'administrator'; readonly name: string; /** Name of the user whose rights it has. */ readonly account: string }
  | { readonly role: 'agent'; readonly name: string; /** Name of the host that it speaks for. */ readonly host: string };

/** A log-in that succeeded: what the browser, or the command line, goes on with. */
export interface LoggedIn {
  readonly identity: Identity;
  readonly secret: string;
  readonly csrfToken: string;
}

/** Proves who somebody is: by password, by session, by token. What they may do is `authorize.ts`. */
export class Auth {
  readonly store: Store;
  readonly clock: Clock;
  readonly tickets: ConsoleTickets;
  readonly rights: RightsBook;
  readonly #failures: LoginFailures;

  /** @param feed what keeps rights fresh; without one they are read for every request. */
  constructor(store: Store, clock: Clock, feed: Feed | null = null) {
    this.store = store;
    this.clock = clock;
    this.tickets = new ConsoleTickets(clock);
    this.rights = new RightsBook(store, feed);
    this.#failures = new LoginFailures(clock);
  }

  /** A new session. `place`: where the request comes from. Throws UNAUTHENTICATED or RATE_LIMITED. */
  async logIn(name: string, password: string, place: string): Promise<LoggedIn> {
    this.#failures.attempt(name, place);
    const user = await findAccount(this.store, name);
    const kept = user === null ? null : await passwordOf(this.store, user.id);
    if (!(await verifyPassword(password, kept?.spec ?? null)) || user === null || kept === null || user.spec.isBlocked) {
      this.#failures.failed(name, place);
      throw new CloudError('UNAUTHENTICATED', { problem: 'name or password is wrong' });
    }
    this.#failures.succeeded(name, place);
    return this.begin(user, 'password', place);
  }

  /** The session of somebody who has proven who they are. Throws UNAUTHENTICATED for who is blocked. */
  async begin(user: User, method: string, address: string | null): Promise<LoggedIn> {
    const rights = await this.rights.fresh(user.id);
    if (rights === null) throw new CloudError('UNAUTHENTICATED', { problem: 'this account is gone or blocked' });
    const { session, secret } = await startSession(this.store, this.clock, user.id, method);
    const identity = identityOf(user.name, rights, { via: 'session', method, credentialId: session.id, address });
    return { identity, secret, csrfToken: csrfTokenOf(secret) };
  }

  async logOut(identity: Identity): Promise<void> {
    if (identity.via === 'session') await endSession(this.store, identity.credentialId);
  }

  async bySession(secret: string, address: string | null = null): Promise<Identity | null> {
    const session = await findSession(this.store, this.clock, secret);
    const rights = session === null ? null : await this.rights.of(session.spec.userId);
    if (session === null || rights === null) return null;
    const { method = 'password' } = session.spec;
    return identityOf(nameIn(rights), rights, { via: 'session', method, credentialId: session.id, address });
  }

  /** null for a token that is unknown, revoked, expired, used from elsewhere, or whose owner is gone or blocked. */
  async byToken(secret: string, address: string | null = null): Promise<Identity | null> {
    const token = await findToken(this.store, this.clock, secret);
    if (token === null) return null;
    const { type, owner, host, scope = null, isOneTime = false } = token.spec;
    if (!mayComeFrom(scope, address)) return null;
    const how = { via: 'token', method: 'token', credentialId: token.id, address } as const;
    if (type === 'agent') return { userId: token.id, name: host ?? token.name, role: 'agent', rights: null, host, scope: null, ...how };
    const rights = await this.rights.of(owner);
    if (rights === null || (isOneTime && !(await useUp(this.store, token)))) return null;
    return { ...identityOf(nameIn(rights), rights, how), scope };
  }

  /** The first account; its password, random where none is wanted, is told only when this call made it. */
  async ensureAdministrator(name = 'admin', wanted?: string): Promise<{ created: boolean; password: string | null }> {
    const { created, password = null } = await ensureAdministrator(this.store, this.clock, name, wanted);
    return { created, password };
  }

  /** A new random password; every session of the account ends. Throws NOT_FOUND. */
  async resetPassword(name = 'admin'): Promise<string> {
    return (await resetPassword(this.store, this.clock, name)).password;
  }

  /** The secret of a new token; one of the same name, whose secret got lost, is revoked. Throws NOT_FOUND for an unknown account. */
  async createToken(wanted: OwnToken): Promise<string> {
    await dropToken(this.store, 'system', wanted.name);
    if (wanted.role === 'agent') return (await createToken(this.store, this.clock, { name: wanted.name, owner: 'system', host: wanted.host })).secret;
    const user = await findAccount(this.store, wanted.account);
    if (user === null) throw new CloudError('NOT_FOUND', { kind: 'user', ref: wanted.account, place: '' });
    await dropToken(this.store, user.id, wanted.name);
    return (await createToken(this.store, this.clock, { name: wanted.name, owner: user.id })).secret;
  }
}

type Rights = NonNullable<Identity['rights']>;

function identityOf(name: string, rights: Rights, how: Pick<Identity, 'via' | 'method' | 'credentialId' | 'address'>): Identity {
  return { userId: rights.userId, name, role: rights.role, rights, host: null, scope: null, ...how };
}

/** Log-in names do not change. */
function nameIn({ userId, sources }: Rights): string {
  return sources.get(userId)?.name ?? '';
}
