import { nameKey } from '../../control/registry.ts';
import type { Change } from '../../control/store/store.ts';
import { CloudError } from '../../core/errors.ts';
import { isMailAddress } from '../../core/mail-address.ts';
import { days, hours } from '../../core/units.ts';
import { emailKey, type User } from '../../kinds/user/user.ts';
import { passwordOf } from '../account.ts';
import { Allowance } from '../allowance.ts';
import { linksOf } from '../link.ts';
import { passwordResetMail } from '../mail/account-mails.ts';
import { dropLinksOf, issueLink } from '../one-time-link.ts';
import { hashPassword } from '../password.ts';
import type { Visit } from '../sign-in.ts';
import { decided, deed, linkHolderAt, strangerAt, type Actor, type FlowDeps } from './flow.ts';
import { passwordIn, type LinkPurpose } from './mailed-links.ts';
import { checkPassword, putInPlace } from './passwords.ts';

/** How long a link is good that somebody has asked for, and one that an administrator has made. */
const resetMs = 1 * hours;
const givenMs = 3 * days;

/** In place of what is done for those who are there: as much is written for those who are not. */
export function decoy(clock: Parameters<typeof issueLink>[0]): Change {
  return issueLink(clock, { purpose: 'none', userId: null, lifetimeMs: 0 }).change;
}

/** Forgotten passwords, by mail. */
export class PasswordResets {
  readonly #deps: FlowDeps;
  readonly #fromAddress: Allowance;
  readonly #toUser: Allowance;

  constructor(deps: FlowDeps) {
    const { clock } = deps.identity.auth;
    this.#deps = deps;
    this.#fromAddress = new Allowance(clock, 100, 1 * hours);
    this.#toUser = new Allowance(clock, 3, 1 * hours);
  }

  /**
   * Somebody has forgotten the password of the account with this log-in name or e-mail address. Whether there is one,
   * whether a mail is sent: the same is read, written and answered. Throws RATE_LIMITED.
   */
  async request(ref: string, visit: Visit): Promise<void> {
    const { auth, post } = this.#deps.identity;
    const { store, clock } = auth;
    if (!this.#fromAddress.take(visit.address ?? 'local')) throw new CloudError('RATE_LIMITED', { retryAfterSeconds: 60 });
    await decided(store, async () => {
      const [byName, byEmail] = await Promise.all([store.getByKey('user', nameKey(null, ref)), store.getByKey('user', emailKey(ref))]);
      const found = (byName ?? byEmail) as User | null;
      const id = found?.id ?? 'usr-nobody';
      const [password, outside, earlier] = await Promise.all([passwordOf(store, id), linksOf(store, id), dropLinksOf(store, id, 'reset-password')]);
      // Who logs in elsewhere only gets no password here by this: what is ended there would go on here.
      const hasLocal = password !== null || outside.length === 0;
      const user = found !== null && hasLocal && !found.spec.isBlocked && this.#toUser.take(id) ? found : null;
      const email = user?.spec.email ?? null;
      const isSent = post.canSend && email !== null && isMailAddress(email);
      const issued = issueLink(
        clock,
        isSent ? { purpose: 'reset-password', userId: id, lifetimeMs: resetMs } : { purpose: 'none', userId: null, lifetimeMs: 0 },
      );
      const mail = post.canSend ? this.#mail(isSent ? email : 'nobody@example.org', user, issued) : decoy(clock);
      const audit = deed(clock, strangerAt(visit, ref), 'password-reset.create', user, { isSent });
      return { result: null, changes: [issued.change, audit, ...(isSent ? [mail, ...earlier] : [decoy(clock)])] };
    });
  }

  #mail(email: string, user: User | null, { link, secret }: ReturnType<typeof issueLink>): Change {
    const { post } = this.#deps.identity;
    const mail = passwordResetMail({ ...post.to(email, user?.name ?? null), link: post.link(secret), validMs: resetMs }, user?.spec.language ?? 'en');
    return post.put(mail, 'reset-password', link.spec.expiresAt);
  }
}

/** For who gets no mail: an administrator hands it over. Earlier ones are worthless. Throws MAIL_NOT_SET without `site.url`. */
export async function makePasswordLink({ identity }: FlowDeps, actor: Actor, user: User): Promise<{ url: string; expiresAt: string }> {
  const { auth, post } = identity;
  const { store, clock } = auth;
  const { result } = await decided(store, async () => {
    const purpose = (await passwordOf(store, user.id)) === null ? 'set-password' : 'reset-password';
    const { link, secret, change } = issueLink(clock, { purpose, userId: user.id, lifetimeMs: givenMs });
    const earlier = await Promise.all((['set-password', 'reset-password'] as const).map((each) => dropLinksOf(store, user.id, each)));
    const changes = [change, ...earlier.flat(), deed(clock, actor, 'user.make-password-link', user)];
    return { result: { url: post.link(secret), expiresAt: link.spec.expiresAt }, changes };
  });
  return result;
}

/** Sets the password, ends all sessions, and lets nobody in by itself: who has a second factor is still asked for it. */
export function passwordPurpose(deps: FlowDeps): LinkPurpose {
  return {
    show: async (link, user) =>
      user && {
        says: link.spec.purpose === 'set-password' ? 'Choose a password for your account.' : 'Choose a new password for your account.',
        user: user.name,
        needs: { password: true },
      },
    async use({ link, user, input, visit, again }) {
      if (user === null) throw new CloudError('LINK_OVER');
      const password = passwordIn(input);
      checkPassword(deps, password, { name: user.name, email: user.spec.email });
      // Using it up goes with the link's own removal: a new password makes all such links worthless.
      await putInPlace(deps, user, await hashPassword(password), linkHolderAt(visit, user, link.id), 'one-time-link.use', null, async () => {
        await again();
        return [];
      });
      deps.identity.signIn.provenByLink(user, visit);
      return '/log-in';
    },
  };
}
