import { CommandError } from '../exit-codes.ts';
import { printableLines } from '../output/printable.ts';
import type { Questions } from '../questions.ts';
import type { World } from '../world.ts';
import type { Asking, BriefSession } from './brief-session.ts';
import { enrolTotp, tellRecoveryCodes } from './totp.ts';

/** What the site asks of people before it lets them do anything: its conditions, a second factor. */
export async function doWhatIsAsked(world: World, questions: Questions, session: BriefSession): Promise<void> {
  if (session.pending === 'conditions') await acceptConditions(world, questions, session, false);
  // What else is asked for shows once the conditions are accepted.
  const pending = session.pending === 'conditions' ? (await session.request('GET', '/v1/session')).pending : session.pending;
  if (pending !== 'second-factor') return;
  if (world.stdin.isTTY !== true)
    throw new CommandError(
      'notPermitted',
      'This site asks for a second factor, and you have none.',
      'Log in once in a terminal, or on the page, to set one up.',
    );
  world.stderr.write('This site asks for a second factor: an app on your telephone that shows codes.\n');
  tellRecoveryCodes(world, await enrolTotp(world, questions, session));
}

interface Conditions {
  readonly version: number;
  readonly text: { readonly en: string; readonly fr?: string | null };
}

/** Shows them; they are accepted by a yes that was typed, or by one that was given beforehand (`isAgreed`). Returns their version, null where there are none. */
export async function acceptConditions(world: World, questions: Questions, session: Asking, isAgreed: boolean): Promise<number | null> {
  const { conditions }: { conditions: Conditions | null } = await session.request('GET', '/v1/sign-in');
  if (conditions === null) return null;
  if (!isAgreed) {
    const isFrench = /^fr/i.test(world.env['LC_ALL'] || world.env['LC_MESSAGES'] || world.env['LANG'] || '');
    world.stderr.write(
      `The conditions of this site, version ${conditions.version}:\n\n${printableLines((isFrench ? conditions.text.fr : null) ?? conditions.text.en)}\n\n`,
    );
    if (world.stdin.isTTY !== true)
      throw new CommandError(
        'notPermitted',
        'The conditions of this site have to be accepted first.',
        'Read them; then: stratus account accept-conditions --yes. Or log in once in a terminal.',
      );
    if (!/^(y|yes|o|oui)$/i.test((await questions.ask('Do you accept them? [y/N] ')).trim()))
      throw new CommandError('refused', 'Nothing was accepted, and nothing else was done.');
  }
  await session.request('POST', '/v1/account/conditions', { version: conditions.version });
  return conditions.version;
}
