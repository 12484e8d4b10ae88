import type { Command } from 'commander';
import type { Run } from '../../cli/kind-cli.ts';
import { cloudOptions, outputOptions } from '../../cli/options.ts';
import { printData, printRows } from '../../cli/output/print.ts';
import { printable } from '../../cli/output/printable.ts';
import { formatBytes, MiB } from '../../core/units.ts';
import type { Recipe } from './image.ts';

export function addRecipe(program: Command, run: Run): void {
  const group = program
    .command('recipe')
    .alias('recipes')
    .summary('what the cloud can build images from')
    .description('What the cloud can build images from: stratus image create NAME --recipe RECIPE.');
  outputOptions(
    cloudOptions(group.command('list').alias('ls').summary('list recipes').description('Lists the recipes that ship with the cloud.')),
  ).action(
    run(async (session) => {
      const { items }: { items: Recipe[] } = await session.client.request('GET', '/v1/recipes');
      if (session.format === 'name') return session.print(items.map(({ name }) => `${printable(name)}\n`).join(''));
      if (!session.isForPeople) return printData(session, items);
      await printRows(
        session,
        ['NAME', 'ARCHITECTURE', 'DISK', 'LEAST MEMORY', 'DESCRIPTION'],
        items.map(({ name, architecture, diskSizeBytes, memoryMibMin, description }) => [
          name,
          architecture,
          formatBytes(diskSizeBytes),
          formatBytes(memoryMibMin * MiB),
          description,
        ]),
      );
    }),
  );
}
