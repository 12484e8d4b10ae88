import type { Command } from 'commander';
import { CommandError } from '../exit-codes.ts';
import type { Run } from '../kind-cli.ts';
import { asPerson } from '../login/asking.ts';
import { enrolTotp, recoveryCodesText } from '../login/totp.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { printData } from '../output/print.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';
import { accountPath, readAccount } from './account-wire.ts';

/** A code opens one log-in and nothing more: what is done in it takes the next one. */
const nextCode = 'Next code of your app (each is good once), or a recovery code: ';

export function addTotp(account: Command, run: Run): void {
  const group = account
    .command('totp')
    .summary('codes of an app, as second factor')
    .description('Codes of an app on your telephone, asked for after the password.');
  outputOptions(
    cloudOptions(
      group
        .command('enable')
        .summary('ask for codes from now on')
        .description(
          'Gives an app the secret, and asks for a code of it; from then on each log-in by password does. Shows recovery codes, this once.',
        ),
    ),
  ).action(
    run(async (session) => {
      await mustAskForCodes(session, false);
      const recoveryCodes = await asPerson(session, async (person, questions) => enrolTotp(session.world, questions, person));
      await session.say('Log-ins by password ask for a code from now on.');
      await showCodes(session, recoveryCodes);
    }),
  );
  cloudOptions(
    group.command('disable').summary('ask for codes no longer').description('Takes the second factor away: the password alone lets you in then.'),
  ).action(
    run(async (session) => {
      await mustAskForCodes(session, true);
      await asPerson(session, async (person, questions) =>
        person.request('DELETE', `${accountPath}/totp`, { code: (await questions.ask(nextCode, true)).trim() }),
      );
      await session.say('Log-ins by password ask for no code any more.');
    }),
  );
}

export function addRecoveryCodes(account: Command, run: Run): void {
  outputOptions(
    cloudOptions(
      account
        .command('recovery-codes')
        .summary('new recovery codes, in place of the old ones')
        .description('Shows new recovery codes, this once; those of before are worthless then.'),
    ),
  ).action(
    run(async (session) => {
      await mustAskForCodes(session, true);
      const { recoveryCodes } = await asPerson(session, async (person, questions) =>
        person.request<{ recoveryCodes: string[] }>('POST', `${accountPath}/totp/recovery-codes`, {
          code: (await questions.ask(nextCode, true)).trim(),
        }),
      );
      await showCodes(session, recoveryCodes);
    }),
  );
}

/** Otherwise a password would be asked for in vain. */
async function mustAskForCodes(session: Session, wanted: boolean): Promise<void> {
  const isAsked = (await readAccount(session)).totp?.isConfirmed === true;
  if (isAsked === wanted) return;
  if (isAsked)
    throw new CommandError(
      'conflict',
      'Your log-ins ask for codes already.',
      'For another app, take the one of now away first: stratus account totp disable',
    );
  throw new CommandError('conflict', 'Your log-ins ask for no codes.', 'Let them: stratus account totp enable');
}

async function showCodes(session: Session, recoveryCodes: readonly string[]): Promise<void> {
  if (session.format === 'name') return session.print(recoveryCodes.map((code) => `${printable(code)}\n`).join(''));
  if (!session.isForPeople) return printData(session, { recoveryCodes });
  await session.print(recoveryCodesText(recoveryCodes));
}
