import type { Mail } from '../../ports/mail.ts';
import { mailOf, type Addressed, type MailLanguage } from './letter.ts';
import { spokenDuration, spokenMoment } from './spoken-time.ts';

const roles = {
  en: { viewer: 'viewer', operator: 'operator', member: 'member', owner: 'owner' },
  fr: { viewer: 'observateur', operator: 'opérateur', member: 'membre', owner: 'propriétaire' },
} as const;

export interface Invitation extends Addressed {
  readonly link: string;
  readonly validMs: number;
  /** Log-in name of who invites. */
  readonly inviter: string;
  readonly project: string;
  readonly role: keyof (typeof roles)['en'];
}

export function invitationMail(data: Invitation, language: MailLanguage): Mail {
  const { cloud, link, validMs, inviter, project, role } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `${inviter} invites you to project ${project}`,
        paragraphs: [
          `${inviter} invites you to take part in project ${project} on ${cloud.name}, with the role of ${roles.en[role]}. If you have no account there yet, you can make one on the way.`,
        ],
        link: { label: 'See the invitation', url: link },
        after: [`The link works once, within ${spokenDuration(validMs, 'en')}. If you do not want to take part, do nothing.`],
      },
      fr: {
        subject: `${inviter} vous invite dans le projet ${project}`,
        paragraphs: [
          `${inviter} vous invite à participer au projet ${project} sur ${cloud.name}, avec le rôle « ${roles.fr[role]} ». Si vous n’y avez pas encore de compte, vous pourrez en créer un au passage.`,
        ],
        link: { label: 'Voir l’invitation', url: link },
        after: [`Ce lien fonctionne une seule fois, pendant ${spokenDuration(validMs, 'fr')}. Si vous ne souhaitez pas participer, ne faites rien.`],
      },
    }[language],
  );
}

/** `endsAt`: of the course's project, ISO 8601. */
export function courseWelcomeMail(
  data: Addressed & { readonly link: string; readonly project: string; readonly endsAt: string },
  language: MailLanguage,
): Mail {
  const { cloud, link, project, endsAt } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `Welcome to course ${project}`,
        paragraphs: [
          `You now take part in course ${project} on ${cloud.name}.`,
          `The course ends on ${spokenMoment(endsAt, 'en')}. Everything in its project is deleted after that: copy what you want to keep before.`,
        ],
        link: { label: 'Open the project', url: link },
      },
      fr: {
        subject: `Bienvenue au cours ${project}`,
        paragraphs: [
          `Vous participez désormais au cours ${project} sur ${cloud.name}.`,
          `Le cours se termine le ${spokenMoment(endsAt, 'fr')}. Tout ce que contient son projet sera ensuite supprimé : copiez auparavant ce que vous voulez garder.`,
        ],
        link: { label: 'Ouvrir le projet', url: link },
      },
    }[language],
  );
}

/** `link`: page of the instance. `endsAt`, `deletedAt`: ISO 8601. */
export function leaseEndsMail(
  data: Addressed & {
    readonly link: string;
    readonly instance: string;
    readonly project: string;
    readonly endsAt: string;
    readonly deletedAt: string;
  },
  language: MailLanguage,
): Mail {
  const { link, instance, project, endsAt, deletedAt } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `Instance ${instance} ends soon`,
        paragraphs: [
          `The lease of instance ${instance} in project ${project} ends on ${spokenMoment(endsAt, 'en')}. The instance is stopped then, and deleted on ${spokenMoment(deletedAt, 'en')}.`,
          'If you still need it, extend its lease. If not, you need not do anything.',
        ],
        link: { label: 'Open the instance', url: link },
      },
      fr: {
        subject: `L’instance ${instance} arrive bientôt à échéance`,
        paragraphs: [
          `Le bail de l’instance ${instance} du projet ${project} se termine le ${spokenMoment(endsAt, 'fr')}. L’instance sera alors arrêtée, puis supprimée le ${spokenMoment(deletedAt, 'fr')}.`,
          'Si vous en avez encore besoin, prolongez son bail. Sinon, vous n’avez rien à faire.',
        ],
        link: { label: 'Ouvrir l’instance', url: link },
      },
    }[language],
  );
}

/** `quotas`: those that are nearly used up, with their labels in this language and amounts as people read them. */
export interface NearlyUsed extends Addressed {
  readonly link: string;
  readonly project: string;
  readonly quotas: readonly { readonly label: string; readonly used: string; readonly limit: string }[];
}

export function quotaNearlyUsedMail(data: NearlyUsed, language: MailLanguage): Mail {
  const { link, project, quotas } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `Project ${project} has nearly used up its quota`,
        paragraphs: [`Project ${project} comes near its limits. What goes beyond them is refused.`],
        facts: quotas.map(({ label, used, limit }) => [label, `${used} of ${limit}`] as const),
        link: { label: 'Open the project', url: link },
        after: ['Delete what is no longer needed, or ask the administrators of the cloud for more.'],
      },
      fr: {
        subject: `Le projet ${project} a presque épuisé son quota`,
        paragraphs: [`Le projet ${project} approche de ses limites. Toute demande qui les dépasserait sera refusée.`],
        facts: quotas.map(({ label, used, limit }) => [label, `${used} sur ${limit}`] as const),
        link: { label: 'Ouvrir le projet', url: link },
        after: ['Supprimez ce qui ne sert plus, ou demandez davantage aux administrateurs du nuage.'],
      },
    }[language],
  );
}
