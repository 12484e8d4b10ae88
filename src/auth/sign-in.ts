import { auditChange, type Origin } from '../control/audit-entry.ts';
import { CommitConflict, type Change } from '../control/store/store.ts';
import { DriverError } from '../core/driver-error.ts';
import { CloudError } from '../core/errors.ts';
import type { User } from '../kinds/user/user.ts';
import { isoTime } from '../ports/clock.ts';
import type { ExternalIdentity } from '../ports/identity.ts';
import { findAccount, passwordOf, putPassword, type Password } from './account.ts';
import type { Auth, LoggedIn } from './auth.ts';
import { LoginFailures } from './failures.ts';
import { factorChangedMail } from './mail/account-mails.ts';
import type { Post } from './mail/post.ts';
import { userOf } from './outside-user.ts';
import type { Methods } from './methods.ts';
import type { Passkeys } from './passkey.ts';
import { hashPassword, needsRehash, verifyPassword } from './password.ts';
import { factorsOf, HalfWayIn, type Factor, type HalfWay } from './second-factor.ts';
import type { SecretBox } from './secret-box.ts';
import type { Settings } from './settings/settings.ts';
import type { OutsideMethod } from './settings/schema.ts';
import { useCode } from './totp.ts';

export interface SignInDeps {
  readonly auth: Auth;
  readonly settings: Settings;
  readonly methods: Methods;
  readonly passkeys: Passkeys;
  readonly box: SecretBox;
  readonly post: Post;
  /** Somebody should hear that guessing goes on at their account. Must not throw. */
  onLocked?(user: User): void;
}

/** Where a request to log in comes from. */
export interface Visit {
  /** null on the cloud's own socket. */
  readonly address: string | null;
  readonly requestId: string;
}

export type Outcome =
  | { readonly type: 'in'; readonly loggedIn: LoggedIn }
  /** `attempt` is to be sent back with the second factor, within five minutes. */
  | { readonly type: 'second-factor'; readonly attempt: string; readonly factors: readonly Factor[] };

const wrong = () => new CloudError('UNAUTHENTICATED', { problem: 'name or password is wrong' });

/** How somebody gets in: by the methods of the settings, in their order. What follows (sessions, tokens) is {@link Auth}. */
export class SignIn {
  readonly #deps: SignInDeps;
  readonly #failures: LoginFailures;
  readonly #halfWay: HalfWayIn;

  constructor(deps: SignInDeps) {
    this.#deps = deps;
    this.#failures = new LoginFailures(deps.auth.clock);
    this.#halfWay = new HalfWayIn(deps.auth.clock);
  }

  /**
   * By name and password: the first method that accepts them, in the order of the settings. A directory that is down is
   * passed over, and told only when nobody else accepts. Throws UNAUTHENTICATED, RATE_LIMITED, UNAVAILABLE, LINK_NEEDED.
   */
  async withPassword(name: string, password: string, visit: Visit): Promise<Outcome> {
    const place = visit.address ?? 'local';
    this.#failures.attempt(name, place);
    let isDown: DriverError | null = null;
    try {
      // The empty password is an anonymous bind to some directories: it proves nothing.
      for (const { type, name: methodName } of password === '' ? [] : this.#deps.methods.order) {
        try {
          const outcome = await this.#by(type, methodName, name, password, visit);
          if (outcome === null) continue;
          this.#failures.succeeded(name, place);
          return outcome;
        } catch (error) {
          if (!(error instanceof DriverError)) throw error;
          isDown = error;
        }
      }
    } catch (error) {
      this.#failures.failed(name, place);
      throw error;
    }
    await this.#failed(name, place);
    if (isDown !== null) throw new CloudError('UNAVAILABLE', { what: 'A directory that people log in with', problem: isDown.message });
    throw wrong();
  }

  /** The second factor of a log-in that waits for it. Throws UNAUTHENTICATED, RATE_LIMITED. */
  async withCode(attempt: string, code: string, visit: Visit): Promise<LoggedIn> {
    const { auth, box } = this.#deps;
    const half = this.#halfWay.find(attempt);
    if (half === null) throw new CloudError('UNAUTHENTICATED', { problem: 'this log-in was begun too long ago: begin again' });
    const who = `code of ${half.user.name}`;
    this.#failures.attempt(who, visit.address ?? 'local');
    const used = await useCode(auth.store, auth.clock, box, half.user.id, code);
    const loggedIn =
      used === null
        ? null
        : await this.#begin(alongWith(half, [used.change, ...this.#tellUse(half.user, used.by, visit)]), visit, used.by).catch(nullIfUsed);
    if (loggedIn === null) {
      this.#failures.failed(who, visit.address ?? 'local');
      throw new CloudError('UNAUTHENTICATED', { problem: 'the code is wrong, or was used already' });
    }
    this.#failures.succeeded(who, visit.address ?? 'local');
    this.#halfWay.end(attempt);
    return loggedIn;
  }

  /** What the browser is asked for: with `attempt`, the second factor of that log-in; otherwise a passkey alone. */
  async startPasskey(site: Parameters<Passkeys['startLogIn']>[0], attempt: string | null) {
    const half = attempt === null ? null : this.#halfWay.find(attempt);
    if (attempt !== null && half === null) throw new CloudError('UNAUTHENTICATED', { problem: 'this log-in was begun too long ago: begin again' });
    return this.#deps.passkeys.startLogIn(site, half?.user.id ?? null);
  }

  async withPasskey(
    passkeyAttempt: string,
    response: Parameters<Passkeys['finishLogIn']>[1],
    attempt: string | null,
    visit: Visit,
  ): Promise<LoggedIn> {
    const { auth, passkeys } = this.#deps;
    const half = attempt === null ? null : this.#halfWay.find(attempt);
    const found = await passkeys.finishLogIn(passkeyAttempt, response);
    const user = 'refused' in found ? null : ((await auth.store.get('user', found.userId)) as User | null);
    const isTheirs = attempt === null || half?.user.id === user?.id;
    if ('refused' in found || user === null || !isTheirs) throw new CloudError('UNAUTHENTICATED', { problem: 'the passkey was not accepted' });
    const loggedIn = await this.#begin(alongWith(half ?? { user, method: 'passkey', changes: [] }, [found.change]), visit, 'passkey').catch(
      nullIfUsed,
    );
    if (loggedIn === null) throw new CloudError('UNAUTHENTICATED', { problem: 'the passkey was not accepted' });
    if (attempt !== null) this.#halfWay.end(attempt);
    return loggedIn;
  }

  /** Somebody whom a provider, or an authority's certificate, has vouched for: no second factor of ours is asked for. */
  async outside(method: OutsideMethod, identity: ExternalIdentity, visit: Visit): Promise<LoggedIn> {
    const { user, changes } = await userOf(this.#deps.auth.store, this.#deps.auth.clock, method, identity);
    return this.#begin({ user, method: `${method.type}:${method.name}`, changes }, visit, null);
  }

  /** Whoever it is that presents these certificates. Throws UNAUTHENTICATED with what each method says. */
  async withCertificates(presented: readonly Buffer[], visit: Visit): Promise<LoggedIn> {
    if (presented.length === 0) throw new CloudError('UNAUTHENTICATED', { problem: 'no certificate was presented' });
    const reasons: string[] = [];
    for (const { method, verifier } of this.#deps.methods.certificates) {
      const answer = await verifier.identify(presented);
      if (answer.type === 'refused') reasons.push(answer.reason);
      else return this.outside(method, await this.#withDirectory(answer.identity), visit);
    }
    throw new CloudError('UNAUTHENTICATED', { problem: reasons.length === 0 ? 'certificates are not a way in here' : reasons.join('; ') });
  }

  /** Whoever is in proves it once more. Counts as a log-in does: a session that somebody left open is no place to guess from. Throws RATE_LIMITED. */
  provesPassword(user: User, password: string, visit: Visit): Promise<boolean> {
    return this.#counted(`password of ${user.name}`, visit, async () =>
      verifyPassword(password, (await passwordOf(this.#deps.auth.store, user.id))?.spec ?? null),
    );
  }

  /** The same with a code, which is used up by it. */
  provesCode(user: User, code: string, visit: Visit): Promise<boolean> {
    const { auth, box } = this.#deps;
    return this.#counted(`code of ${user.name}`, visit, async () => {
      const used = await useCode(auth.store, auth.clock, box, user.id, code);
      return used !== null && (await auth.store.commit([used.change]).then(() => true, nullIfUsed)) === true;
    });
  }

  /** Who somebody is in a directory, by name and password there; null: it does not say. Throws NOT_FOUND, RATE_LIMITED, DriverError. */
  async inDirectory(methodName: string, name: string, password: string, visit: Visit): Promise<ExternalIdentity | null> {
    const { directory } = this.#deps.methods.directory(methodName);
    let identity: ExternalIdentity | null = null;
    await this.#counted(name, visit, async () => {
      const answer = password === '' ? null : await directory.logIn(name, password);
      if (answer?.type === 'found') ({ identity } = answer);
      return identity !== null;
    });
    return identity;
  }

  /** A mailed link has proven that the account is theirs: who guesses at it holds them up no longer, there. */
  provenByLink(user: User, { address }: Visit): void {
    this.#failures.proven(user.name, address ?? 'local');
  }

  async #counted(who: string, { address }: Visit, prove: () => Promise<boolean>): Promise<boolean> {
    const place = address ?? 'local';
    this.#failures.attempt(who, place);
    let isRight = false;
    try {
      isRight = await prove();
    } finally {
      if (isRight) this.#failures.succeeded(who, place);
      else this.#failures.failed(who, place);
    }
    return isRight;
  }

  /** null: this method does not accept them. */
  async #by(type: string, methodName: string, name: string, password: string, visit: Visit): Promise<Outcome | null> {
    for (let tries = 1; ; tries++) {
      const found =
        type === 'local' ? await this.#local(name, password) : type === 'ldap' ? await this.#byDirectory(methodName, name, password) : null;
      if (found === null) return null;
      try {
        return await this.#secondFactor(found, visit);
      } catch (error) {
        // Something of theirs has changed since it was read, the password perhaps.
        if (!(error instanceof CommitConflict)) throw error;
        if (tries === 3) throw new CloudError('CONFLICT', { what: 'this account' });
      }
    }
  }

  async #local(name: string, password: string): Promise<HalfWay | null> {
    const { store, clock } = this.#deps.auth;
    const user = await findAccount(store, name);
    const kept = user === null ? null : await passwordOf(store, user.id);
    // Nobody of that name takes as long as a wrong password.
    const isRight = await verifyPassword(password, kept?.spec ?? null);
    if (!isRight || user === null || kept === null || user.spec.isBlocked) return null;
    return { user, method: 'password', changes: [await stillThis(clock, user, kept, password)] };
  }

  async #byDirectory(methodName: string, name: string, password: string): Promise<HalfWay | null> {
    const { auth, methods } = this.#deps;
    const { method, directory } = methods.directory(methodName);
    const answer = await directory.logIn(name, password);
    // Locked, not in the group: told like a wrong password, or it would say who is in the directory. `auth explain` says it.
    if (answer.type !== 'found') return null;
    const { user, changes } = await userOf(auth.store, auth.clock, method, answer.identity);
    return user.spec.isBlocked ? null : { user, method: `ldap:${method.name}`, changes };
  }

  /** A certificate's subject may stand in a directory (`seeAlso`), which then says in which groups the person is. */
  async #withDirectory(identity: ExternalIdentity): Promise<ExternalIdentity> {
    for (const { directory } of this.#deps.methods.directories) {
      const answer = await directory.byCertificateSubject(identity.subject).catch(() => null);
      if (answer?.type !== 'found') continue;
      const { userName, displayName, email, groups } = answer.identity;
      return { ...identity, userName: userName ?? identity.userName, displayName, email, groups: [...identity.groups, ...groups] };
    }
    return identity;
  }

  async #secondFactor(half: HalfWay, visit: Visit): Promise<Outcome> {
    const { auth, passkeys } = this.#deps;
    const factors = await factorsOf(auth.store, passkeys, half.user.id);
    if (factors.length === 0) return { type: 'in', loggedIn: await this.#begin(half, visit, null) };
    return { type: 'second-factor', attempt: this.#halfWay.begin(half), factors };
  }

  async #begin({ user, method, changes }: HalfWay, { address, requestId }: Visit, factor: string | null): Promise<LoggedIn> {
    const { auth, settings } = this.#deps;
    const origin: Origin = { name: user.name, method, credentialId: null, address };
    const audit = auditChange(auth.clock, {
      action: 'session.create',
      userId: user.id,
      requestId,
      origin,
      subjects: [{ kind: 'user', id: user.id, name: user.name, project: null }],
      ...(factor === null ? {} : { details: { factor } }),
    });
    const { requiredFor } = settings.current.secondFactor;
    const isAsked = requiredFor === 'everybody' || (requiredFor === 'administrators' && user.spec.role === 'administrator');
    // Who comes by a provider or a certificate has proven more than a password there.
    const mustEnrol = isAsked && factor === null && (method === 'password' || method.startsWith('ldap:'));
    return auth.begin(user, { method, mustEnrol, address, changes: [...changes, audit] });
  }

  #tellUse(user: User, by: 'code' | 'recovery-code', { address }: Visit): Change[] {
    if (by === 'code') return [];
    const { auth, post } = this.#deps;
    const at = isoTime(auth.clock.now());
    return post.notice(user, 'factor-changed', (to, language) =>
      factorChangedMail({ ...to, change: 'recovery-code-used', at, address: address ?? 'local' }, language),
    );
  }

  async #failed(name: string, place: string): Promise<void> {
    const { isLocked } = this.#failures.failed(name, place);
    if (!isLocked) return;
    const user = await findAccount(this.#deps.auth.store, name);
    if (user !== null) this.#deps.onLocked?.(user);
  }
}

/** Nobody gets in by a password that is changed at that moment; one taken over from older software is kept as ours from its first use on. */
async function stillThis(clock: Auth['clock'], user: User, kept: Password, password: string): Promise<Change> {
  if (needsRehash(kept.spec)) return putPassword(clock, user.id, await hashPassword(password), kept);
  return { op: 'unchanged', kind: kept.kind, id: kept.id, expectedRevision: kept.revision };
}

function alongWith(half: HalfWay, changes: readonly Change[]): HalfWay {
  return { ...half, changes: [...half.changes, ...changes] };
}

/** The same code or passkey was used at the same moment: one of them gets in. */
function nullIfUsed(error: unknown): null {
  if (error instanceof CommitConflict) return null;
  throw error;
}
