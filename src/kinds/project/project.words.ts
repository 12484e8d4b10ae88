import { words } from '../../web/words/words.ts';

export const projectWords = words({
  en: {
    title: 'Projects',
    one: 'project',
    create: 'Create a project',
    empty: 'No project yet. A project owns machines and keys: a course, a team, a piece of research.',
    deleteSays: 'Only an empty project can be deleted: first delete its instances and keys.',
    columns: { name: 'Name', description: 'Description', created: 'Created' },
    states: { active: 'active' },
    verbs: {},
    tabs: { instances: 'Instances', events: 'Events' },
    fields: { description: { label: 'Description', help: 'What it is for, in your own words.' } },
    usedBy_one: '{{count}} instance belongs to it',
    usedBy_other: '{{count}} instances belong to it',
    unused: 'No instance belongs to it.',
  },
  fr: {
    title: 'Projets',
    one: 'projet',
    create: 'Créer un projet',
    empty: 'Pas encore de projet. Un projet possède des machines et des clés : un cours, une équipe, une recherche.',
    deleteSays: 'Seul un projet vide peut être supprimé : supprimez d’abord ses instances et ses clés.',
    columns: { name: 'Nom', description: 'Description', created: 'Création' },
    states: { active: 'actif' },
    verbs: {},
    tabs: { instances: 'Instances', events: 'Événements' },
    fields: { description: { label: 'Description', help: 'À quoi il sert, avec vos propres mots.' } },
    usedBy_one: '{{count}} instance lui appartient',
    usedBy_other: '{{count}} instances lui appartiennent',
    unused: 'Aucune instance ne lui appartient.',
  },
});
