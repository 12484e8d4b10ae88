import { CommitConflict, type Change, type Store } from '../control/store/store.ts';
import type { Resource } from '../core/resource.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import { lifetimes } from './lifetimes.ts';
import { all, newRecord, put, remove } from './records.ts';
import { newSecret, secretHash } from './secret.ts';

export const sessionKind = 'session';

export interface SessionSpec {
  readonly userId: string;
  readonly secretSha256: string;
  /** How the log-in was proven: `password`, `passkey`, `ldap:lab`, …; absent: by password. */
  readonly method?: string;
  /** A second factor is asked of this person, who has none yet. */
  readonly mustEnrol?: boolean;
  /** Where it began; null or absent: on the cloud's own socket, or not known. */
  readonly address?: string | null;
  /** To {@link lifetimes.lastUseExactToMs}. */
  readonly lastUsedAt: string;
}
export type Session = Resource<SessionSpec>;

const indexed = (session: Session) => ({ keys: [`secret/${session.spec.secretSha256}`], indexes: { user: session.spec.userId } });

/** A session that counts from the commit of `change` on: a new secret at every log-in, so that none can be planted before. */
export function newSession(
  clock: Clock,
  userId: string,
  how: Pick<SessionSpec, 'method' | 'mustEnrol' | 'address'>,
): { session: Session; secret: string; change: Change } {
  const secret = newSecret('');
  const spec = { userId, secretSha256: secretHash(secret), ...how, lastUsedAt: isoTime(clock.now()) };
  const session: Session = newRecord(clock, sessionKind, 'ses', '', userId, spec);
  return { session, secret, change: put(session, indexed(session)) };
}

/** The living session of a cookie; null for anything else. */
export async function findSession(store: Store, clock: Clock, secret: string): Promise<Session | null> {
  const session = (await store.getByKey(sessionKind, `secret/${secretHash(secret)}`)) as Session | null;
  if (session === null || isOver(session, clock)) return null;
  if (clock.now() - Date.parse(session.spec.lastUsedAt) > lifetimes.lastUseExactToMs) {
    const used: Session = { ...session, updatedAt: isoTime(clock.now()), spec: { ...session.spec, lastUsedAt: isoTime(clock.now()) } };
    // Another request of the same session may have written it down already.
    await store.commit([put(used, indexed(used))]).catch(ignoreConflict);
  }
  return session;
}

export function isOver(session: Session, clock: Clock): boolean {
  return clock.now() > sessionEndMs(session);
}

/** When it ends unless it is used, ms since 1970. */
export function sessionEndMs({ spec, createdAt }: Session): number {
  return Math.min(Date.parse(spec.lastUsedAt) + lifetimes.sessionIdleMs, Date.parse(createdAt) + lifetimes.sessionMs);
}

/** The change after which nothing more is asked of a session: its person has a second factor now. null: nothing was. */
export function enrolled(clock: Clock, session: Session): Change | null {
  if (session.spec.mustEnrol !== true) return null;
  const done: Session = { ...session, updatedAt: isoTime(clock.now()), spec: { ...session.spec, mustEnrol: false } };
  return put(done, indexed(done));
}

export async function sessionsOf(store: Store, userId: string): Promise<Session[]> {
  const sessions: Session[] = [];
  for await (const session of all(store, sessionKind, { name: 'user', value: userId })) sessions.push(session as Session);
  return sessions;
}

export async function endSession(store: Store, id: string, audited: readonly Change[] = []): Promise<void> {
  for (;;) {
    const session = await store.get(sessionKind, id);
    if (session === null) return;
    const ended = await store.commit([remove(session), ...audited]).then(() => true, ignoreConflict);
    if (ended === true) return;
  }
}

export async function endSessionsOf(store: Store, userId: string): Promise<void> {
  for await (const session of all(store, sessionKind, { name: 'user', value: userId })) await endSession(store, session.id);
}

export function ignoreConflict(error: unknown): void {
  if (!(error instanceof CommitConflict)) throw error;
}
