import type { Mail } from '../../ports/mail.ts';
import { mailOf, type Addressed, type MailLanguage } from './letter.ts';
import { spokenDuration, spokenMoment } from './spoken-time.ts';

/** With a page to open: the link acts by a button on it, once, within `validMs`. */
interface WithLink extends Addressed {
  readonly link: string;
  readonly validMs: number;
}

const once = {
  en: (ms: number) => `The link works once, within ${spokenDuration(ms, 'en')}.`,
  fr: (ms: number) => `Ce lien fonctionne une seule fois, pendant ${spokenDuration(ms, 'fr')}.`,
} as const;

/** To an address that somebody gave at registration. */
export function confirmEmailMail(data: WithLink, language: MailLanguage): Mail {
  const { cloud, link, validMs } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `Confirm your e-mail address for ${cloud.name}`,
        paragraphs: [`Somebody, hopefully you, asked for an account of ${cloud.name} with this e-mail address. Please confirm that it is yours.`],
        link: { label: 'Confirm this address', url: link },
        after: [`${once.en(validMs)} If it was not you, do nothing: without it there will be no account.`],
      },
      fr: {
        subject: `Confirmez votre adresse électronique pour ${cloud.name}`,
        paragraphs: [
          `Quelqu’un, sans doute vous, a demandé un compte sur ${cloud.name} avec cette adresse électronique. Veuillez confirmer qu’elle est bien la vôtre.`,
        ],
        link: { label: 'Confirmer cette adresse', url: link },
        after: [`${once.fr(validMs)} Si ce n’était pas vous, ne faites rien : aucun compte ne sera créé.`],
      },
    }[language],
  );
}

export function passwordResetMail(data: WithLink, language: MailLanguage): Mail {
  const { cloud, link, validMs } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `A new password for ${cloud.name}`,
        paragraphs: [`Somebody, hopefully you, asked for a new password for your account of ${cloud.name}.`],
        link: { label: 'Choose a new password', url: link },
        after: [`${once.en(validMs)} If it was not you, do nothing: your password stays as it is.`],
      },
      fr: {
        subject: `Un nouveau mot de passe pour ${cloud.name}`,
        paragraphs: [`Quelqu’un, sans doute vous, a demandé un nouveau mot de passe pour votre compte sur ${cloud.name}.`],
        link: { label: 'Choisir un nouveau mot de passe', url: link },
        after: [`${once.fr(validMs)} Si ce n’était pas vous, ne faites rien : votre mot de passe reste inchangé.`],
      },
    }[language],
  );
}

/** `at`: ISO 8601. `address`: where the request came from. */
export function passwordResetDoneMail(data: Addressed & { readonly at: string; readonly address: string }, language: MailLanguage): Mail {
  const { cloud, at, address } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `Your password for ${cloud.name} was changed`,
        paragraphs: [`The password of your account of ${cloud.name} was changed. All of your other sessions have ended.`],
        facts: [
          ['When', spokenMoment(at, 'en')],
          ['From', address],
        ] as const,
        after: ['If it was not you, ask for a new password at once, and tell the administrators of the cloud.'],
      },
      fr: {
        subject: `Votre mot de passe pour ${cloud.name} a été changé`,
        paragraphs: [`Le mot de passe de votre compte sur ${cloud.name} a été changé. Toutes vos autres sessions sont closes.`],
        facts: [
          ['Date', spokenMoment(at, 'fr')],
          ['Origine', address],
        ] as const,
        after: ['Si ce n’était pas vous, demandez immédiatement un nouveau mot de passe et prévenez les administrateurs du nuage.'],
      },
    }[language],
  );
}

/** To the new address. */
export function emailChangeConfirmMail(data: WithLink, language: MailLanguage): Mail {
  const { cloud, link, validMs } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `Confirm your new e-mail address for ${cloud.name}`,
        paragraphs: [`This is to become the e-mail address of your account of ${cloud.name}. Please confirm that it is yours.`],
        link: { label: 'Confirm the new address', url: link },
        after: [`${once.en(validMs)} Until then mails go to the old address. If it was not you, do nothing.`],
      },
      fr: {
        subject: `Confirmez votre nouvelle adresse électronique pour ${cloud.name}`,
        paragraphs: [
          `Cette adresse doit devenir l’adresse électronique de votre compte sur ${cloud.name}. Veuillez confirmer qu’elle est bien la vôtre.`,
        ],
        link: { label: 'Confirmer la nouvelle adresse', url: link },
        after: [`${once.fr(validMs)} D’ici là, les messages sont envoyés à l’ancienne adresse. Si ce n’était pas vous, ne faites rien.`],
      },
    }[language],
  );
}

/** To the old address; `isDone`: it is no longer the one. */
export function emailChangeNoticeMail(data: Addressed & { readonly newEmail: string; readonly isDone: boolean }, language: MailLanguage): Mail {
  const { cloud, newEmail, isDone } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: isDone ? `Your e-mail address for ${cloud.name} was changed` : `Your e-mail address for ${cloud.name} is to be changed`,
        paragraphs: [
          isDone
            ? `The e-mail address of your account of ${cloud.name} is now ${newEmail}. No more mails will come here.`
            : `Somebody, hopefully you, wants the mails of your account of ${cloud.name} to go to ${newEmail} from now on. They will as soon as that address is confirmed.`,
          'If it was not you, change your password at once, and tell the administrators of the cloud.',
        ],
      },
      fr: {
        subject: isDone
          ? `Votre adresse électronique pour ${cloud.name} a été changée`
          : `Votre adresse électronique pour ${cloud.name} va être changée`,
        paragraphs: [
          isDone
            ? `L’adresse électronique de votre compte sur ${cloud.name} est désormais ${newEmail}. Plus aucun message n’arrivera ici.`
            : `Quelqu’un, sans doute vous, souhaite que les messages de votre compte sur ${cloud.name} soient désormais envoyés à ${newEmail}. Ce sera le cas dès que cette adresse aura été confirmée.`,
          'Si ce n’était pas vous, changez immédiatement votre mot de passe et prévenez les administrateurs du nuage.',
        ],
      },
    }[language],
  );
}

/** Too many wrong passwords from many places. `link`: page of a forgotten password. */
export function accountLockedMail(data: Addressed & { readonly at: string; readonly link: string }, language: MailLanguage): Mail {
  const { cloud, at, link } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `Many wrong passwords for your account of ${cloud.name}`,
        paragraphs: [
          `Since ${spokenMoment(at, 'en')} somebody has been trying wrong passwords for your account. Nobody got in. For a while, log-ins from places that your account does not know are only let through now and then; where you have logged in before, nothing changes.`,
          'You need not do anything. If you were the one, because you forgot your password, choose a new one.',
        ],
        link: { label: 'I forgot my password', url: link },
      },
      fr: {
        subject: `De nombreux mots de passe erronés pour votre compte sur ${cloud.name}`,
        paragraphs: [
          `Depuis le ${spokenMoment(at, 'fr')}, quelqu’un essaie des mots de passe erronés pour votre compte. Personne n’est entré. Pendant quelque temps, les connexions depuis des lieux que votre compte ne connaît pas ne sont acceptées que de loin en loin ; là d’où une connexion a déjà réussi, rien ne change.`,
          'Vous n’avez rien à faire. Si c’était vous, parce que vous avez oublié votre mot de passe, choisissez-en un nouveau.',
        ],
        link: { label: 'J’ai oublié mon mot de passe', url: link },
      },
    }[language],
  );
}

export type FactorChange = 'passkey-added' | 'passkey-removed' | 'app-added' | 'app-removed' | 'recovery-code-used';

const factorChanges = {
  en: {
    'passkey-added': 'A passkey was added to your account.',
    'passkey-removed': 'A passkey was removed from your account.',
    'app-added': 'From now on, your account asks for a code from your authenticator app at log-in.',
    'app-removed': 'Your account no longer asks for a code from an authenticator app at log-in.',
    'recovery-code-used': 'One of the recovery codes of your account was used to log in.',
  },
  fr: {
    'passkey-added': 'Une clé d’accès a été ajoutée à votre compte.',
    'passkey-removed': 'Une clé d’accès a été retirée de votre compte.',
    'app-added': 'Désormais, votre compte demande un code de votre application d’authentification à la connexion.',
    'app-removed': 'Votre compte ne demande plus de code d’une application d’authentification à la connexion.',
    'recovery-code-used': 'L’un des codes de secours de votre compte a été utilisé pour se connecter.',
  },
} as const satisfies Record<MailLanguage, Record<FactorChange, string>>;

/** How somebody gets in has changed. `at`: ISO 8601. `address`: where the request came from. */
export function factorChangedMail(
  data: Addressed & { readonly change: FactorChange; readonly at: string; readonly address: string },
  language: MailLanguage,
): Mail {
  const { cloud, change, at, address } = data;
  return mailOf(
    data,
    language,
    {
      en: {
        subject: `How you log in to ${cloud.name} has changed`,
        paragraphs: [factorChanges.en[change]],
        facts: [
          ['When', spokenMoment(at, 'en')],
          ['From', address],
        ] as const,
        after: ['If it was not you, change your password at once, and tell the administrators of the cloud.'],
      },
      fr: {
        subject: `Votre connexion à ${cloud.name} a changé`,
        paragraphs: [factorChanges.fr[change]],
        facts: [
          ['Date', spokenMoment(at, 'fr')],
          ['Origine', address],
        ] as const,
        after: ['Si ce n’était pas vous, changez immédiatement votre mot de passe et prévenez les administrateurs du nuage.'],
      },
    }[language],
  );
}
