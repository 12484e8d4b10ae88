import type { Command, Option } from 'commander';

/** What can stand for an argument: the names of a kind's resources, fixed words, things of a list that the API gives, or files (left to the shell). */
export type Source = { readonly kind: string } | { readonly words: readonly string[] } | Listed | 'file';

/** Things that are no resources: the field `list` of what `path` answers, each by its field `name`. */
export interface Listed {
  readonly path: string;
  readonly list: string;
  readonly name: string;
}

const byCommand = new WeakMap<Command, readonly Source[]>();

/** Says what the command's arguments are, in their order; the last one stands for all that follow. */
export function completes(command: Command, ...sources: readonly Source[]): Command {
  byCommand.set(command, sources);
  return command;
}

export function sourceOfArgument(command: Command, index: number): Source | null {
  const sources = byCommand.get(command) ?? [];
  return sources[Math.min(index, sources.length - 1)] ?? null;
}

/** Options that name a resource, by their long name. */
const kindsByOption: Readonly<Record<string, string>> = {
  '--image': 'image',
  '--recipe': 'recipe',
  '--type': 'instance-type',
  '--key': 'ssh-key',
  '--network': 'network',
  '--project': 'project',
  '--user': 'user',
  '--group': 'group',
  '--owner': 'user',
  '--host': 'host',
  '--instance': 'instance',
};
const fileOptions = new Set(['--file', '--user-data', '--cloud-config', '--identity']);

const byOption = new WeakMap<Option, Source>();

/** Says what the values of this one option are, whatever options of its name take elsewhere. */
export function optionCompletes(option: Option, source: Source): Option {
  byOption.set(option, source);
  return option;
}

export function sourceOfValue(option: Option): Source | null {
  return byOption.get(option) ?? sourceOfOption(option.long ?? '');
}

export function sourceOfOption(name: string): Source | null {
  const kind = kindsByOption[name];
  if (kind !== undefined) return { kind };
  return fileOptions.has(name) ? 'file' : null;
}
