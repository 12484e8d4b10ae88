import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { overview, findWord } from './overview.ts';
import { processWorld, type World } from './world.ts';

/** Options that may also stand before the word; all take a value. */
const leading = new Set(['--context', '--project', '-o', '--output']);
const leadingSwitches = new Set(['-q', '--quiet', '-v', '--verbose', '--no-headers']);

/** The client: every word that is not a part of the cloud on this machine. Returns the exit code. */
export async function runClient(argv: readonly string[], world?: World): Promise<number> {
  const here = world ?? processWorld();
  if (world === undefined) keepCompiled();
  const words = wordsFirst(argv);
  const [first = '--help', ...rest] = words;
  if (first === '--help' || first === '-h') return showOverview(here);
  if (first === 'help') return help(rest, here);
  if (first === '--version' || first === '-V') {
    here.stdout.write(`stratus ${(await import('../version.ts')).version}\n`);
    return 0;
  }
  if (first === '__complete') return (await import('./complete.ts')).complete(rest, here);
  return run(first, rest, here);
}

async function run(first: string, rest: readonly string[], world: World): Promise<number> {
  const word = findWord(first);
  if (word === null || word.isLocal === true) return unknownWord(first, world);
  const { programFor, exitCodeOfCommander } = await import('./program.ts');
  const { CommanderError } = await import('commander');
  try {
    await (await programFor(word, world)).parseAsync([first, ...rest], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return exitCodeOfCommander(error);
    const { AlreadyTold, exitCodeOf } = await import('./exit-codes.ts');
    if (!(error instanceof AlreadyTold)) {
      const { errorText } = await import('./explain.ts');
      world.stderr.write(errorText(error, world, rest.includes('-v') || rest.includes('--verbose')));
    }
    return exitCodeOf(error);
  }
}

/** `stratus help WORD…` is `stratus WORD… --help`; some topics are no words. */
async function help(words: readonly string[], world: World): Promise<number> {
  const [first, ...rest] = words;
  if (first === undefined) return showOverview(world);
  const word = findWord(first);
  if (word?.isLocal === true) {
    world.stdout.write(`stratus ${word.name}: ${word.says}.\nMore: stratus ${word.name} --help\n`);
    return 0;
  }
  return word === null || word.name === 'help'
    ? run('help', words, world)
    : run(first, [...rest.filter((each) => !each.startsWith('-')), '--help'], world);
}

async function showOverview(world: World): Promise<number> {
  const { overviewHelp } = await import('./overview-help.ts');
  world.stdout.write(overviewHelp());
  return 0;
}

async function unknownWord(word: string, world: World): Promise<number> {
  const [{ nearest }, { printable }, { exitCodes }] = await Promise.all([
    import('./nearest.ts'),
    import('./output/printable.ts'),
    import('./exit-codes.ts'),
  ]);
  const ofInstances = [
    'create',
    'update',
    'rename',
    'label',
    'log',
    'user-data',
    ...Object.keys((await import('../kinds/instance/instance.ts')).instanceKind.verbs),
  ];
  const words = overview.flatMap((group) => group.words.map(({ name }) => name));
  const near = ofInstances.includes(word) ? `stratus instance ${word}` : nearest(word, words);
  world.stderr.write(
    `Error: There is no word ${printable(word)}.\n  → ${near === null ? 'See what there is: stratus --help' : `Did you mean ${near}? All there are: stratus --help`}\n`,
  );
  return exitCodes.usage.code;
}

/** `stratus --context lab list` is `stratus list --context lab`. */
function wordsFirst(argv: readonly string[]): string[] {
  const hoisted: string[] = [];
  let at = 0;
  for (; at < argv.length; at++) {
    const text = argv[at] ?? '';
    if (leadingSwitches.has(text) || /^--(context|project|output)=/.test(text)) hoisted.push(text);
    else if (leading.has(text) && at + 1 < argv.length) hoisted.push(text, argv[++at] ?? '');
    else break;
  }
  const rest = argv.slice(at);
  // What follows the name of an instance is the other machine's business.
  const end = rest[0] === 'ssh' ? 1 : rest.includes('--') ? rest.indexOf('--') : rest.length;
  return [...rest.slice(0, end), ...hoisted, ...rest.slice(end)];
}

/** What was compiled once need not be again: half of the time that a short command takes. */
function keepCompiled(): void {
  enableCompileCache(join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'stratus', 'compiled'));
}
