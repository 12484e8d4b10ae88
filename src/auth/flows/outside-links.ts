import type { Change } from '../../control/store/store.ts';
import { CloudError } from '../../core/errors.ts';
import type { User } from '../../kinds/user/user.ts';
import type { ExternalIdentity } from '../../ports/identity.ts';
import { findLink, linksOf, putLink, type Link } from '../link.ts';
import { remove } from '../records.ts';
import { sessionsOf } from '../session.ts';
import type { OutsideMethod } from '../settings/schema.ts';
import { decided, deed, type Actor, type FlowDeps } from './flow.ts';
import { otherWayIn } from './ways-in.ts';

/** From now on whoever the method says this is, is this user. Throws LINKED_ELSEWHERE. */
export async function linkTo(
  { identity }: FlowDeps,
  actor: Actor,
  action: string,
  user: User,
  method: OutsideMethod,
  who: ExternalIdentity,
): Promise<void> {
  const { store, clock } = identity.auth;
  await decided(store, async () => {
    const link = await findLink(store, who);
    if (link !== null && link.spec.userId !== user.id)
      throw new CloudError('LINKED_ELSEWHERE', { method: method.name, who: who.userName ?? who.subject });
    const audit = deed(clock, actor, action, user, { method: method.name, subject: who.subject });
    return { result: null, changes: [await putLink(store, clock, user.id, method, who, link), audit] };
  });
}

/**
 * It was taken for this user, and is no more: what its groups gave is gone, and the sessions that came by it end.
 * `mustLeave`: another way in must be left. Throws NOT_FOUND, LAST_WAY_IN.
 */
export async function unlink({ identity }: FlowDeps, actor: Actor, action: string, user: User, id: string, mustLeave: boolean): Promise<void> {
  const { auth, passkeys } = identity;
  const { store, clock } = auth;
  await decided(store, async () => {
    const link = (await linksOf(store, user.id)).find((each) => each.id === id);
    if (link === undefined) throw new CloudError('NOT_FOUND', { kind: 'link', ref: id, place: '' });
    const others: Change[] = mustLeave ? [await otherWayIn(store, passkeys, user, id)] : [];
    const method = `${link.spec.type}:${link.spec.method}`;
    // One's own session goes on: it is there that one takes the link away.
    const sessions = (await sessionsOf(store, user.id)).filter(({ id: each, spec }) => spec.method === method && each !== actor.origin.credentialId);
    const audit = deed(clock, actor, action, user, { method: link.spec.method, subject: link.spec.subject });
    return { result: null, changes: [remove(link), ...sessions.map(remove), ...others, audit] };
  });
}

/** As they are shown. `label`: of the method; its name where it is gone from the settings. */
export async function shownLinks({ identity }: FlowDeps, userId: string) {
  const { methods } = identity.settings.current;
  return (await linksOf(identity.auth.store, userId)).map(({ id, spec }: Link) => {
    const method = methods.find(({ name }) => name === spec.method);
    const { type, userName, seenAt, subject } = spec;
    return { id, method: spec.method, type, label: method?.label ?? spec.method, subject, userName, seenAt };
  });
}
