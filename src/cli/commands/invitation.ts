import { Option, type Command } from 'commander';
import { projectRoles } from '../../core/role.ts';
import { projectKind } from '../../kinds/project/project.ts';
import { completes } from '../completion-sources.ts';
import { forEach } from '../each.ts';
import type { Run } from '../kind-cli.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { printDone, printItems } from '../output/items.ts';
import { pathOf } from '../session.ts';

interface Invitation {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly invitedBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** `stratus invitation`: people who are asked into a project, whether or not they have an account. */
export function addInvitation(program: Command, run: Run): void {
  const group = program
    .command('invitation')
    .alias('invitations')
    .summary('invite people into a project, by e-mail')
    .description('Asks people into a project by a link that is mailed to them. Who has no account here gets one with it.');
  const project = { kind: 'project' };

  outputOptions(
    cloudOptions(
      completes(
        group
          .command('create <project> <email>')
          .alias('send')
          .summary('invite somebody')
          .description('Mails somebody a link that lets them into a project.'),
        project,
        { words: [] },
      )
        .addOption(new Option('--role <role>', 'what they may do there').choices(projectRoles).default('member'))
        .addOption(new Option('--language <language>', 'of the mail').choices(['en', 'fr']).default('en')),
    ),
  ).action(
    run(async (session, { role, language }: { role: string; language: string }, ref: string, email: string) => {
      const made: { id: string } = await session.create(pathOf(projectKind, ref, 'invitations'), { body: { email, role, language } });
      await printDone(session, made, made.id, `${email} is invited into ${ref}, as ${role}`);
    }),
  );

  outputOptions(
    cloudOptions(
      completes(
        group
          .command('list <project>')
          .alias('ls')
          .summary('list those that are not answered yet')
          .description('Lists the invitations into a project that are not answered yet.'),
        project,
      ),
    ),
  ).action(
    run(async (session, _options, ref: string) => {
      const { items }: { items: Invitation[] } = await session.client.request('GET', pathOf(projectKind, ref, 'invitations'));
      await printItems(session, items, {
        titles: ['ID', 'E-MAIL', 'ROLE', 'BY', 'SENT', 'EXPIRES'],
        row: ({ id, email, role, invitedBy, createdAt, expiresAt }) => [id, email, role, invitedBy, createdAt, expiresAt],
        name: ({ id }) => id,
        none: 'There are no invitations that wait for an answer.',
      });
    }),
  );

  cloudOptions(
    completes(
      group
        .command('revoke <project> <id...>')
        .alias('delete')
        .summary('take some back')
        .description('Takes invitations back: their links are worthless at once.'),
      project,
      { words: [] },
    ),
  ).action(
    run(async (session, _options, ref: string, ids: string[]) => {
      await forEach(session, ids, async (id) => {
        await session.client.request('DELETE', pathOf(projectKind, ref, 'invitations', id));
        await session.say(`${id} is taken back`);
      });
    }),
  );
}
