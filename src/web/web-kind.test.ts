import { expect, test } from 'vitest';
import { kinds } from '../kinds/index.ts';
import { webKinds } from '../kinds/web.ts';
import type { AnyWebKind } from './web-kind.ts';
import { fieldsOf } from './widgets/form/fields.ts';
import { formWords } from './words/form.ts';
import type { Words } from './words/words.ts';

const languages = ['en', 'fr'] as const;

/** Keys that the page will ask for and that have no text; none: it has words for all that it can show. */
function wordless({ kind, words, columns, tabs, canDelete, create }: AnyWebKind): string[] {
  const wanted = [
    ...['title', 'one', 'empty'],
    ...(canDelete ? ['deleteSays'] : []),
    ...(create === null ? [] : ['create']),
    ...kind.states.map((state: string) => `states.${state}`),
    ...columns.map(({ id }) => `columns.${id}`),
    ...tabs.map(({ id }) => `tabs.${id}`),
    ...Object.keys(kind.verbs).flatMap((verb) => ['name', 'says', 'hint'].map((part) => `verbs.${verb}.${part}`)),
  ];
  return languages.flatMap((language) =>
    wanted.filter((key) => textAt(words[language], key) === '').map((key) => `${language}: ${kind.name}:${key}`),
  );
}

function textAt(words: Words, key: string): string {
  const found = key.split('.').reduce<string | Words | undefined>((at, part) => (typeof at === 'object' ? at[part] : undefined), words);
  return typeof found === 'string' ? found.trim() : '';
}

test('every kind has its pages, and there are none of anything else', () => {
  expect(webKinds.map((web) => web.kind.name).toSorted()).toEqual(kinds.map((kind) => kind.name).toSorted());
});

test.each(webKinds.map((web) => [web.kind.name, web] as const))('%s has words for everything that it shows, in every language', (_name, web) => {
  expect(wordless(web)).toEqual([]);
});

/** What can be edited afterwards, in forms that know of no kind. */
function wordlessFields({ kind, words }: AnyWebKind): string[] {
  const fields = kind.update === null ? [] : fieldsOf(kind.update);
  return languages.flatMap((language) => {
    const has = (key: string) => textAt(words[language], key) !== '' || textAt(formWords[language], key) !== '';
    const wanted = fields.flatMap(({ name, options = [] }) => [
      ...['label', 'help'].map((part) => `fields.${name}.${part}`),
      ...options.map((option) => `fields.${name}.options.${option}`),
    ]);
    return wanted.filter((key) => !has(key)).map((key) => `${language}: ${kind.name}:${key}`);
  });
}

test.each(webKinds.map((web) => [web.kind.name, web] as const))('what can be edited of a %s is explained in every language', (_name, web) => {
  expect(wordlessFields(web)).toEqual([]);
});

test('a planted gap is found', () => {
  const [web] = webKinds as [AnyWebKind];
  expect(wordless({ ...web, tabs: [{ id: 'ghosts', Content: () => null }] })).toEqual([
    `en: ${web.kind.name}:tabs.ghosts`,
    `fr: ${web.kind.name}:tabs.ghosts`,
  ]);
});
