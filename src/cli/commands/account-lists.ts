import type { Command } from 'commander';
import { completes } from '../completion-sources.ts';
import { forEach } from '../each.ts';
import { CommandError } from '../exit-codes.ts';
import type { Run } from '../kind-cli.ts';
import { asPerson } from '../login/asking.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { printItems } from '../output/items.ts';
import { accountPath, idOf, readAccount, refPath } from './account-wire.ts';

export function addPasskeys(account: Command, run: Run): void {
  const group = account
    .command('passkeys')
    .summary('passkeys: list, remove')
    .description('Passkeys: a browser makes them, on the page; here they are listed and taken away.');
  outputOptions(cloudOptions(group.command('list').alias('ls').summary('list them').description('Lists your passkeys.'))).action(
    run(async (session) =>
      printItems(session, (await readAccount(session)).passkeys, {
        titles: ['NAME', 'ID', 'CREATED', 'LAST USED'],
        row: ({ id, name, createdAt, lastUsedAt }) => [name, id, createdAt, lastUsedAt ?? 'never'],
        name: ({ name }) => name,
        none: 'You have no passkeys; a browser makes them, on the page.',
      }),
    ),
  );
  cloudOptions(
    completes(group.command('remove <name...>').alias('rm').summary('take some away').description('Takes passkeys away, by name or id.'), {
      path: accountPath,
      list: 'passkeys',
      name: 'name',
    }),
  ).action(
    run(async (session, _options, refs: string[]) => {
      const { passkeys } = await readAccount(session);
      const ids = new Map(refs.map((ref) => [ref, idOf(passkeys, ref, ({ name }) => name, 'passkey', 'stratus account passkeys list')]));
      await asPerson(session, async (person) =>
        forEach(session, refs, async (ref) => {
          await person.request('DELETE', refPath(`${accountPath}/passkeys`, ids.get(ref) ?? ref));
          await session.say(`${ref} is taken away`);
        }),
      );
    }),
  );
}

export function addSessions(account: Command, run: Run): void {
  const group = account
    .command('sessions')
    .summary('where you are logged in by browser: list, end')
    .description('Where you are logged in by browser. Command lines and programs have tokens: stratus token list');
  outputOptions(cloudOptions(group.command('list').alias('ls').summary('list them').description('Lists your sessions.'))).action(
    run(async (session) =>
      printItems(session, (await readAccount(session)).sessions, {
        titles: ['ID', 'BY', 'FROM', 'BEGUN', 'LAST USED'],
        row: ({ id, method, address, createdAt, lastUsedAt, isThis }) => [
          id,
          method,
          `${address ?? 'this machine'}${isThis ? ' (this one)' : ''}`,
          createdAt,
          lastUsedAt,
        ],
        name: ({ id }) => id,
        none: 'You have no sessions.',
      }),
    ),
  );
  cloudOptions(
    completes(
      group
        .command('end [id...]')
        .summary('end some, or all')
        .description('Ends sessions, by id, or all of them: nobody is logged in there any more.'),
      { path: accountPath, list: 'sessions', name: 'id' },
    ).option('--all', 'all of them'),
  ).action(
    run(async (session, { all }: { all?: true }, refs: string[]) => {
      if ((all === true) === refs.length > 0)
        throw new CommandError('usage', 'Which sessions?', 'Give their ids, or --all. See what there is: stratus account sessions list');
      if (all === true) {
        await session.client.request('DELETE', `${accountPath}/sessions`);
        return session.say('All sessions have ended');
      }
      await forEach(session, refs, async (ref) => {
        await session.client.request('DELETE', refPath(`${accountPath}/sessions`, ref));
        await session.say(`${ref} has ended`);
      });
    }),
  );
}
