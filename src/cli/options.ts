import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Kind } from '../core/kind.ts';
import { CommandError } from './exit-codes.ts';
import { waitSecondsDefault } from './wait-default.ts';

const group = 'Common options:';
const common = (flags: string, says: string) => new Option(flags, says).helpGroup(group);

/** Which cloud and whose resources; every command that speaks to a cloud has them. */
export function cloudOptions(command: Command, kind: Pick<Kind, 'scope'> | null = null): Command {
  if (kind?.scope === 'project') command.addOption(common('--project <name>', 'whose resources (default: the project `default`)'));
  return command
    .addOption(common('--context <name>', 'which cloud; see: stratus context list'))
    .addOption(common('-q, --quiet', 'say nothing that is not asked for'))
    .addOption(common('-v, --verbose', 'with an error also its code and the request id'));
}

export function outputOptions(command: Command): Command {
  return command
    .addOption(common('-o, --output <format>', 'how to show it').choices(['table', 'wide', 'json', 'yaml', 'name']))
    .addOption(common('--no-headers', 'no line of titles'));
}

/** Commands wait until the cloud has done what was asked for, unless told otherwise. */
export function waitOptions(command: Command, seconds: number = waitSecondsDefault): Command {
  return command
    .addOption(common('--wait', 'wait until it is done (default)').hideHelp())
    .addOption(common('--no-wait', 'return as soon as the cloud has agreed'))
    .addOption(common('--timeout <seconds>', `wait at most this long, 0 for ever (default: ${seconds})`).argParser(wholeNumber));
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

export function labelOption(command: Command, says: string): Command {
  return command.option('--label <key=value>', `${says} (may be repeated)`, (text: string, before: string[] | undefined) => [
    ...(before ?? []),
    text,
  ]);
}

/** `key=value` words as labels; `key-` takes one away. */
export function labelsOf(words: readonly string[], before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const labels = new Map(Object.entries(before));
  for (const word of words) {
    const [, key, value] = /^([A-Za-z0-9][A-Za-z0-9_./-]*)=([\s\S]*)$/.exec(word) ?? [];
    const removed = /^([A-Za-z0-9][A-Za-z0-9_./-]*)-$/.exec(word)?.[1];
    if (key !== undefined && value !== undefined) labels.set(key, value);
    else if (removed !== undefined) labels.delete(removed);
    else
      throw new CommandError(
        'usage',
        `${word} is no label.`,
        'Write key=value, or key- to take it away. A key has letters of A to Z, digits and . _ / -',
      );
  }
  return Object.fromEntries(labels);
}
