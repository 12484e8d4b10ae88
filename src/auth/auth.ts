import type { Store } from '../control/store/store.ts';
import { CloudError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { ensureAdministrator, findAccount, getAccount, resetPassword } from './account.ts';
import { LoginFailures } from './failures.ts';
import type { Identity } from './identity.ts';
import { verifyPassword } from './password.ts';
import { identifyAgent } from './agent-certificate.ts';
import { csrfTokenOf } from './secret.ts';
import { endSession, findSession, startSession } from './session.ts';
import { ConsoleTickets } from './tickets.ts';
import { createToken, dropToken, findToken } from './token.ts';

/** A token that the cloud's own machine keeps. */
export type OwnToken =
  | { readonly role: 'administrator'; readonly name: string; /** Name of the account whose rights it has. */ readonly account: string }
  | { readonly role: 'agent'; readonly name: string; /** Name of the host that it speaks for. */ readonly host: string };

/** Proves who somebody is: by password, by session, by token. What they may do is `authorize.ts`. */
export class Auth {
  readonly store: Store;
  readonly clock: Clock;
  readonly tickets: ConsoleTickets;
  readonly #failures: LoginFailures;

  constructor(store: Store, clock: Clock) {
    this.store = store;
    this.clock = clock;
    this.tickets = new ConsoleTickets(clock);
    this.#failures = new LoginFailures(clock);
  }

  /** A new session. `place`: where the request comes from. Throws UNAUTHENTICATED or RATE_LIMITED. */
  async logIn(name: string, password: string, place: string): Promise<{ identity: Identity; secret: string; csrfToken: string }> {
    const who = `${name}\n${place}`;
    this.#failures.attempt(who);
    const account = await findAccount(this.store, name);
    if (!(await verifyPassword(password, account?.spec.password ?? null)) || account === null) {
      this.#failures.failed(who);
      throw new CloudError('UNAUTHENTICATED', { problem: 'name or password is wrong' });
    }
    this.#failures.succeeded(who);
    const { session, secret } = await startSession(this.store, this.clock, account.id);
    const identity: Identity = { userId: account.id, name, role: account.spec.role, via: 'session', credentialId: session.id, host: null };
    return { identity, secret, csrfToken: csrfTokenOf(secret) };
  }

  async logOut(identity: Identity): Promise<void> {
    if (identity.via === 'session') await endSession(this.store, identity.credentialId);
  }

  async bySession(secret: string): Promise<Identity | null> {
    const session = await findSession(this.store, this.clock, secret);
    const account = session === null ? null : await getAccount(this.store, session.spec.userId);
    if (session === null || account === null) return null;
    return { userId: account.id, name: account.name, role: account.spec.role, via: 'session', credentialId: session.id, host: null };
  }

  /** null for a token that is unknown, revoked, expired, or whose owner is gone. */
  async byToken(secret: string): Promise<Identity | null> {
    const token = await findToken(this.store, this.clock, secret);
    if (token === null) return null;
    const { type, owner, host } = token.spec;
    if (type === 'agent') return { userId: token.id, name: host ?? token.name, role: 'agent', via: 'token', credentialId: token.id, host };
    const account = await getAccount(this.store, owner);
    if (account === null) return null;
    return { userId: account.id, name: account.name, role: account.spec.role, via: 'token', credentialId: token.id, host: null };
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
    await dropToken(this.store, wanted.name);
    if (wanted.role === 'agent') return (await createToken(this.store, this.clock, { name: wanted.name, owner: 'system', host: wanted.host })).secret;
    const account = await findAccount(this.store, wanted.account);
    if (account === null) throw new CloudError('NOT_FOUND', { kind: 'account', ref: wanted.account, place: '' });
    return (await createToken(this.store, this.clock, { name: wanted.name, owner: account.id })).secret;
  }
}
