import type { Change } from '../../control/store/store.ts';
import { CloudError } from '../../core/errors.ts';
import type { User } from '../../kinds/user/user.ts';
import { isoTime } from '../../ports/clock.ts';
import { passwordOf, putPassword } from '../account.ts';
import type { Identity } from '../identity.ts';
import { passwordResetDoneMail } from '../mail/account-mails.ts';
import { dropLinksOf } from '../one-time-link.ts';
import { passwordProblems } from '../password-rules.ts';
import { hashPassword } from '../password.ts';
import { remove } from '../records.ts';
import { endSession, sessionsOf } from '../session.ts';
import type { Visit } from '../sign-in.ts';
import { actorOf, decided, deed, type Actor, type FlowDeps } from './flow.ts';

/** Links that a new password makes worthless. */
const purposes = ['reset-password', 'set-password'] as const;

/** Throws PASSWORD_WEAK with all that is wrong with it. */
export function checkPassword({ identity }: FlowDeps, password: string, about: { name: string; email: string | null }): void {
  const { site, passwords } = identity.settings.current;
  const own = [about.name, about.email ?? '', site.name];
  const problems = passwordProblems(password, own, { lengthMin: passwords.lengthMin, lengthMax: 1_000 });
  if (problems.length > 0) throw new CloudError('PASSWORD_WEAK', { problem: problems.join('; ') });
}

/** One's own, in a session; all other sessions end. Throws INPUT_INVALID, PASSWORD_WEAK, RATE_LIMITED. */
export async function changePassword(
  deps: FlowDeps,
  identity: Identity,
  user: User,
  { current, wanted }: { current: string | null; wanted: string },
  visit: Visit,
): Promise<void> {
  const { auth } = deps.identity;
  await proveBefore(deps, user, current, visit);
  if (current === wanted) throw new CloudError('INPUT_INVALID', { where: 'new', problem: 'is the one that you have' });
  checkPassword(deps, wanted, { name: user.name, email: user.spec.email });
  const hash = await hashPassword(wanted);
  const actor = actorOf(identity, visit.requestId);
  await putInPlace(deps, user, hash, actor, 'account.set-password', identity.credentialId, async () => {
    const session = await auth.store.get('session', identity.credentialId);
    if (session === null) throw new CloudError('UNAUTHENTICATED', { problem: 'there is no valid session or token' });
    return [];
  });
}

/** What changes how somebody gets in is asked of who has the password, and not of who has found an open session. Throws INPUT_INVALID, RATE_LIMITED. */
export async function proveBefore({ identity }: FlowDeps, user: User, current: string | null, visit: Visit): Promise<void> {
  if ((await passwordOf(identity.auth.store, user.id)) === null) return;
  if (current === null) throw new CloudError('INPUT_INVALID', { where: 'current', problem: 'is missing' });
  if (!(await identity.signIn.provesPassword(user, current, visit)))
    throw new CloudError('INPUT_INVALID', { where: 'current', problem: 'is not your password' });
}

/** Together with what `along` says: it is asked in every decision, and refuses by throwing. `keep`: id of the only session that goes on. */
export async function putInPlace(
  { identity }: FlowDeps,
  user: User,
  hash: Awaited<ReturnType<typeof hashPassword>>,
  actor: Actor,
  action: string,
  keep: string | null,
  along: () => Promise<readonly Change[]>,
): Promise<void> {
  const { post } = identity;
  const { store, clock } = identity.auth;
  const { revision } = await decided(store, async () => {
    const more = await along();
    const before = await passwordOf(store, user.id);
    const others = (await sessionsOf(store, user.id)).filter(({ id }) => id !== keep);
    const links = await Promise.all(purposes.map((purpose) => dropLinksOf(store, user.id, purpose)));
    const mails = post.notice(user, 'password-changed', (to, language) =>
      passwordResetDoneMail({ ...to, at: isoTime(clock.now()), address: actor.origin.address ?? 'local' }, language),
    );
    const audit = deed(clock, actor, action, user, { sessionsEnded: others.length });
    return { result: null, changes: [putPassword(clock, user.id, hash, before), ...others.map(remove), ...links.flat(), ...mails, audit, ...more] };
  });
  // Who got in by the old one between our look and our commit. Later ones have the new one.
  for (const { id, revision: begunAt } of await sessionsOf(store, user.id)) if (id !== keep && begunAt < revision) await endSession(store, id);
}
