import type { Command } from 'commander';
import { completes } from '../completion-sources.ts';
import { forEach } from '../each.ts';
import type { Run } from '../kind-cli.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { printItems } from '../output/items.ts';

interface Registration {
  readonly id: string;
  readonly user: string;
  readonly displayName: string;
  readonly email: string;
  readonly reason: string;
  readonly state: string;
  readonly createdAt: string;
}

const path = '/v1/registrations';
const waiting = { path, list: 'items', name: 'id' };

/** `stratus registration`: people who ask for an account. */
export function addRegistration(program: Command, run: Run): void {
  const group = program
    .command('registration')
    .alias('registrations')
    .summary('who asks for an account: list, approve, refuse')
    .description('People who ask for an account here. They have confirmed their e-mail address before an administrator decides.');

  outputOptions(
    cloudOptions(
      group
        .command('list')
        .alias('ls')
        .summary('list who waits')
        .description('Lists who waits: for their own confirmation (unconfirmed), or for an administrator (waiting).'),
    ),
  ).action(
    run(async (session) => {
      const { items }: { items: Registration[] } = await session.client.request('GET', path);
      await printItems(session, items, {
        titles: ['ID', 'USER', 'CALLED', 'E-MAIL', 'STATE', 'SINCE', 'REASON'],
        row: ({ id, user, displayName, email, state, createdAt, reason }) => [id, user, displayName, email, state, createdAt, reason],
        name: ({ id }) => id,
        none: 'Nobody waits.',
      });
    }),
  );

  const approve = completes(
    group
      .command('approve <id...>')
      .summary('give them their account')
      .description('Gives people the account that they asked for; a mail tells them.'),
    waiting,
  )
    .option('--in-project <name>', 'make them members of this project, in place of one of their own')
    .option('--reason <text>', 'a word for the mail');
  cloudOptions(approve).action(
    run(async (session, { inProject, reason }: { inProject?: string; reason?: string }, refs: string[]) => {
      await forEach(session, refs, async (ref) => {
        const body = { project: inProject, reason };
        await session.client.request('POST', `${path}/${encodeURIComponent(ref)}/approve`, { body });
        await session.say(`${ref} is approved`);
      });
    }),
  );

  const refuse = completes(
    group.command('refuse <id...>').summary('say no, and why').description('Says no, and why; the mail that tells them has the reason.'),
    waiting,
  ).requiredOption('--reason <text>', 'why: they read it');
  cloudOptions(refuse).action(
    run(async (session, { reason }: { reason: string }, refs: string[]) => {
      await forEach(session, refs, async (ref) => {
        await session.client.request('POST', `${path}/${encodeURIComponent(ref)}/refuse`, { body: { reason } });
        await session.say(`${ref} is refused`);
      });
    }),
  );
}
