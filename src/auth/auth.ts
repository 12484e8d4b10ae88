import type { Feed } from '../control/feed.ts';
import type { Change, Store } from '../control/store/store.ts';
import { CloudError } from '../core/errors.ts';
import type { User } from '../kinds/user/user.ts';
import type { Clock } from '../ports/clock.ts';
import { ensureAdministrator, findAccount, resetPassword } from './account.ts';
import type { Identity } from './identity.ts';
import { RightsBook, type Rights } from './rights.ts';
import { mayComeFrom } from './scope.ts';
import { identifyAgent } from './agent-certificate.ts';
import { csrfTokenOf } from './secret.ts';
import { endSession, findSession, newSession } from './session.ts';
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

/** How a session begins. */
interface Beginning {
  readonly method: string;
  /** A second factor is asked of this person, who has none yet: nothing else is possible before. */
  readonly mustEnrol: boolean;
  readonly address: string | null;
  readonly changes: readonly Change[];
}

/** Proves who somebody is, who has logged in (`sign-in.ts`): by session, by token. What they may do is `authorize.ts`. */
export class Auth {
  readonly store: Store;
  readonly clock: Clock;
  readonly tickets: ConsoleTickets;
  readonly rights: RightsBook;
  /** Of the conditions that everybody has to have accepted; 0: there are none. Told by the settings. */
  conditionsVersion: () => number = () => 0;

  /** @param feed what keeps rights fresh; without one they are read for every request. */
  constructor(store: Store, clock: Clock, feed: Feed | null = null) {
    this.store = store;
    this.clock = clock;
    this.tickets = new ConsoleTickets(clock);
    this.rights = new RightsBook(store, feed);
  }

  /** The session of somebody who has proven who they are; `changes` go into the same commit. Throws UNAUTHENTICATED for who is blocked, CommitConflict. */
  async begin(user: User, { method, mustEnrol, address, changes }: Beginning): Promise<LoggedIn> {
    const { session, secret, change } = newSession(this.clock, user.id, { method, mustEnrol, address });
    await this.store.commit([change, ...changes]);
    const rights = await this.rights.fresh(user.id);
    if (rights === null) {
      await endSession(this.store, session.id);
      throw new CloudError('UNAUTHENTICATED', { problem: 'name or password is wrong' });
    }
    const identity = this.#identity(rights, { via: 'session', method, credentialId: session.id, address }, mustEnrol);
    return { identity, secret, csrfToken: csrfTokenOf(secret) };
  }

  /** What proved who this is, proves nothing from now on: the session ends, the person's token is revoked. A host keeps its own. */
  async logOut({ via, credentialId, userId, rights }: Identity, audited: readonly Change[]): Promise<void> {
    if (via === 'session') await endSession(this.store, credentialId, audited);
    if (via === 'token' && rights !== null) await dropToken(this.store, userId, credentialId, audited);
  }

  async bySession(secret: string, address: string | null = null): Promise<Identity | null> {
    const session = await findSession(this.store, this.clock, secret);
    const rights = session === null ? null : await this.rights.of(session.spec.userId);
    if (session === null || rights === null) return null;
    const { method = 'password', mustEnrol = false } = session.spec;
    return this.#identity(rights, { via: 'session', method, credentialId: session.id, address }, mustEnrol);
  }

  /** null for a token that is unknown, revoked, expired, used from elsewhere, or whose owner is gone or blocked. */
  async byToken(secret: string, address: string | null = null): Promise<Identity | null> {
    const token = await findToken(this.store, this.clock, secret);
    if (token === null) return null;
    const { type, owner, host, scope = null, isOneTime = false } = token.spec;
    if (!mayComeFrom(scope, address)) return null;
    const how = { via: 'token', method: 'token', credentialId: token.id, address } as const;
    if (type === 'agent')
      return { userId: token.id, name: host ?? token.name, role: 'agent', rights: null, host, scope: null, pending: null, ...how };
    const rights = await this.rights.of(owner);
    if (rights === null || (isOneTime && !(await useUp(this.store, token)))) return null;
    return { ...this.#identity(rights, how, false), scope, pending: null };
  }

  /** By a certificate that this cloud gave to a host; see {@link identifyAgent}. */
  byAgentCertificate(sha256: string): Promise<Identity | null> {
    return identifyAgent(this.store, this.clock, sha256);
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

  /** Somebody known by other means than a session or a token; null for who is gone or blocked. */
  async person(userId: string, how: Pick<Identity, 'via' | 'method' | 'credentialId' | 'address'>): Promise<Identity | null> {
    const rights = await this.rights.of(userId);
    return rights === null ? null : this.#identity(rights, how, false);
  }

  #identity(rights: Rights, how: Pick<Identity, 'via' | 'method' | 'credentialId' | 'address'>, mustEnrol: boolean): Identity {
    const { userId, role, sources } = rights;
    const user = sources.get(userId) as User;
    const isBehind = (user.spec.acceptedConditions ?? 0) < this.conditionsVersion();
    const pending = isBehind ? 'conditions' : mustEnrol ? 'second-factor' : null;
    return { userId, name: user.name, role, rights, host: null, scope: null, pending, ...how };
  }
}
