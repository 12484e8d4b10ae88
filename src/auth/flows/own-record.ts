import { admit } from '../../control/admission.ts';
import { CloudError } from '../../core/errors.ts';
import { days } from '../../core/units.ts';
import { emailKey, type User } from '../../kinds/user/user.ts';
import { emailChangeConfirmMail, emailChangeNoticeMail } from '../mail/account-mails.ts';
import { addressKnownMail } from '../mail/registration-mails.ts';
import { dropLinksOf, issueLink } from '../one-time-link.ts';
import { decided, decidedCaller, deed, type Actor, type FlowDeps } from './flow.ts';

export const emailLinkMs = 1 * days;

/** Throws INPUT_INVALID for a version that is not the one that holds. */
export async function acceptConditions({ cloud, identity }: FlowDeps, actor: Actor, userId: string, version: number): Promise<void> {
  const current = identity.settings.current.conditions?.version ?? 0;
  if (version !== current) throw new CloudError('INPUT_INVALID', { where: 'version', problem: `is not the one that holds now, which is ${current}` });
  await admit(cloud, decidedCaller(actor), async (admission) => {
    const user = (await admission.get('user', userId)) as User | null;
    if (user === null) throw new CloudError('NOT_FOUND', { kind: 'user', ref: userId, place: '' });
    if ((user.spec.acceptedConditions ?? 0) >= version) return;
    admission.change(user, 'accept-conditions', { spec: { ...user.spec, acceptedConditions: version } });
    admission.tell({ version });
  });
}

/**
 * The new address is asked by mail, the old one told. An address that somebody has already is answered alike, and
 * its owner told. Throws MAIL_NOT_SET.
 */
export async function askForEmail({ identity }: FlowDeps, actor: Actor, user: User, email: string): Promise<void> {
  const { auth, post } = identity;
  const { store, clock } = auth;
  post.mustSend();
  const { language } = user.spec;
  await decided(store, async () => {
    const owner = (await store.getByKey('user', emailKey(email))) as User | null;
    const { link, secret, change } = issueLink(clock, { purpose: 'confirm-email', userId: user.id, data: { email }, lifetimeMs: emailLinkMs });
    const mail =
      owner === null
        ? emailChangeConfirmMail({ ...post.to(email, user.name), link: post.link(secret), validMs: emailLinkMs }, language)
        : addressKnownMail({ ...post.to(email, null), link: post.page('/forgotten-password') }, owner.spec.language);
    const notice = post.notice(user, 'email-change', (to, spoken) => emailChangeNoticeMail({ ...to, newEmail: email, isDone: false }, spoken));
    const earlier = await dropLinksOf(store, user.id, 'confirm-email');
    const changes = [
      change,
      ...earlier,
      post.put(mail, 'confirm-email', link.spec.expiresAt),
      ...notice,
      deed(clock, actor, 'account.set-email', user),
    ];
    return { result: null, changes };
  });
}
