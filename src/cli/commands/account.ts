import type { Command } from 'commander';
import { CommandError } from '../exit-codes.ts';
import type { Run } from '../kind-cli.ts';
import { asPerson, withQuestions } from '../login/asking.ts';
import { acceptConditions } from '../login/pending.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { aligned } from '../output/detail.ts';
import { printDone } from '../output/items.ts';
import { printData } from '../output/print.ts';
import type { Questions } from '../questions.ts';
import { addLinks } from './account-links.ts';
import { addPasskeys, addSessions } from './account-lists.ts';
import { addRecoveryCodes, addTotp } from './account-totp.ts';
import { accountPath, readAccount, type Account } from './account-wire.ts';

/** `stratus account`: what is a person's own. */
export function addAccount(program: Command, run: Run): void {
  const group = program
    .command('account')
    .summary('your own: password, second factor, passkeys, sessions, links')
    .description('Your own account. Whoever changes what it is proven with is asked for the password, and for the second factor where there is one.');

  outputOptions(
    cloudOptions(group.command('show').summary('show all about it').description('Shows who you are, and by what you can prove it.')),
  ).action(
    run(async (session) => {
      const account = await readAccount(session);
      if (session.format === 'name') return session.print(`${account.user.name}\n`);
      if (!session.isForPeople) return printData(session, account);
      await session.print(`${aligned(pairsOf(account), '').join('\n')}\n`);
    }),
  );

  cloudOptions(
    group
      .command('password')
      .summary('change your password')
      .description('Changes your password. Elsewhere than in a terminal: a line of stdin for the old one, one for the new one.'),
  ).action(
    run(async (session) => {
      await asPerson(session, async (person, questions, current) => {
        const wanted = await newPassword(questions, session.world.stdin.isTTY === true);
        await person.request('POST', `${accountPath}/password`, { current, new: wanted });
      });
      await session.say('The password is changed. Other sessions have ended; tokens go on.');
    }),
  );

  outputOptions(
    cloudOptions(
      group
        .command('email <address>')
        .summary('change where mail reaches you')
        .description('Changes your e-mail address, once you have followed the link that is mailed there.'),
    ),
  ).action(
    run(async (session, _options, email: string) => {
      const answer = await asPerson(session, async (person, _questions, current) =>
        person.request('POST', `${accountPath}/email`, { email, current }),
      );
      await printDone(session, answer, email, `A link was mailed to ${email}: the address is yours once you have followed it.`);
    }),
  );

  addTotp(group, run);
  addRecoveryCodes(group, run);
  addPasskeys(group, run);
  addSessions(group, run);
  addLinks(group, run);

  cloudOptions(
    group
      .command('accept-conditions')
      .summary('accept the conditions of this site')
      .description('Shows the conditions of this site and asks whether you accept them.')
      .option('--yes', 'they were read and are accepted'),
  ).action(
    run(async (session, { yes }) => {
      const { client, world } = session;
      const asking = { request: (method: string, path: string, body?: unknown) => client.request(method, path, body === undefined ? {} : { body }) };
      const version = await withQuestions(session, async (questions) => acceptConditions(world, questions, asking, yes === true));
      if (version === null) throw new CommandError('notFound', 'This site has no conditions.');
      await session.say(`Version ${version} of the conditions is accepted.`);
    }),
  );
}

function pairsOf({ user, hasPassword, totp, passkeys, links, sessions, conditions }: Account): [string, string][] {
  const { spec } = user;
  return [
    ['Name', user.name],
    ...(spec.displayName === '' ? [] : [['Called', spec.displayName] as [string, string]]),
    ['Role', spec.role],
    ['E-mail', spec.email ?? 'none'],
    ['Password', hasPassword ? 'there is one' : 'none'],
    [
      'Second factor',
      totp?.isConfirmed === true ? `codes of an app; ${totp.recoveryCodesLeft} recovery codes left` : passkeys.length > 0 ? 'a passkey' : 'none',
    ],
    ['Passkeys', passkeys.map(({ name }) => name).join(', ') || 'none'],
    ['Linked', links.map(({ method, userName }) => `${method}${userName === null ? '' : ` (${userName})`}`).join(', ') || 'nothing'],
    ['Sessions', String(sessions.length)],
    ...(conditions.current === 0
      ? []
      : [
          [
            'Conditions',
            conditions.accepted === conditions.current
              ? `version ${conditions.current}, accepted`
              : `version ${conditions.current}, not accepted yet: stratus account accept-conditions`,
          ] as [string, string],
        ]),
  ];
}

async function newPassword(questions: Questions, isTerminal: boolean): Promise<string> {
  const password = await questions.ask('New password: ', true);
  if (isTerminal && (await questions.ask('Once more: ', true)) !== password)
    throw new CommandError('usage', 'These were two different passwords; nothing is changed.');
  return password;
}
