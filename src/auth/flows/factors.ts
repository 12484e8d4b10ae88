import type { Change } from '../../control/store/store.ts';
import { CloudError } from '../../core/errors.ts';
import type { User } from '../../kinds/user/user.ts';
import { isoTime } from '../../ports/clock.ts';
import type { Identity } from '../identity.ts';
import { factorChangedMail, type FactorChange } from '../mail/account-mails.ts';
import type { Passkey, Passkeys } from '../passkey.ts';
import { remove } from '../records.ts';
import { enrolled, sessionKind, sessionsOf, type Session } from '../session.ts';
import type { Visit } from '../sign-in.ts';
import { confirmTotp, findTotp, renewRecoveryCodes, startTotp } from '../totp.ts';
import { actorOf, decided, deed, type Actor, type FlowDeps } from './flow.ts';
import { otherWayIn } from './ways-in.ts';

/** How people make, and take away, what is asked beside the password. Each change is told by mail. */
export class Factors {
  readonly #deps: FlowDeps;

  constructor(deps: FlowDeps) {
    this.#deps = deps;
  }

  /** Not a factor yet. Throws NAME_TAKEN when there is one. */
  async startTotp(identity: Identity, user: User, visit: Visit): Promise<{ secret: string; uri: string }> {
    const { auth, box, settings } = this.#deps.identity;
    const { result } = await decided(auth.store, async () => {
      const { change, ...shown } = await startTotp(auth.store, auth.clock, box, user, settings.current.site.name);
      return { result: shown, changes: [change, deed(auth.clock, actorOf(identity, visit.requestId), 'account.set-totp', user, { step: 'begun' })] };
    });
    return result;
  }

  /** The session that had to have one is free from now on. Throws INPUT_INVALID. */
  async confirmTotp(identity: Identity, user: User, code: string, visit: Visit): Promise<string[]> {
    const { auth, box } = this.#deps.identity;
    const { result } = await decided(auth.store, async () => {
      const confirmed = await confirmTotp(auth.store, auth.clock, box, user.id, code);
      if (confirmed === null) throw wrongCode();
      const changes = [confirmed.change, ...(await this.#freed(identity)), ...this.#told(actorOf(identity, visit.requestId), user, 'app-added')];
      return { result: confirmed.recoveryCodes, changes };
    });
    return result;
  }

  /** `code`: of the app, or one of those that are left. Throws INPUT_INVALID, RATE_LIMITED. */
  async renewRecoveryCodes(identity: Identity, user: User, code: string, visit: Visit): Promise<string[]> {
    const { auth } = this.#deps.identity;
    await this.#prove(user, code, visit);
    const { result } = await decided(auth.store, async () => {
      const renewed = await renewRecoveryCodes(auth.store, auth.clock, user.id);
      if (renewed === null) throw wrongCode();
      const audit = deed(auth.clock, actorOf(identity, visit.requestId), 'account.set-totp', user, { step: 'new recovery codes' });
      return { result: renewed.recoveryCodes, changes: [renewed.change, audit] };
    });
    return result;
  }

  async removeTotp(identity: Identity, user: User, code: string, visit: Visit): Promise<void> {
    const { store } = this.#deps.identity.auth;
    await this.#prove(user, code, visit);
    await decided(store, async () => {
      const totp = await findTotp(store, user.id);
      if (totp === null) throw wrongCode();
      return { result: null, changes: [remove(totp), ...this.#told(actorOf(identity, visit.requestId), user, 'app-removed')] };
    });
  }

  startPasskey(identity: Identity, user: User, site: Parameters<Passkeys['startRegistration']>[1]) {
    const { passkeys, settings } = this.#deps.identity;
    const { id, name, spec } = user;
    return passkeys.startRegistration({ id, name, displayName: spec.displayName || name }, site, settings.current.site.name, identity.credentialId);
  }

  /** Throws INPUT_INVALID. */
  async addPasskey(
    identity: Identity,
    user: User,
    { attempt, name, response }: { attempt: string; name: string; response: Parameters<Passkeys['finishRegistration']>[3] },
    visit: Visit,
  ): Promise<Passkey> {
    const { auth, passkeys } = this.#deps.identity;
    const made = await passkeys.finishRegistration(attempt, identity.credentialId, name, response);
    if ('refused' in made) throw new CloudError('INPUT_INVALID', { where: 'response', problem: 'the passkey was not accepted' });
    await decided(auth.store, async () => {
      if ((await auth.store.getByKey('passkey', `credential/${made.passkey.spec.credentialId}`)) !== null)
        throw new CloudError('INPUT_INVALID', { where: 'response', problem: 'the passkey was not accepted' });
      const told = this.#told(actorOf(identity, visit.requestId), user, 'passkey-added');
      return { result: null, changes: [made.change, ...(await this.#freed(identity)), ...told] };
    });
    return made.passkey;
  }

  /** Throws NOT_FOUND. */
  async renamePasskey(identity: Identity, user: User, id: string, name: string, visit: Visit): Promise<void> {
    const { auth, passkeys } = this.#deps.identity;
    await decided(auth.store, async () => {
      const change = await passkeys.rename(user.id, id, name);
      if (change === null) throw noPasskey(id);
      return {
        result: null,
        changes: [change, deed(auth.clock, actorOf(identity, visit.requestId), 'account.set-passkeys', user, { step: 'renamed' })],
      };
    });
  }

  /** Throws NOT_FOUND, LAST_WAY_IN. */
  async removePasskey(identity: Identity, user: User, id: string, visit: Visit): Promise<void> {
    const { auth, passkeys } = this.#deps.identity;
    await decided(auth.store, async () => {
      const change = await passkeys.remove(user.id, id);
      if (change === null) throw noPasskey(id);
      const other = await otherWayIn(auth.store, passkeys, user, id);
      return { result: null, changes: [change, other, ...this.#told(actorOf(identity, visit.requestId), user, 'passkey-removed')] };
    });
  }

  /** For who has lost the telephone: an administrator takes all of it away, and every session with it. */
  async reset(actor: Actor, user: User): Promise<void> {
    const { auth, passkeys } = this.#deps.identity;
    const { store, clock } = auth;
    await decided(store, async () => {
      const totp = await findTotp(store, user.id);
      const keys = await passkeys.listOf(user.id);
      const sessions = await sessionsOf(store, user.id);
      const mails = [
        ...(totp?.spec.isConfirmed === true ? (['app-removed'] as const) : []),
        ...(keys.length > 0 ? (['passkey-removed'] as const) : []),
      ];
      const audit = deed(clock, actor, 'user.reset-second-factor', user, { app: totp !== null, passkeys: keys.length });
      const gone = [...(totp === null ? [] : [totp]), ...keys, ...sessions].map(remove);
      return { result: null, changes: [...gone, ...mails.flatMap((change) => this.#mails(actor, user, change)), audit] };
    });
  }

  async #prove(user: User, code: string, visit: Visit): Promise<void> {
    if (!(await this.#deps.identity.signIn.provesCode(user, code, visit))) throw wrongCode();
  }

  async #freed({ credentialId }: Identity): Promise<Change[]> {
    const { store, clock } = this.#deps.identity.auth;
    const session = (await store.get(sessionKind, credentialId)) as Session | null;
    const change = session === null ? null : enrolled(clock, session);
    return change === null ? [] : [change];
  }

  #told(actor: Actor, user: User, change: FactorChange): Change[] {
    const action = change.startsWith('app') ? 'account.set-totp' : 'account.set-passkeys';
    return [deed(this.#deps.identity.auth.clock, actor, action, user, { step: change }), ...this.#mails(actor, user, change)];
  }

  #mails({ origin }: Actor, user: User, change: FactorChange): Change[] {
    const { auth, post } = this.#deps.identity;
    const at = isoTime(auth.clock.now());
    return post.notice(user, 'factor-changed', (to, language) =>
      factorChangedMail({ ...to, change, at, address: origin.address ?? 'local' }, language),
    );
  }
}

function wrongCode(): CloudError {
  return new CloudError('INPUT_INVALID', { where: 'code', problem: 'is wrong, or was used already' });
}

function noPasskey(id: string): CloudError {
  return new CloudError('NOT_FOUND', { kind: 'passkey', ref: id, place: '' });
}
