import type { Command } from 'commander';
import { completes } from '../completion-sources.ts';
import { forEach } from '../each.ts';
import { CommandError } from '../exit-codes.ts';
import type { Run } from '../kind-cli.ts';
import { asPerson } from '../login/asking.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { printDone, printItems, type ItemsShown } from '../output/items.ts';
import { accountPath, idOf, readAccount, refPath, type Linked } from './account-wire.ts';
import { methodNamed } from './auth.ts';

export const linksShown: ItemsShown<Linked> = {
  titles: ['METHOD', 'TYPE', 'KNOWN THERE AS', 'LAST SEEN', 'ID'],
  row: ({ method, type, userName, seenAt, id }) => [method, type, userName ?? '-', seenAt, id],
  name: ({ id }) => id,
  none: 'There are no links.',
};

/** What other places know somebody by. */
export function addLinks(account: Command, run: Run): void {
  const group = account
    .command('links')
    .summary('log-ins of other places that are yours: list, add, remove')
    .description('Log-ins of other places that let you in here: a directory, a provider, a certificate.');
  outputOptions(cloudOptions(group.command('list').alias('ls').summary('list them').description('Lists your links.'))).action(
    run(async (session) => printItems(session, (await readAccount(session)).links, linksShown)),
  );
  outputOptions(
    cloudOptions(
      completes(
        group
          .command('add <method>')
          .summary("link a directory's account")
          .description('Links the account that you have in a directory: its password is asked for. What needs a browser is linked on the page.'),
        { path: '/v1/sign-in', list: 'methods', name: 'name' },
      ).option('-u, --user <name>', 'what you are called there (default: as here)'),
    ),
  ).action(
    run(async (session, { user }: { user?: string }, method: string) => {
      if ((await methodNamed(session, method)).type !== 'ldap')
        throw new CommandError('usage', `${method} cannot be linked from a terminal.`, 'Log in on the page, and link it in your profile.');
      const linked = await asPerson(session, async (person, questions) => {
        const there = user ?? person.userName;
        const password = await questions.ask(`Password of ${there} at ${method}: `, true);
        return person.request('POST', refPath(`${accountPath}/links/ldap`, method), { user: there, password });
      });
      await printDone(session, linked, method, `${method} lets you in from now on.`);
    }),
  );
  cloudOptions(
    completes(group.command('remove <method-or-id...>').alias('rm').summary('take some away').description('Takes links away, by method or id.'), {
      path: accountPath,
      list: 'links',
      name: 'method',
    }),
  ).action(
    run(async (session, _options, refs: string[]) => {
      const { links } = await readAccount(session);
      const ids = new Map(refs.map((ref) => [ref, idOf(links, ref, ({ method }) => method, 'link', 'stratus account links list')]));
      await asPerson(session, async (person) =>
        forEach(session, refs, async (ref) => {
          await person.request('DELETE', refPath(`${accountPath}/links`, ids.get(ref) ?? ref));
          await session.say(`${ref} lets you in no more`);
        }),
      );
    }),
  );
}
