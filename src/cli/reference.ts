import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Argument, Command, Option } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { isPair } from './flags.ts';
import { overview } from './overview.ts';
import { pathOf, wholeProgram } from './program.ts';
import { processWorld } from './world.ts';

/** Options that many commands share stand once, at the top. */
const commonGroup = 'Common options:';

/** docs/reference/cli.md: every command with its arguments and options, from the commands themselves. */
export async function cliReference(): Promise<string> {
  const program = await wholeProgram(processWorld());
  const parts = [
    '# The command line, word by word',
    'Written by `src/cli/reference.ts` from the commands themselves; how to use them is told in [The command line](../using/cli.md).',
    '## Common options',
    'Commands have those of these that make sense for them.',
    table(['Option', ''], commonOptions(program).map(optionRow)),
    '## Exit codes',
    table(
      ['Code', 'Means'],
      Object.values(exitCodes).map(({ code, says }) => [String(code), says]),
    ),
  ];
  for (const { title, words } of overview) {
    parts.push(`## ${title}`);
    if (words.every(({ isLocal }) => isLocal === true))
      parts.push(
        table(
          ['Command', ''],
          words.map(({ name, says }) => [`\`stratus ${name}\``, says]),
        ),
      );
    for (const { name } of words) {
      const command = program.commands.find((each) => each.name() === name);
      if (command !== undefined) parts.push(...sectionsOf(command));
    }
  }
  return `${parts.join('\n\n')}\n`;
}

function sectionsOf(command: Command): string[] {
  if (command.commands.length > 0) {
    const aliases = command.aliases();
    const also = aliases.length === 0 ? '' : ` In short also: ${aliases.map((alias) => `\`stratus ${alias}\``).join(', ')}.`;
    const level = command.parent?.parent === null ? '###' : '####';
    return [`${level} ${pathOf(command)}`, `${command.description()}${also}`, ...command.commands.flatMap(sectionsOf)];
  }
  const heading = command.parent?.parent === null ? '###' : '####';
  const own = command.options.filter((option) => option.helpGroupHeading !== commonGroup && !option.hidden);
  return [
    `${heading} ${[pathOf(command), ...command.registeredArguments.map(argumentTerm)].join(' ')}`,
    command.description(),
    ...(own.length === 0 ? [] : [table(['Option', ''], own.map(optionRow))]),
  ];
}

function commonOptions(program: Command): Option[] {
  const found = new Map<string, Option>();
  const walk = (command: Command): void => {
    for (const option of command.options)
      if (option.helpGroupHeading === commonGroup && !option.hidden && !found.has(option.flags)) found.set(option.flags, option);
    command.commands.forEach(walk);
  };
  walk(program);
  return [...found.values()];
}

const argumentTerm = (argument: Argument) =>
  `\\<${argument.name()}${argument.variadic ? '…' : ''}\\>`.replace(/^\\<(.*)\\>$/, argument.required ? '\\<$1\\>' : '\\[$1\\]');

function optionRow(option: Option): string[] {
  const choices = option.argChoices === undefined ? '' : ` (${option.argChoices.join(', ')})`;
  return [`\`${isPair(option) ? option.flags.replace('--', '--[no-]') : option.flags}\``, `${option.description}${choices}`];
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

if (import.meta.main) writeFileSync(fileURLToPath(new URL('../../docs/reference/cli.md', import.meta.url)), await cliReference());
