import { kinds } from '../kinds/index.ts';
import { groupCli } from '../kinds/group/group.cli.ts';
import { hostCli } from '../kinds/host/host.cli.ts';
import { imageCli } from '../kinds/image/image.cli.ts';
import { instanceCli } from '../kinds/instance/instance.cli.ts';
import { projectCli } from '../kinds/project/project.cli.ts';
import { sshKeyCli } from '../kinds/ssh-key/ssh-key.cli.ts';
import { userCli } from '../kinds/user/user.cli.ts';
import { eventCli } from '../kinds/event/event.cli.ts';
import { addKindCommands } from './kind-commands.ts';
import type { KindCli } from './kind-cli.ts';
import type { AddCommand } from './word-commands.ts';

/** Kinds that have more in a terminal than what follows from their model. */
const own: readonly KindCli[] = [instanceCli, imageCli, sshKeyCli, projectCli, userCli, groupCli, hostCli, eventCli];

/** Kinds whose resources only the cloud itself removes. */
export const undeletable: ReadonlySet<string> = new Set(['network', 'event']);

export function cliOfKind(name: string): KindCli {
  const kind = kinds.find((each) => each.name === name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  return own.find((cli) => cli.kind === kind) ?? { kind };
}

export function commandOfKind(name: string, aliases: readonly string[]): AddCommand {
  const cli = cliOfKind(name);
  return (program, run) => {
    const group = program
      .command(name)
      .aliases([...aliases])
      .summary(cli.kind.says)
      .description(cli.kind.says);
    addKindCommands(group, cli, run, { isDeletable: !undeletable.has(name) });
  };
}
