import { words } from '../../web/words/words.ts';

export const instanceWords = words({
  en: {
    title: 'Instances',
    one: 'instance',
    create: 'Launch an instance',
    empty: 'No machine yet. Launch one: it is ready in about a minute.',
    deleteSays: 'The machine is switched off and its disk is removed. What is on the disk is lost.',
    columns: { name: 'Name', state: 'State', address: 'Address', type: 'Type', image: 'Image', created: 'Created' },
    states: { running: 'running' },
    verbs: { start: { name: 'Start', says: 'Power on.', hint: 'It starts only when it is off.' } },
    tabs: {},
  },
  fr: {
    title: 'Instances',
    one: 'instance',
    create: 'Lancer une instance',
    empty: 'Pas encore de machine. Lancez-en une : elle est prête en une minute environ.',
    deleteSays: 'La machine est éteinte et son disque est supprimé. Ce qu’il contient est perdu.',
    columns: { name: 'Nom', state: 'État', address: 'Adresse', type: 'Type', image: 'Image', created: 'Création' },
    states: { running: 'en marche' },
    verbs: { start: { name: 'Démarrer', says: 'Mettre sous tension.', hint: 'Elle ne démarre que si elle est éteinte.' } },
    tabs: {},
  },
});
