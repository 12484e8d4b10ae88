import type { Command } from 'commander';
import { completes } from '../../cli/completion-sources.ts';
import type { KindCli, Run, WireResource } from '../../cli/kind-cli.ts';
import { finish } from '../../cli/kind-commands.ts';
import { cloudOptions, outputOptions } from '../../cli/options.ts';
import { pathOf } from '../../cli/session.ts';
import { groupKind, type Group } from './group.ts';

export const groupCli: KindCli = {
  kind: groupKind,
  details: { members: null },
  summary: ({ spec }: { spec: Group['spec'] }) => [['Members', spec.members.map(({ name }) => name).join(', ') || 'nobody yet']],
  ownVerbs: ['add-members', 'remove-members'],
  commands(group, run) {
    addMembers(group, run, 'add-member', 'add-members', 'take people in', 'Takes one or several people in.');
    addMembers(group, run, 'remove-member', 'remove-members', 'let people go', 'Lets one or several people go.');
  },
};

/** All of them in one request: either all are in, or the group is as it was. */
function addMembers(group: Command, run: Run, name: string, verb: keyof typeof groupKind.verbs, summary: string, description: string): void {
  const command = completes(
    group.command(`${name} <group> <users...>`).summary(summary).description(description),
    { kind: 'group' },
    { kind: 'user' },
  );
  outputOptions(cloudOptions(command, groupKind)).action(
    run(async (session, _options, ref: string, users: string[]) => {
      const changed = await session.client.request<WireResource>('POST', pathOf(groupKind, ref, verb), { body: { users } });
      const count = (changed as unknown as Group).spec.members.length;
      await finish(session, groupCli, changed, 'settled', `has ${count} member${count === 1 ? '' : 's'}`);
    }),
  );
}
