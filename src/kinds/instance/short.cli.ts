import { addDelete, addList, addShow, addVerb } from '../../cli/kind-commands.ts';
import type { AddCommand } from '../../cli/word-commands.ts';
import { instanceCli } from './instance.cli.ts';
import { instanceKind } from './instance.ts';

/** `stratus list`: of all lists the one that is asked for most. */
export const addShortList: AddCommand = (program, run) => void addList(program, instanceKind, run);

/** `stratus stop NAME` and its like: what people say of instances every day needs no `instance` before it. */
export function addShort(name: 'show' | 'start' | 'stop' | 'reboot' | 'delete'): AddCommand {
  return (program, run) => {
    if (name === 'show') addShow(program, instanceCli, run);
    else if (name === 'delete') addDelete(program, instanceCli, run);
    else addVerb(program, instanceCli, name, run);
  };
}
