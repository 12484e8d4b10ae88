import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { findWord } from '../../src/cli/overview.ts';
import { wholeProgram } from '../../src/cli/program.ts';
import { processWorld } from '../../src/cli/world.ts';
import { limits } from '../../src/core/limits.ts';
import { kinds } from '../../src/kinds/index.ts';
import { generatedParts, withParts } from './docs.ts';
import { limitWords, stateWords } from './docs-words.ts';
import { root } from './source-files.ts';

/** The commands themselves. */
const program = await wholeProgram(processWorld());

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

describe('the generated parts of the manual', () => {
  test.each([...generatedParts()])('%s says what the code says; otherwise run: node bin/docs.ts', (path, parts) => {
    const text = readFileSync(join(root, path), 'utf8');
    expect(withParts(text, parts)).toBe(text);
  });

  test('a part that differs from the code is found, and a document without a place for it', () => {
    const parts = new Map([['states', 'new']]);
    const document = 'a\n<!-- generated: states -->\n\nold\n\n<!-- end of generated -->\nb\n';
    expect(withParts(document, parts)).toBe(document.replace('old', 'new'));
    expect(() => withParts('nothing', parts)).toThrow('no place');
  });

  test('every state and every limit is explained, and nothing that does not exist', () => {
    for (const kind of kinds) expect(Object.keys(stateWords[kind.name] ?? {}), kind.name).toEqual([...kind.states]);
    expect(Object.keys(stateWords).toSorted()).toEqual(kinds.map((kind) => kind.name).toSorted());
    expect(Object.keys(limitWords).toSorted()).toEqual(Object.keys(limits).toSorted());
  });
});

describe('the manual', () => {
  test.each(documents)('$path links only to documents that exist', ({ path, text }) => {
    expect(brokenLinks(path, text)).toEqual([]);
  });

  test.each(documents)('$path names only files that exist, or says that they are not promised yet', ({ text }) => {
    expect(missingFiles(text)).toEqual([]);
  });

  test('a broken link and a file that does not exist are found', () => {
    expect(brokenLinks('docs/a.md', '[b](concepts/instance.md) [c](ghost.md) [d](#here) [e](https://example.org/x)')).toEqual(['ghost.md']);
    expect(missingFiles('see `test/ghost.test.ts` and `src/core/ids.ts`')).toEqual(['test/ghost.test.ts']);
    expect(missingFiles('| `bench/ghost.ts` | not promised yet |')).toEqual([]);
  });

  const requests = documents.flatMap(({ path, text }) => examples(text, 'http').map((request) => ({ path, request })));

  test.each(requests)('the request $request of $path is one that the API takes', ({ request }) => {
    expect(problemOf(request)).toBe(null);
  });

  const commands = documents.flatMap(({ path, text }) =>
    examples(text, 'sh').flatMap((block) => commandsOf(block).map((command) => ({ path, command }))),
  );

  test.each(commands)('the command $command of $path exists', ({ command }) => {
    expect(unknownWord(command)).toBe(null);
  });

  test('a command that does not exist is found', () => {
    expect(commands.length).toBeGreaterThan(20);
    expect(commandsOf('bin/stratus list  # all\nssh stratus\nstratus doctor')).toEqual(['list', 'doctor']);
    expect(unknownWord('haunt first')).toBe('haunt');
    expect(unknownWord('instance haunt first')).toBe('haunt');
    expect(unknownWord('network create x')).toBe('create');
    expect(unknownWord('host rename x')).toBe('rename');
    expect(unknownWord('host uncordon x')).toBe(null);
    expect(unknownWord('key create x')).toBe(null);
  });

  test('a request that the API would refuse is found', () => {
    expect(requests.length).toBeGreaterThan(8);
    expect(problemOf('POST /v1/ghosts\n{}')).toBe('no kind');
    expect(problemOf('POST /v1/instances/a/haunt')).toBe('no verb');
    expect(problemOf('POST /v1/instances\n{ "name": "a" }')).toBe('body');
    expect(problemOf('POST /v1/instances\n{ "name": "a", "image": "tiny", "ghost": 1 }')).toBe('field ghost');
  });
});

function brokenLinks(path: string, text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets.filter(
    (target) => !/^(https?:|#)/.test(target) && !existsSync(join(root, normalize(join(dirname(path), target.replace(/#.*$/, ''))))),
  );
}

function missingFiles(text: string): string[] {
  const lines = text.split('\n').filter((line) => !line.includes('not promised yet'));
  const names = lines.flatMap((line) => [...line.matchAll(/`((?:src|test|bin|bench|deploy|docs)\/[\w./-]+)`/g)].map((match) => match[1] ?? ''));
  return names.filter((name) => !existsSync(join(root, name)));
}

function examples(text: string, language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)\\n\`\`\`$`, 'gms'))].map((match) => match[1] ?? '');
}

/** Why an example `METHOD /v1/<kinds>[/<ref>[/<verb>]]`, with its body in the lines below, would be refused; null: it would not. */
function problemOf(request: string): string | null {
  const [head = '', ...rest] = request.split('\n');
  const [method = '', path = ''] = head.split(' ');
  const [, version, plural, ref, verb] = path.split('/');
  const kind = kinds.find((each) => each.plural === plural);
  if (version !== 'v1' || kind === undefined) return 'no kind';
  const body: object | null = rest.join('').trim() === '' ? null : (JSON.parse(rest.join('\n')) as object);
  if (method === 'GET' || method === 'DELETE') return body === null ? null : 'body';
  if (verb !== undefined) {
    const known = kind.verbs[verb];
    if (known === undefined) return 'no verb';
    return body === null || (known.body !== null && Value.Check(known.body, body)) ? null : 'body';
  }
  const schema = method === 'POST' && ref === undefined ? kind.create : method === 'PATCH' && ref !== undefined ? kind.update : null;
  if (schema === null || body === null) return 'body';
  const known = ['name', 'labels', ...Object.keys(schema.properties)];
  const unknown = Object.keys(body).find((field) => !known.includes(field));
  if (unknown !== undefined) return `field ${unknown}`;
  return Value.Check(schema, body) ? null : 'body';
}

/** What stands behind `stratus` in each line of a shell example. */
function commandsOf(block: string): string[] {
  return block.split('\n').flatMap((line) => /^(?:sudo )?(?:bin\/)?stratus ([^#]*)/.exec(line)?.[1]?.trim() ?? []);
}

/** The word of a command that `stratus` does not know; null: it knows them. Options are not looked at. */
function unknownWord(command: string): string | null {
  const [first = '', second = ''] = command.split(' ');
  const word = findWord(first);
  if (word === null) return first;
  if (word.kind === undefined) return null;
  const group = program.commands.find((each) => each.name() === word.name);
  // `stratus events` is a word without further ones.
  if (group === undefined || group.commands.length === 0) return null;
  return group.commands.some((each) => each.name() === second || each.aliases().includes(second)) ? null : second;
}
