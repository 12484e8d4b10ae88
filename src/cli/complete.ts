import type { Command, Option } from 'commander';
import { sourceOfArgument, sourceOfValue, type Listed, type Source } from './completion-sources.ts';
import { findWord, overview } from './overview.ts';
import { printable } from './output/printable.ts';
import type { Session } from './session.ts';
import type { World } from './world.ts';

/** Names come from the cloud only if it answers this fast, ms. */
const answerWithinMs = 700;
const namesMax = 1_000;

interface Candidate {
  readonly text: string;
  readonly says: string;
}

/** `stratus __complete WORD… CURRENT`: what CURRENT can become, one a line. Says nothing when it does not know. */
export async function complete(words: readonly string[], world: World): Promise<number> {
  try {
    const candidates = await candidatesFor(words, world);
    if (candidates === 'files') world.stdout.write(':files\n');
    else world.stdout.write(candidates.map(({ text, says }) => `${printable(text)}\t${printable(says)}\n`).join(''));
  } catch {
    // Whoever presses Tab wants words, not errors.
  }
  return 0;
}

async function candidatesFor(words: readonly string[], world: World): Promise<readonly Candidate[] | 'files'> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const matching = (candidates: readonly Candidate[]) => candidates.filter(({ text }) => text.startsWith(current));
  const word = findWord(before[0] ?? '');
  if (before.length === 0) return matching(overview.flatMap((group) => group.words.map(({ name, says }) => ({ text: name, says }))));
  if (word === null || word.isLocal === true) return [];

  const { programFor } = await import('./program.ts');
  const place = walk(await programFor(word, world), before);
  const equals = /^(--[a-z0-9-]+)=(.*)$/s.exec(current);
  if (equals !== null && place.awaiting === null) {
    const option = place.command.options.find((each) => each.long === equals[1]);
    const values = option === undefined ? [] : await valuesOf(option, place, world);
    return values === 'files'
      ? 'files'
      : values.map((each) => ({ ...each, text: `${equals[1]}=${each.text}` })).filter(({ text }) => text.startsWith(current));
  }
  if (place.awaiting !== null) {
    const values = await valuesOf(place.awaiting, place, world);
    return values === 'files' ? values : matching(values);
  }
  if (current.startsWith('-') && !place.isAfterDashes) return matching(optionsOf(place.command));
  if (place.command.commands.length > 0) return matching(place.command.commands.map((each) => ({ text: each.name(), says: each.summary() })));
  const source = sourceOfArgument(place.command, place.operands.length);
  if (source === null) return [];
  const values = await valuesFrom(source, place, world);
  return values === 'files' ? values : matching(values.filter(({ text }) => !place.operands.includes(text)));
}

interface Place {
  readonly command: Command;
  readonly operands: readonly string[];
  /** The option whose value comes next. */
  readonly awaiting: Option | null;
  readonly isAfterDashes: boolean;
  /** What was said for --project, --context. */
  readonly given: Readonly<Record<string, string>>;
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program;
  let awaiting: Option | null = null;
  let isAfterDashes = false;
  const operands: string[] = [];
  const given: Record<string, string> = {};
  for (const word of words) {
    if (awaiting !== null) {
      given[awaiting.long ?? ''] = word;
      awaiting = null;
    } else if (isAfterDashes) operands.push(word);
    else if (word === '--') isAfterDashes = true;
    else if (word.startsWith('-') && word !== '-') {
      const [name = '', value] = word.split('=', 2);
      const option = command.options.find((each) => each.long === name || each.short === name);
      if (value !== undefined) given[name] = value;
      else if (option?.required === true) awaiting = option;
    } else {
      const next = command.commands.find((each) => each.name() === word || each.aliases().includes(word));
      if (next !== undefined && operands.length === 0) command = next;
      else operands.push(word);
    }
  }
  return { command, operands, awaiting, isAfterDashes, given };
}

function optionsOf(command: Command): Candidate[] {
  return [
    ...command.options.flatMap((option) =>
      option.long === undefined || option.long === null ? [] : [{ text: option.long, says: option.description }],
    ),
    { text: '--help', says: 'help about this' },
  ];
}

async function valuesOf(option: Option, place: Place, world: World): Promise<readonly Candidate[] | 'files'> {
  if (option.argChoices !== undefined) return option.argChoices.map((text) => ({ text, says: '' }));
  const source = option.long === '--context' ? { kind: 'context' } : sourceOfValue(option);
  return source === null ? [] : valuesFrom(source, place, world);
}

async function valuesFrom(source: Source, place: Place, world: World): Promise<readonly Candidate[] | 'files'> {
  if (source === 'file') return 'files';
  if ('words' in source) return source.words.map((text) => ({ text, says: '' }));
  if ('path' in source) return listed(source, place, world);
  if (source.kind === 'context') {
    const { readConfig } = await import('./config-file.ts');
    const { contexts } = await readConfig(world.env);
    return [{ text: 'local', says: "this machine's own" }, ...Object.entries(contexts).map(([text, { url }]) => ({ text, says: url }))];
  }
  // `stratus wait KIND NAME`: the word before says which.
  const kindName = source.kind === '' ? findWord(place.operands[0] ?? '')?.kind : source.kind;
  return kindName === undefined ? [] : namesOf(kindName, place, world);
}

async function sessionFor({ given }: Place, world: World): Promise<Session> {
  const { Session: Opened } = await import('./session.ts');
  return Opened.open(world, {
    ...(given['--context'] === undefined ? {} : { context: given['--context'] }),
    ...(given['--project'] === undefined ? {} : { project: given['--project'] }),
  });
}

async function listed({ path, list, name }: Listed, place: Place, world: World): Promise<Candidate[]> {
  const { client } = await sessionFor(place, world);
  const answer: Record<string, Record<string, unknown>[]> = await client.request('GET', path, { signal: AbortSignal.timeout(answerWithinMs) });
  return (answer[list] ?? []).slice(0, namesMax).map((item) => ({ text: String(item[name]), says: '' }));
}

async function namesOf(kindName: string, place: Place, world: World): Promise<Candidate[]> {
  const [session, { kinds }] = await Promise.all([sessionFor(place, world), import('../kinds/index.ts')]);
  const kind = kinds.find((each) => each.name === kindName);
  const path = `/v1/${kind?.plural ?? `${kindName}s`}`;
  const query = kind === undefined ? {} : { ...session.listScope(kind), limit: namesMax };
  const { items } = await session.client.request('GET', path, { query, signal: AbortSignal.timeout(answerWithinMs) });
  return (items as { name: string; state?: string }[]).map(({ name, state }) => ({ text: name, says: state ?? '' }));
}
