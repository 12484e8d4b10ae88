import type { Command } from 'commander';
import { ApiError } from '../client.ts';
import { completes } from '../completion-sources.ts';
import { CommandError } from '../exit-codes.ts';
import { forEach } from '../each.ts';
import type { Run } from '../kind-cli.ts';
import { cliOfKind } from '../kind-clis.ts';
import { timeoutMs } from '../kind-commands.ts';
import { nearest } from '../nearest.ts';
import { cloudOptions, wholeNumber } from '../options.ts';
import { findWord, overview } from '../overview.ts';
import { waitSecondsDefault } from '../wait-default.ts';
import { follow } from '../waiting.ts';

export function addWait(program: Command, run: Run): void {
  const kindNames = overview.flatMap(({ words }) => words.flatMap(({ kind }) => kind ?? []));
  const command = completes(
    program
      .command('wait <kind> <name...>')
      .summary('wait for a state of something')
      .description('Waits until something is settled (as asked for), ready (to be used), gone, or in a state of its own, such as stopped.'),
    { words: kindNames },
    { kind: '' },
  );
  command
    .option('--for <goal>', 'settled, ready, gone, or a state', 'settled')
    .option('--timeout <seconds>', `wait at most this long, 0 for ever (default: ${waitSecondsDefault})`, wholeNumber);
  command.option('--project <name>', 'whose resources (default: the project `default`)');
  cloudOptions(command).action(
    run(async (session, options, word: string, refs: string[]) => {
      const name = findWord(word)?.kind;
      if (name === undefined)
        throw new CommandError('usage', `There is no kind ${word}.`, `Did you mean ${nearest(word, kindNames) ?? kindNames.join(', ')}?`);
      const { kind } = cliOfKind(name);
      const goal: string = options.for;
      if (!['settled', 'ready', 'gone', ...kind.states].includes(goal))
        throw new CommandError('usage', `${goal} is nothing to wait for.`, `Wait for settled, ready, gone, ${kind.states.join(', ')}.`);
      await forEach(session, refs, async (ref) => {
        const found = await session.get(kind, ref).catch((error: unknown) => {
          if (goal === 'gone' && error instanceof ApiError && error.status === 404) return null;
          throw error;
        });
        const done = found === null ? null : await follow(session, kind, found, goal, timeoutMs(options));
        await session.say(
          `${ref} is ${done === null ? 'gone' : goal === 'settled' || goal === 'ready' ? `${goal}${kind.states.length > 1 ? `: ${done.state}` : ''}` : done.state}`,
        );
      });
    }),
  );
}
