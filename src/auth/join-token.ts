import type { Store } from '../control/store/store.ts';
import { isId } from '../core/ids.ts';
import { CloudError } from '../core/errors.ts';
import type { Resource } from '../core/resource.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import { lifetimes } from './lifetimes.ts';
import { all, newRecord, put, remove } from './records.ts';
import { newSecret, secretHash } from './secret.ts';
import { ignoreConflict } from './session.ts';

export const joinTokenKind = 'join-token';
const joinTokenPrefix = 'jtk';

/** Lets one machine become a host, once. */
export interface JoinTokenSpec {
  /** Id of the user who made it. */
  readonly owner: string;
  /** Name of the host that may join, also if it is one already; null: a new one of any name. */
  readonly host: string | null;
  readonly secretSha256: string;
  readonly expiresAt: string;
}
export type JoinToken = Resource<JoinTokenSpec>;

const indexed = (token: JoinToken) => ({ keys: [`secret/${token.spec.secretSha256}`], indexes: {} });

/** The secret is told this once. */
export async function createJoinToken(
  store: Store,
  clock: Clock,
  { owner, host, lifetimeMs = lifetimes.joinTokenMs }: { owner: string; host: string | null; lifetimeMs?: number | undefined },
): Promise<{ token: JoinToken; secret: string }> {
  const secret = newSecret('slj_');
  const spec: JoinTokenSpec = { owner, host, secretSha256: secretHash(secret), expiresAt: isoTime(clock.now() + lifetimeMs) };
  const token: JoinToken = newRecord(clock, joinTokenKind, joinTokenPrefix, host ?? '', owner, spec);
  const revision = await store.commit([put(token, indexed(token))]);
  return { token: { ...token, revision }, secret };
}

/** Also one that has expired; null for what is none, or was used. */
export async function findJoinToken(store: Pick<Store, 'getByKey'>, secret: string): Promise<JoinToken | null> {
  return (await store.getByKey(joinTokenKind, `secret/${secretHash(secret)}`)) as JoinToken | null;
}

export function isJoinTokenOver({ spec }: JoinToken, clock: Clock): boolean {
  return Date.parse(spec.expiresAt) <= clock.now();
}

/** Those that can still be used. */
export async function listJoinTokens(store: Store, clock: Clock): Promise<JoinToken[]> {
  const tokens: JoinToken[] = [];
  for await (const token of all(store, joinTokenKind)) if (!isJoinTokenOver(token as JoinToken, clock)) tokens.push(token as JoinToken);
  return tokens;
}

/** Throws NOT_FOUND. */
export async function revokeJoinToken(store: Store, id: string): Promise<void> {
  const token = isId(joinTokenPrefix, id) ? await store.get(joinTokenKind, id) : null;
  if (token === null) throw new CloudError('NOT_FOUND', { kind: joinTokenKind, ref: id, place: '' });
  // Whoever was faster used it or took it back.
  await store.commit([remove(token)]).catch(ignoreConflict);
}
