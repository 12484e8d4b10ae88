import { expect, test } from 'vitest';
import { historyOf } from '../../../bin/sim/history.ts';
import { play } from '../../../bin/sim/play.ts';
import { kinds } from '../../kinds/index.ts';
import { frenchSentences } from './sentences.fr.ts';
import { sentenceBook } from './sentences.ts';

const french = sentenceBook(frenchSentences);

test('a sentence is known by its form, and what was filled in is taken over', () => {
  const book = sentenceBook({ 'image {image} ({size}) is here': '{size} : {image} est là', 'it is (really) done?': 'fait' });
  expect(book.translate('image tiny (40 MiB) is here')).toBe('40 MiB : tiny est là');
  expect(book.translate('it is (really) done?')).toBe('fait');
  expect(book.translate('something else')).toBeNull();
});

test('what a driver refused is said a clause at a time', () => {
  expect(french.translate('downloading https://x.example/a.qcow2: the connection was lost')).toBe(
    'téléchargement de https://x.example/a.qcow2 : la connexion a été perdue',
  );
  expect(french.translate('h1 has 3 MiB of memory free, 512 needed; h2 has too little disk free')).toBe(
    'h1 a 3 Mio de mémoire libre, il en faut 512 ; h2 n’a pas assez de disque libre',
  );
});

test('a change of name is not taken for a name', () => {
  expect(french.translate('instance a was changed, and is now named b')).toBe('l’instance a a été modifiée et s’appelle maintenant b');
});

test('every state of every kind, and every request for its verbs, can be said in French', () => {
  for (const kind of kinds.filter(({ name }) => name !== 'event')) {
    const said = [
      ...kind.states.map((state) => `${kind.name} x ${state === 'failed' ? state : `is ${state}`}`),
      ...Object.keys(kind.verbs).map((verb) => `${kind.name} x: ${verb} was asked for`),
      `${kind.name} x was asked for`,
      `${kind.name} x was asked to be deleted`,
      `${kind.name} x was changed`,
    ];
    expect(said.filter((sentence) => french.translate(sentence) === null)).toEqual([]);
  }
});

test('whatever a cloud says in the course of its life can be said in French', { timeout: 120_000 }, async () => {
  const said = new Set<string>();
  for (const seed of ['words-1', 'words-2', 'words-3', 'words-4', 'words-5', 'words-6', 'words-7', 'words-8']) {
    await play(historyOf(seed, { hosts: 3, steps: 40 }), {
      onEvent: ({ message, reason }) => {
        said.add(message);
        if (reason !== null) said.add(reason);
      },
      // Every record as it is written: what it waits for, and what failed.
      changeControlStore: (store) =>
        new Proxy(store, {
          get(target, name) {
            const own: unknown = Reflect.get(target, name);
            if (name !== 'commit' || typeof own !== 'function') return typeof own === 'function' ? own.bind(target) : own;
            return (changes: Parameters<typeof store.commit>[0]) => {
              for (const change of changes) if (change.op === 'put') collect(change.resource.status, said);
              return target.commit(changes);
            };
          },
        }),
    });
  }
  expect(said.size).toBeGreaterThan(20);
  expect([...said].filter((sentence) => french.translate(sentence) === null)).toEqual([]);
});

function collect(status: unknown, said: Set<string>): void {
  const { waitingFor, failure } = status as {
    waitingFor?: { reason: string; next: string } | null;
    failure?: { reason: string } | null;
  };
  if (waitingFor) said.add(waitingFor.reason).add(waitingFor.next);
  if (failure) said.add(failure.reason);
}
