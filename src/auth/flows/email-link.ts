import { admit } from '../../control/admission.ts';
import { CloudError } from '../../core/errors.ts';
import type { User, UserSpec } from '../../kinds/user/user.ts';
import { emailChangeNoticeMail } from '../mail/account-mails.ts';
import { dropLinksOf } from '../one-time-link.ts';
import { remove } from '../records.ts';
import { decidedCaller, linkHolderAt, type FlowDeps } from './flow.ts';
import type { LinkPurpose } from './mailed-links.ts';

/** A new address is confirmed: the old one is told, and links that were mailed there are worthless. */
export function emailPurpose({ cloud, identity }: FlowDeps): LinkPurpose {
  const { auth, post } = identity;
  const emailIn = (data: unknown) => (data as { email: string }).email;
  return {
    show: async ({ spec }, user) => user && { says: 'Confirm your new e-mail address.', user: user.name, email: emailIn(spec.data), needs: {} },
    async use({ link, user, visit, again }) {
      if (user === null) throw new CloudError('LINK_OVER');
      await admit(cloud, decidedCaller(linkHolderAt(visit, user, link.id)), async (admission) => {
        const { spec } = await again();
        const now = (await admission.get('user', user.id)) as User | null;
        if (now === null) throw new CloudError('LINK_OVER');
        const email = emailIn(spec.data);
        const to = (await cloud.slice('user').update?.(admission, now, { email })) as UserSpec;
        admission.change(now, 'update', { spec: to });
        const notice = post.notice(now, 'email-change', (addressed, language) =>
          emailChangeNoticeMail({ ...addressed, newEmail: email, isDone: true }, language),
        );
        admission.also([remove(link), ...(await dropLinksOf(auth.store, now.id, 'reset-password')), ...notice]);
      });
      return '/profile';
    },
  };
}
