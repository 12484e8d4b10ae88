import { Option, type Command } from 'commander';
import { completes } from '../../cli/completion-sources.ts';
import { forEach } from '../../cli/each.ts';
import { CommandError } from '../../cli/exit-codes.ts';
import type { Run } from '../../cli/kind-cli.ts';
import { cloudOptions, outputOptions } from '../../cli/options.ts';
import { printItems } from '../../cli/output/items.ts';
import { pathOf } from '../../cli/session.ts';
import { userKind } from './user.ts';

interface OutsideLink {
  readonly id: string;
  readonly method: string;
  readonly type: string;
  readonly subject: string;
  readonly userName: string | null;
  readonly seenAt: string;
}

/** What administrators say about who somebody is elsewhere. */
export function addUserLinks(group: Command, run: Run): void {
  const person = { kind: 'user' };
  outputOptions(
    cloudOptions(
      completes(
        group
          .command('links <name>')
          .summary('list who somebody is elsewhere')
          .description('Lists by which log-ins of other places somebody comes in: a directory, a provider, a certificate.'),
        person,
      ),
    ),
  ).action(
    run(async (session, _options, ref: string) => {
      const { items }: { items: OutsideLink[] } = await session.client.request('GET', pathOf(userKind, ref, 'links'));
      await printItems(session, items, {
        titles: ['METHOD', 'TYPE', 'KNOWN THERE AS', 'LAST SEEN', 'ID'],
        row: ({ method, type, userName, subject, seenAt, id }) => [method, type, userName ?? subject, seenAt, id],
        name: ({ id }) => id,
        none: `${ref} is linked to nobody elsewhere.`,
      });
    }),
  );

  cloudOptions(
    completes(
      group
        .command('link <name> <method>')
        .summary('say who somebody is elsewhere')
        .description('Says who somebody is elsewhere: from then on that log-in lets them in. Make sure that it is the same person.'),
      person,
      { path: '/v1/sign-in', list: 'methods', name: 'name' },
    )
      .addOption(new Option('--user <name>', 'of a directory: what they are called there').conflicts('subject'))
      .option('--subject <text>', "of a certificate: its DN; of a provider: the issuer, #, and the person's sub"),
  ).action(
    run(async (session, { user, subject }: { user?: string; subject?: string }, ref: string, method: string) => {
      if (user === undefined && subject === undefined)
        throw new CommandError('usage', 'Who are they there?', 'Give --user for a directory, --subject for a certificate or a provider.');
      await session.client.request('POST', pathOf(userKind, ref, 'links'), { body: { method, user, subject } });
      await session.say(`${ref} is ${user ?? subject} at ${method}`);
    }),
  );

  cloudOptions(
    completes(
      group
        .command('unlink <name> <id...>')
        .summary('say that they are not')
        .description('Says that somebody is not who a link says they are elsewhere.'),
      person,
      { words: [] },
    ),
  ).action(
    run(async (session, _options, ref: string, ids: string[]) => {
      await forEach(session, ids, async (id) => {
        await session.client.request('DELETE', pathOf(userKind, ref, 'links', id));
        await session.say(`${id} is taken away`);
      });
    }),
  );
}
