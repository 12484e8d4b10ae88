import type { IdentityServices } from '../auth/services.ts';
import { leaseEndsMail } from '../auth/mail/project-mails.ts';
import type { Change } from '../control/store/store.ts';
import { limits } from '../core/limits.ts';
import type { ControlPlane } from '../kinds/control-plane.ts';
import type { LeaseEnds } from '../kinds/instance/lease.controller.ts';
import type { User } from '../kinds/user/user.ts';

/** The kinds go by what administrators have decided in the settings, and write to people by the cloud's mail. */
export function govern(cloud: ControlPlane, identity: IdentityServices): void {
  const { settings } = identity;
  cloud.quotas = {
    defaults: () => settings.current.quotas,
    contact: () => settings.current.site.supportMail ?? 'an administrator',
  };
  cloud.leases = () => ({ ...settings.current.leases, graceDays: limits.leaseGraceDays });
  cloud.notify = (userId, _template, data) => leaseEnds(cloud, identity, userId, data);
}

/** Nothing where no mail reaches the person, or where the cloud does not know its own address for the link. */
async function leaseEnds({ store }: ControlPlane, { settings, outbox }: IdentityServices, userId: string, data: LeaseEnds): Promise<Change[]> {
  const { name, url } = settings.current.site;
  const user = (await store.get('user', userId)) as User | null;
  if (user === null || user.spec.email === null || url === null) return [];
  const { instance, endsAt, deletedAt } = data;
  const project = await store.get('project', instance.project ?? '');
  const mail = leaseEndsMail(
    {
      to: user.spec.email,
      user: user.name,
      cloud: { name, url },
      link: `${url.replace(/\/$/, '')}/instances/${instance.id}`,
      instance: instance.name,
      project: project?.name ?? '',
      endsAt,
      deletedAt,
    },
    user.spec.language,
  );
  return [outbox.put(mail, 'lease-ends', endsAt)];
}
