import type { Command } from 'commander';
import { completes } from '../completion-sources.ts';
import { CommandError } from '../exit-codes.ts';
import type { Run } from '../kind-cli.ts';
import { nearest } from '../nearest.ts';
import { overview } from '../overview.ts';
import { environmentHelp, exitCodesHelp } from '../overview-help.ts';
import type { World } from '../world.ts';

/** Help about what is no word. Words themselves answer to --help. */
export function addHelp(program: Command, _run: Run, world: World): void {
  const topics: Readonly<Record<string, () => string>> = { 'exit-codes': exitCodesHelp, environment: environmentHelp };
  const known = [...Object.keys(topics), ...overview.flatMap(({ words }) => words.map(({ name }) => name))];
  const command = program
    .command('help [words...]')
    .summary('help about a word')
    .description('Help about a word; also about exit-codes and environment.');
  completes(command, { words: known }).action(([first = '']: string[]) => {
    const topic = topics[first];
    if (topic === undefined)
      throw new CommandError(
        'usage',
        `There is no help about ${first}.`,
        `Did you mean ${nearest(first, known) ?? 'exit-codes'}? All words: stratus --help`,
      );
    world.stdout.write(topic());
  });
}
