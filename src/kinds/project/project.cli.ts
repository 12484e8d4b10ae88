import { Option, type Command } from 'commander';
import { completes } from '../../cli/completion-sources.ts';
import { forEach } from '../../cli/each.ts';
import { CommandError } from '../../cli/exit-codes.ts';
import type { KindCli, Run, WireResource } from '../../cli/kind-cli.ts';
import { cloudOptions, outputOptions } from '../../cli/options.ts';
import { printData, printResources, printRows } from '../../cli/output/print.ts';
import { printable } from '../../cli/output/printable.ts';
import { pathOf, type Session } from '../../cli/session.ts';
import { projectRoles, roleSays, type ProjectRole } from '../../core/role.ts';
import { userKind } from '../user/user.ts';
import { projectKind, type ProjectMember, type ProjectSpec } from './project.ts';

export const projectCli: KindCli = {
  kind: projectKind,
  details: { members: null },
  summary: ({ spec }: { spec: ProjectSpec }) => [
    ['Members', spec.members.map(({ name, role }) => `${name} (${role})`).join('\n') || 'nobody: administrators alone see it'],
  ],
  ownVerbs: ['set-member', 'remove-member'],
  commands(group, run) {
    addMember(group, run);
    addSetRole(group, run);
    addRemoveMember(group, run);
    addMembersList(group, run);
  },
};

interface Who {
  readonly user?: string;
  readonly group?: string;
}

interface WhoOptions {
  readonly group?: readonly string[];
}

const roles = `Roles: ${projectRoles.map((role) => `${role} (${roleSays[role].replace(/\.$/, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase())})`).join('; ')}.`;

function addMember(group: Command, run: Run): void {
  const command = ofPeople(group, 'add-member', 'take people or groups in', `Takes people or groups in. ${roles}`).addOption(
    new Option('--role <role>', 'what they may do there').choices(projectRoles).default('member'),
  );
  command.action(
    run(async (session, options: WhoOptions & { role: ProjectRole }, ref: string, users: string[]) =>
      forEachOf(session, ref, users, options, { verb: 'set-member', role: options.role, says: `is ${options.role} of` }),
    ),
  );
}

function addSetRole(group: Command, run: Run): void {
  const command = ofPeople(group, 'set-role', 'give members another role', `Gives members another role. ${roles}`).addOption(
    new Option('--role <role>', 'what they may do there from now on').choices(projectRoles).makeOptionMandatory(),
  );
  command.action(
    run(async (session, options: WhoOptions & { role: ProjectRole }, ref: string, users: string[]) => {
      const { spec } = (await session.get(projectKind, ref)) as { spec: ProjectSpec; name: string };
      for (const who of whoOf(users, options)) mustBeIn(spec.members, who, ref);
      await forEachOf(session, ref, users, options, { verb: 'set-member', role: options.role, says: `is ${options.role} of` });
    }),
  );
}

function addRemoveMember(group: Command, run: Run): void {
  ofPeople(group, 'remove-member', 'let people or groups go', 'Lets people or groups go. What they have made stays.').action(
    run(async (session, options: WhoOptions, ref: string, users: string[]) =>
      forEachOf(session, ref, users, options, { verb: 'remove-member', says: 'is no longer in' }),
    ),
  );
}

function addMembersList(group: Command, run: Run): void {
  const command = completes(
    group.command('members <project>').summary('list who is in it, and in which role').description('Lists who is in a project, and in which role.'),
    { kind: 'project' },
  );
  outputOptions(cloudOptions(command, projectKind)).action(
    run(async (session, _options, ref: string) => {
      const { spec } = (await session.get(projectKind, ref)) as { spec: ProjectSpec };
      const { members } = spec;
      if (session.format === 'name') return session.print(members.map(({ name }) => `${printable(name)}\n`).join(''));
      if (!session.isForPeople) return printData(session, members);
      if (members.length === 0) return session.tellError(`Nobody is in project ${printable(ref)}.\n`);
      await printRows(
        session,
        ['NAME', 'KIND', 'ROLE'],
        members.map((member) => [member.name, kindOf(member), member.role]),
      );
    }),
  );
}

function ofPeople(group: Command, name: string, summary: string, description: string): Command {
  const command = completes(
    group.command(`${name} <project> [users...]`).summary(summary).description(description),
    { kind: 'project' },
    { kind: 'user' },
  ).option('--group <name>', 'a group instead of a person (may be repeated)', (text: string, before: string[] | undefined) => [
    ...(before ?? []),
    text,
  ]);
  return outputOptions(cloudOptions(command, projectKind));
}

function whoOf(users: readonly string[], { group = [] }: WhoOptions): Who[] {
  if (users.length + group.length === 0)
    throw new CommandError('usage', 'It is not said whom.', 'Name people after the project, or groups with --group.');
  return [...users.map((user) => ({ user })), ...group.map((each) => ({ group: each }))];
}

interface Step {
  readonly verb: keyof typeof projectKind.verbs;
  readonly role?: ProjectRole;
  /** What is said between the name of one of them and the project's. */
  readonly says: string;
}

async function forEachOf(session: Session, ref: string, users: readonly string[], options: WhoOptions, step: Step): Promise<void> {
  const all = new Map(whoOf(users, options).map((who) => [who.user ?? `group ${who.group}`, who]));
  let last: WireResource | null = null;
  const one = async (name: string) => {
    last = await session.client.request<WireResource>('POST', pathOf(projectKind, ref, step.verb), {
      body: { ...all.get(name), ...(step.role === undefined ? {} : { role: step.role }) },
    });
    await session.say(`${printable(name)} ${step.says} ${printable(last.name)}`);
  };
  // One after the other: they change the same record.
  await forEach(session, [...all.keys()], one, 1);
  if (last !== null && !session.isForPeople) await printResources(session, projectCli, [last]);
}

/** Otherwise a slip of the pen would take somebody else in. */
function mustBeIn(members: readonly ProjectMember[], { user, group }: Who, project: string): void {
  const isThere = members.some(
    (member) => (member.name === (user ?? group) || member.id === (user ?? group)) && (kindOf(member) === 'user') === (user !== undefined),
  );
  if (!isThere)
    throw new CommandError(
      'notFound',
      `${user ?? group} is not in project ${project}.`,
      `Take them in with: stratus project add-member ${project} ${user ?? `--group ${group}`}`,
    );
}

const kindOf = ({ id }: ProjectMember): 'user' | 'group' => (id.startsWith(`${userKind.prefix}-`) ? 'user' : 'group');
