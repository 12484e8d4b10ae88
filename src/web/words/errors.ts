import { errorCatalogue, type ErrorCode } from '../../core/errors.ts';
import type { WordsOf } from './words.ts';

interface Said {
  readonly says: string;
  readonly remedy: string;
}

/** `{{name}}` of the catalogue as i18next writes it. */
const fillable = (text: string) => text.replaceAll(/\{(\w+)\}/g, '{{$1}}');

const english = Object.fromEntries(
  Object.entries(errorCatalogue).map(([code, { says, remedy }]) => [code, { says: fillable(says), remedy: fillable(remedy) }]),
);

/**
 * Every code of the catalogue, or it does not compile. `{{kind}}` is filled with the kind's French name, so no
 * article stands before it; states, reasons and hints are filled in French too.
 */
const french: Readonly<Record<ErrorCode, Said>> = {
  // The request
  INPUT_INVALID: { says: '{{where}} : {{problem}}.', remedy: 'Corrigez le champ et envoyez de nouveau la requête.' },
  JSON_INVALID: {
    says: 'Le corps de la requête n’est pas du JSON valable : {{problem}}.',
    remedy: 'Envoyez du JSON avec le type de contenu application/json.',
  },
  CURSOR_INVALID: { says: 'Ce curseur ne vient pas de cette liste.', remedy: 'Recommencez sans curseur.' },
  BODY_TOO_LARGE: { says: 'Le corps de la requête dépasse {{limit}}.', remedy: 'Envoyez moins à la fois.' },
  MEDIA_TYPE_UNSUPPORTED: { says: 'Le type de contenu {{contentType}} n’est pas compris ici.', remedy: 'Envoyez application/json.' },
  ROUTE_NOT_FOUND: { says: 'Il n’y a pas de {{method}} {{path}} dans cette API.', remedy: 'Voyez /v1/docs pour les routes.' },
  METHOD_NOT_ALLOWED: { says: '{{method}} n’est pas possible sur {{path}}.', remedy: 'Voyez /v1/docs pour les routes.' },
  HOST_NAME_REFUSED: {
    says: 'Ce nuage ne répond pas au nom {{host}}.',
    remedy: 'Prenez une adresse qui est la sienne ; son administrateur ajoute un nom avec stratus up --name.',
  },
  SECRET_IN_ADDRESS: {
    says: 'Un secret figure dans l’adresse de cette requête : {{field}}.',
    remedy: 'Les adresses finissent dans des journaux : révoquez-le, et envoyez-en un autre par Authorization: Bearer.',
  },
  RATE_LIMITED: { says: 'Trop de requêtes.', remedy: 'Attendez {{retryAfterSeconds}} s et réessayez.' },

  // Who and whether
  UNAUTHENTICATED: { says: 'Il faut être connecté : {{problem}}.', remedy: 'Connectez-vous, puis réessayez.' },
  FORBIDDEN: {
    says: 'Vous n’avez pas le droit de faire cela : {{verb}} {{what}}.',
    remedy: 'Demandez ce droit à un propriétaire du projet, ou à un administrateur du nuage.',
  },

  ACCOUNT_NEEDED: {
    says: '{{method}} connaît {{who}}, qui n’a pas de compte ici.',
    remedy: 'Demandez un compte à un administrateur du nuage.',
  },
  LINK_NEEDED: {
    says: 'Il existe déjà un compte {{name}}, et rien ne prouve que {{name}} chez {{method}} est la même personne.',
    remedy: 'Connectez-vous à ce compte et liez-y {{method}} dans votre profil, ou demandez-le à un administrateur.',
  },
  STEP_NEEDED: {
    says: 'D’abord : {{step}}.',
    remedy: 'Faites-le sur la page web, ou avec `stratus account`.',
  },
  RIGHTS_CHANGED: {
    says: 'Ce que vous avez le droit de voir a changé.',
    remedy: 'Relisez la liste et suivez à partir de la révision qu’elle indique.',
  },
  PROJECT_NEEDED: { says: 'Il faut dire de quel projet il s’agit : {{projects}}.', remedy: 'Choisissez un projet.' },

  // People and projects
  EMAIL_TAKEN: { says: 'Il y a déjà un compte avec l’adresse {{email}}.', remedy: 'Prenez une autre adresse, ou ce compte.' },
  LAST_ADMINISTRATOR: { says: '{{name}} est le dernier administrateur de ce nuage.', remedy: 'Nommez d’abord un autre administrateur.' },
  OWN_ACCOUNT: {
    says: '{{name}} est votre propre compte : vous ne pouvez pas le supprimer.',
    remedy: 'Un autre administrateur peut le faire.',
  },
  LAST_OWNER: { says: 'Le projet {{name}} n’aurait plus de propriétaire.', remedy: 'Donnez d’abord ce rôle à quelqu’un d’autre.' },
  NOT_SHARED: { says: '{{name}} ({{kind}}) n’est pas partagé avec {{who}}.', remedy: 'Regardez avec qui le partage est fait.' },
  NOT_A_MEMBER: { says: '{{who}} ne fait pas partie de {{name}} ({{kind}}).', remedy: 'Regardez qui en fait partie.' },

  // Accounts and how people come to them
  PASSWORD_WEAK: {
    says: 'Ce mot de passe ne convient pas : {{problem}}.',
    remedy: 'Prenez-en un plus long, comme une phrase que vous seul connaissez.',
  },
  MAIL_NOT_SET: {
    says: 'Ce nuage ne le peut pas encore : {{missing}} n’est pas réglé.',
    remedy: 'Un administrateur le règle sur la page des réglages.',
  },
  LINK_OVER: { says: 'Ce lien a déjà servi, est trop ancien ou n’a jamais été donné.', remedy: 'Demandez-en un nouveau.' },
  LINKED_ELSEWHERE: {
    says: '{{who}} ({{method}}) appartient à un autre compte de ce nuage.',
    remedy: 'Connectez-vous à ce compte et retirez-y le lien, ou demandez-le à un administrateur.',
  },
  LAST_WAY_IN: {
    says: 'Sans cela, plus personne ne pourrait se connecter au compte {{name}}.',
    remedy: 'Ajoutez d’abord un mot de passe ou une autre manière de se connecter.',
  },
  REGISTRATION_CLOSED: {
    says: 'On ne peut pas s’inscrire soi-même sur ce nuage.',
    remedy: 'Demandez un compte à ses administrateurs, ou le code de votre cours.',
  },
  COURSE_FULL: { says: 'Les {{seats}} places du cours {{name}} sont prises.', remedy: 'Demandez-en une autre à qui donne le cours.' },
  COURSE_OVER: { says: 'Le cours {{name}} est terminé.', remedy: 'Demandez à qui donne le cours s’il continue.' },

  // Any resource
  NOT_FOUND: { says: 'Introuvable : {{kind}} {{ref}}.', remedy: 'Regardez dans la liste ce qui existe.' },
  NAME_TAKEN: { says: 'Le nom {{name}} est déjà pris ({{kind}}).', remedy: 'Choisissez un autre nom, ou supprimez ou renommez l’autre.' },
  NAME_AMBIGUOUS: { says: 'Plusieurs portent le nom {{ref}} ({{kind}}).', remedy: 'Utilisez l’identifiant.' },
  STATE_FORBIDS: {
    says: '« {{verb}} » n’est pas possible pour {{name}} ({{kind}}) dans l’état « {{state}} », mais seulement dans l’état {{allowed}}.',
    remedy: '{{hint}}',
  },
  BEING_DELETED: {
    says: '{{name}} ({{kind}}) est en cours de suppression.',
    remedy: 'Attendez la fin de la suppression ; le nom est alors de nouveau libre.',
  },
  CHANGED_MEANWHILE: { says: '{{name}} ({{kind}}) a changé depuis votre lecture.', remedy: 'Relisez et refaites votre modification.' },
  CONFLICT: { says: 'Trop de modifications au même moment : {{what}}.', remedy: 'Réessayez.' },
  IDEMPOTENCY_KEY_REUSED: {
    says: 'La clé d’idempotence {{key}} a servi à une autre requête.',
    remedy: 'Prenez une nouvelle clé pour une nouvelle requête.',
  },
  IN_USE: { says: '{{name}} ({{kind}}) sert encore : {{users}}.', remedy: 'Supprimez ou modifiez d’abord ce qui s’en sert.' },
  NOT_CHANGEABLE: { says: '{{name}} ({{kind}}) : {{field}} ne peut pas être changé : {{reason}}.', remedy: '{{hint}}' },
  WATCH_TOO_OLD: {
    says: 'Les changements depuis la révision {{revision}} ne sont plus connus.',
    remedy: 'Relisez la liste et suivez à partir de la révision qu’elle indique.',
  },
  QUOTA_EXCEEDED: {
    says: 'Quota de {{whose}} : {{limit}} {{what}} ; {{used}} pris, {{asked}} de plus demandés.',
    remedy: 'Supprimez ce qui ne sert plus, ou demandez-en davantage : {{contact}}.',
  },
  LIMIT_REACHED: { says: '{{what}} : {{asked}} demandé, la limite est {{limit}}.', remedy: '{{hint}}' },

  // Instances
  NO_HOST_FITS: {
    says: 'Aucun hôte n’a de place pour cette instance : {{detail}}.',
    remedy: 'Choisissez un type plus petit, supprimez des instances ou ajoutez un hôte. La page des hôtes montre ce qui est libre.',
  },
  IMAGE_NOT_READY: { says: 'L’image {{name}} n’est pas prête (état « {{state}} ») : {{reason}}.', remedy: '{{hint}}' },
  DISK_TOO_SMALL: {
    says: 'Un disque de {{asked}} est plus petit que l’image {{image}}, qui demande {{needed}}.',
    remedy: 'Demandez au moins {{needed}}.',
  },
  LEASE_OVER: {
    says: 'Le bail de l’instance {{name}} s’est terminé le {{at}}.',
    remedy: 'Prolongez-le d’abord.',
  },
  NETWORK_FULL: {
    says: 'Le réseau {{name}} n’a plus d’adresse libre.',
    remedy: 'Supprimez les instances qui ne servent plus, ou utilisez un autre réseau.',
  },
  USER_DATA_INVALID: { says: 'Ces données utilisateur ne peuvent pas servir : {{problem}}.', remedy: '{{hint}}' },
  SSH_KEY_INVALID: {
    says: 'Ce n’est pas une clé publique SSH : {{problem}}.',
    remedy: 'Collez une ligne d’un fichier .pub, comme ~/.ssh/id_ed25519.pub.',
  },
  CONSOLE_UNAVAILABLE: {
    says: 'La console de {{name}} ne peut pas être ouverte : {{reason}}.',
    remedy: 'Démarrez l’instance, ou regardez son journal.',
  },

  // Hosts and the cloud itself
  JOIN_TOKEN_INVALID: {
    says: 'Aucun hôte ne peut entrer avec ce jeton : {{problem}}.',
    remedy: 'Faites-en un autre : stratus host join-token {{host}}. Si l’entrée précédente a été coupée, le sien est consommé.',
  },
  CERTIFICATE_REQUEST_INVALID: {
    says: 'La demande de certificat est inutilisable : {{problem}}.',
    remedy: 'Envoyez celle d’une clé ECDSA sur P-256, comme la fait stratus agent --join.',
  },
  HOST_CERTIFICATE_INVALID: {
    says: 'Le certificat de l’hôte {{host}} n’est pas valable : {{problem}}.',
    remedy: 'Faites-le entrer de nouveau : stratus host join-token {{host}}.',
  },
  HOST_UNKNOWN: { says: 'Cet hôte ne fait pas partie du nuage.', remedy: 'Faites-le entrer avec un jeton de l’administrateur.' },
  UNAVAILABLE: {
    says: 'Indisponible pour le moment : {{what}} ({{problem}}).',
    remedy: 'Réessayez dans un instant ; `stratus doctor` cherche la cause.',
  },
  INTERNAL: {
    says: 'Une erreur s’est produite dans le nuage.',
    remedy: 'Réessayez ; si cela persiste, donnez à l’administrateur l’identifiant de requête {{requestId}}.',
  },
};

/** What the page says of itself, where no answer of the cloud says more. */
const ownEnglish = { UNREACHABLE: { says: 'The cloud does not answer.', remedy: 'Nothing is lost. Try again in a moment.' } };
const ownFrench: Record<keyof typeof ownEnglish, Said> = {
  UNREACHABLE: { says: 'Le nuage ne répond pas.', remedy: 'Rien n’est perdu. Réessayez dans un instant.' },
};

export const errorWords: WordsOf = {
  en: { ...english, ...ownEnglish },
  fr: { ...french, ...ownFrench } as never,
};
