import { Command, CommanderError, type Option } from 'commander';
import { AlreadyTold, exitCodeOf, exitCodes } from './exit-codes.ts';
import { explain } from './explain.ts';
import { isPair } from './flags.ts';
import type { Run } from './kind-cli.ts';
import { overview, type Word } from './overview.ts';
import { Session } from './session.ts';
import { loadWord } from './word-commands.ts';
import { widthOf, type World } from './world.ts';

/** The part of the command tree that begins with `word`. */
export async function programFor(word: Word, world: World): Promise<Command> {
  const program = emptyProgram(world);
  (await loadWord(word))?.(program, runner(world), world);
  return tidied(program);
}

/** The whole tree: for its reference and its tests. */
export async function wholeProgram(world: World): Promise<Command> {
  const program = emptyProgram(world);
  for (const { words } of overview) for (const word of words) (await loadWord(word))?.(program, runner(world), world);
  return tidied(program);
}

function emptyProgram(world: World): Command {
  const program = new Command('stratus');
  program
    .exitOverride()
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => void world.stdout.write(text),
      writeErr: (text) => void world.stderr.write(text),
      getOutHelpWidth: () => Math.min(widthOf(world.stdout) ?? 100, 120),
      getErrHelpWidth: () => Math.min(widthOf(world.stderr) ?? 100, 120),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => write(usageError(text)),
    });
  program.configureHelp({
    showGlobalOptions: false,
    subcommandTerm: (command) => `${command.name()} ${command.registeredArguments.map((argument) => `<${argument.name()}>`).join(' ')}`.trim(),
    commandUsage: (command) => `${pathOf(command)} ${command.usage()}`,
    optionTerm: (option: Option) => (isPair(option) ? option.flags.replace('--', '--[no-]') : option.flags),
  });
  return program;
}

/** `stratus instance create`; aliases are not in the way. */
export function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** All the way down: no `help` below a word, and the same words for help everywhere. */
function tidied(command: Command): Command {
  command
    .helpOption('-h, --help', 'show this')
    .helpCommand(false)
    .showHelpAfterError(`  → How it is used: ${pathOf(command)} --help`);
  for (const each of command.commands) tidied(each);
  return command;
}

function usageError(text: string): string {
  const [first = '', ...rest] = text.trim().split('\n');
  const message = first.replace(/^error: /, '').replace(/([^.])$/, '$1.');
  const hint = rest
    .join(' ')
    .trim()
    .replace(/^\((.*)\)$/, '$1');
  return `Error: ${message.slice(0, 1).toUpperCase()}${message.slice(1)}\n${hint === '' ? '' : `  → ${hint}\n`}`;
}

function runner(world: World): Run {
  return (work) =>
    async (...args: unknown[]) => {
      const command = args.at(-1) as Command;
      const options = command.opts();
      const session = await Session.open(world, options);
      try {
        await work(session, options, ...args.slice(0, -2));
      } catch (error) {
        if (error instanceof AlreadyTold || error instanceof CommanderError) throw error;
        // Whatever broke then, broke because of Ctrl-C.
        if (world.interrupted.aborted) throw new AlreadyTold(exitCodes.interrupted.code);
        session.tellError(await explain(error, session));
        throw new AlreadyTold(exitCodeOf(error));
      } finally {
        session.status.clear();
      }
    };
}

/** commander's ending as an exit code of ours: help was asked for, or something was not understood. */
export function exitCodeOfCommander(error: CommanderError): number {
  return error.exitCode === 0 ? exitCodes.ok.code : exitCodes.usage.code;
}
