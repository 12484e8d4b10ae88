import type { Mail } from '../../ports/mail.ts';
import { mailOf, type Addressed, type MailLanguage } from './letter.ts';

/** To an administrator. What somebody unknown wrote stands in a quote. */
export interface WaitingRegistration extends Addressed {
  /** Page of the request. */
  readonly link: string;
  readonly registration: {
    readonly user: string;
    readonly displayName: string;
    readonly email: string;
    /** Why they want an account; null: they did not say. */
    readonly message: string | null;
  };
}

export function registrationWaitingMail(data: WaitingRegistration, language: MailLanguage): Mail {
  const { cloud, link, registration } = data;
  const { user, displayName, email, message } = registration;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `${user} asks for an account of ${cloud.name}`,
        paragraphs: [`Somebody has registered with ${cloud.name}, has confirmed the e-mail address, and waits for your decision.`],
        facts: [
          ['Log-in name', user],
          ['Name', displayName],
          ['E-mail', email],
        ] as const,
        quote: { lead: 'In their own words:', text: message },
        link: { label: 'Approve or refuse', url: link },
      },
      fr: {
        subject: `${user} demande un compte sur ${cloud.name}`,
        paragraphs: [`Quelqu’un s’est inscrit sur ${cloud.name}, a confirmé son adresse électronique et attend votre décision.`],
        facts: [
          ['Identifiant', user],
          ['Nom', displayName],
          ['Adresse électronique', email],
        ] as const,
        quote: { lead: 'Voici son message :', text: message },
        link: { label: 'Approuver ou refuser', url: link },
      },
    }[language],
  );
}

/** `link`: page of log-in. `reason`: what the administrator added; null: nothing. */
export function registrationApprovedMail(data: Addressed & { readonly link: string; readonly reason: string | null }, language: MailLanguage): Mail {
  const { cloud, link, reason } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `Welcome to ${cloud.name}`,
        paragraphs: [`Your account of ${cloud.name} is ready.`],
        quote: { lead: 'The administrator adds:', text: reason },
        link: { label: 'Log in', url: link },
      },
      fr: {
        subject: `Bienvenue sur ${cloud.name}`,
        paragraphs: [`Votre compte sur ${cloud.name} est prêt.`],
        quote: { lead: 'L’administrateur ajoute :', text: reason },
        link: { label: 'Se connecter', url: link },
      },
    }[language],
  );
}

export function registrationRefusedMail(data: Addressed & { readonly reason: string }, language: MailLanguage): Mail {
  const { cloud, reason } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `Your request for an account of ${cloud.name}`,
        paragraphs: [`Your request for an account of ${cloud.name} was not approved.`],
        quote: { lead: 'The reason given:', text: reason },
        after: ['What you sent with it is deleted. You may register again once the reason no longer holds.'],
      },
      fr: {
        subject: `Votre demande de compte sur ${cloud.name}`,
        paragraphs: [`Votre demande de compte sur ${cloud.name} n’a pas été acceptée.`],
        quote: { lead: 'Le motif indiqué :', text: reason },
        after: [
          'Les données que vous aviez envoyées sont supprimées. Vous pourrez vous inscrire à nouveau lorsque ce motif n’aura plus lieu d’être.',
        ],
      },
    }[language],
  );
}

/** To somebody whose address was given for a new account, and who has one: the page said nothing of it. `link`: page of a forgotten password. */
export function addressKnownMail(data: Addressed & { readonly link: string }, language: MailLanguage): Mail {
  const { cloud, link } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `You already have an account of ${cloud.name}`,
        paragraphs: [
          `Somebody, hopefully you, gave this e-mail address for an account of ${cloud.name}. It belongs to one already, so nothing was changed.`,
        ],
        link: { label: 'I forgot my password', url: link },
        after: ['If it was not you, do nothing.'],
      },
      fr: {
        subject: `Vous avez déjà un compte sur ${cloud.name}`,
        paragraphs: [
          `Quelqu’un, sans doute vous, a donné cette adresse électronique pour un compte sur ${cloud.name}. Elle appartient déjà à un compte : rien n’a été changé.`,
        ],
        link: { label: 'J’ai oublié mon mot de passe', url: link },
        after: ['Si ce n’était pas vous, ne faites rien.'],
      },
    }[language],
  );
}

/** To somebody who has registered under a name that is not free. `link`: page of registration. */
export function nameTakenMail(data: Addressed & { readonly link: string; readonly wanted: string }, language: MailLanguage): Mail {
  const { cloud, link, wanted } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `Your registration with ${cloud.name}`,
        paragraphs: [
          `Somebody, hopefully you, asked for the account ${wanted} of ${cloud.name} with this e-mail address. That name is not free: please choose another one.`,
        ],
        link: { label: 'Register under another name', url: link },
        after: ['If it was not you, do nothing.'],
      },
      fr: {
        subject: `Votre inscription sur ${cloud.name}`,
        paragraphs: [
          `Quelqu’un, sans doute vous, a demandé le compte ${wanted} sur ${cloud.name} avec cette adresse électronique. Cet identifiant n’est pas libre : veuillez en choisir un autre.`,
        ],
        link: { label: 'S’inscrire sous un autre identifiant', url: link },
        after: ['Si ce n’était pas vous, ne faites rien.'],
      },
    }[language],
  );
}
