import { words } from '../../web/words/words.ts';

export const userWords = words({
  en: {
    title: 'People',
    one: 'user',
    create: 'Take somebody in',
    empty: 'Nobody is here yet.',
    deleteSays:
      'The account goes, and with it every password, session and token. Whoever it was leaves all projects and groups; what they have made stays.',
    columns: { name: 'Log-in name', displayName: 'Called', role: 'Role', state: 'State', email: 'E-mail', created: 'Since' },
    states: { active: 'active', blocked: 'blocked' },
    verbs: {
      'set-quota': { name: 'Set quota', says: 'Sets how much this person may have over all projects.', hint: 'A quota can always be changed.' },
    },
    tabs: { overview: 'Overview', events: 'Events' },
    fields: {
      name: { label: 'Log-in name', help: 'Lower-case letters, digits, dots, hyphens and underscores. It cannot be changed later.' },
      displayName: { label: 'Called', help: 'As people say it.' },
      email: { label: 'E-mail', help: 'Where mails go.' },
      role: {
        label: 'Role in the cloud',
        help: 'A user has the projects that he or she is in. An auditor sees everything. An administrator does everything.',
        options: { user: 'user', auditor: 'auditor', administrator: 'administrator' },
      },
      isBlocked: { label: 'Blocked', help: 'May not log in; sessions and tokens stop working at once.' },
      language: { label: 'Language', help: 'Of mails.', options: { en: 'English', fr: 'French' } },
    },
    about: { title: 'Account', language: 'Mails in', id: 'Id', you: 'you' },
    block: {
      do: 'Block',
      undo: 'Unblock',
      title: 'Block {{name}}?',
      doSays: 'May not log in; sessions and tokens stop working at once. What they have made stays and runs on.',
      undoSays: 'May log in again.',
      done: '{{name}} is blocked.',
      undone: '{{name}} may log in again.',
    },
    projects: { title: 'Projects', none: 'In no project yet.', name: 'Project', role: 'Role', through: 'Through', self: 'member in person' },
    groups: { title: 'Groups', none: 'In no group.' },
  },
  fr: {
    title: 'Personnes',
    one: 'utilisateur',
    create: 'Accueillir quelqu’un',
    empty: 'Il n’y a encore personne ici.',
    deleteSays:
      'Le compte disparaît, avec ses mots de passe, ses sessions et ses jetons. La personne quitte tous les projets et groupes ; ce qu’elle a créé reste.',
    columns: { name: 'Nom d’utilisateur', displayName: 'Nom', role: 'Rôle', state: 'État', email: 'Courriel', created: 'Depuis' },
    states: { active: 'actif', blocked: 'bloqué' },
    verbs: {
      'set-quota': {
        name: 'Fixer le quota',
        says: 'Fixe ce que cette personne peut prendre dans tous les projets.',
        hint: 'Un quota peut toujours être modifié.',
      },
    },
    tabs: { overview: 'Vue d’ensemble', events: 'Événements' },
    fields: {
      name: { label: 'Nom d’utilisateur', help: 'Minuscules, chiffres, points, tirets et tirets bas. Il ne pourra plus être changé.' },
      displayName: { label: 'Nom', help: 'Comme on le dit.' },
      email: { label: 'Courriel', help: 'Où vont les messages.' },
      role: {
        label: 'Rôle dans le nuage',
        help: 'Un utilisateur a les projets dont il fait partie. Un auditeur voit tout. Un administrateur peut tout faire.',
        options: { user: 'utilisateur', auditor: 'auditeur', administrator: 'administrateur' },
      },
      isBlocked: { label: 'Bloqué', help: 'Ne peut pas se connecter ; sessions et jetons cessent aussitôt de fonctionner.' },
      language: { label: 'Langue', help: 'Celle des messages.', options: { en: 'anglais', fr: 'français' } },
    },
    about: { title: 'Compte', language: 'Messages en', id: 'Identifiant', you: 'vous' },
    block: {
      do: 'Bloquer',
      undo: 'Débloquer',
      title: 'Bloquer {{name}} ?',
      doSays: 'Ne peut plus se connecter ; sessions et jetons cessent aussitôt de fonctionner. Ce qui a été créé reste et continue de tourner.',
      undoSays: 'Peut de nouveau se connecter.',
      done: '{{name}} est bloqué.',
      undone: '{{name}} peut de nouveau se connecter.',
    },
    projects: {
      title: 'Projets',
      none: 'Dans aucun projet pour l’instant.',
      name: 'Projet',
      role: 'Rôle',
      through: 'Par',
      self: 'membre en personne',
    },
    groups: { title: 'Groupes', none: 'Dans aucun groupe.' },
  },
});
