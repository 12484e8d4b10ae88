import { CloudError } from '../../core/errors.ts';
import type { User } from '../../kinds/user/user.ts';
import { remove } from '../records.ts';
import { sessionsOf } from '../session.ts';
import { decided, deed, type Actor, type FlowDeps } from './flow.ts';

/** `id` null: all but the one that asks. Throws NOT_FOUND. */
export async function endOwnSessions({ identity }: FlowDeps, actor: Actor, user: User, id: string | null): Promise<void> {
  const { store, clock } = identity.auth;
  await decided(store, async () => {
    const sessions = (await sessionsOf(store, user.id)).filter((each) => (id === null ? each.id !== actor.origin.credentialId : each.id === id));
    if (id !== null && sessions.length === 0) throw new CloudError('NOT_FOUND', { kind: 'session', ref: id, place: '' });
    return { result: null, changes: [...sessions.map(remove), deed(clock, actor, 'account.end-sessions', user, { count: sessions.length })] };
  });
}
