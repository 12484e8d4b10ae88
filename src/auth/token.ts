import { CommitConflict, type Change, type Store } from '../control/store/store.ts';
import { CloudError } from '../core/errors.ts';
import { isId } from '../core/ids.ts';
import type { Resource } from '../core/resource.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import { lifetimes } from './lifetimes.ts';
import { all, newRecord, put, remove } from './records.ts';
import { ignoreConflict } from './session.ts';
import type { Scope } from './scope.ts';
import { newSecret, secretHash } from './secret.ts';

export const tokenKind = 'token';
const tokenPrefix = 'tok';

export interface TokenSpec {
  /** `user`: does what its owner may. `agent`: speaks for one host and does nothing else. */
  readonly type: 'user' | 'agent';
  /** Id of the account that made it. */
  readonly owner: string;
  /** Name of the host of an agent's token. */
  readonly host: string | null;
  readonly secretSha256: string;
  /** What it is limited to; absent or null: to nothing. */
  readonly scope?: Scope | null;
  /** Good for one request; absent: for any number. */
  readonly isOneTime?: boolean;
  /** null: until it is revoked. */
  readonly expiresAt: string | null;
  /** To {@link lifetimes.lastUseExactToMs}; null: never. */
  readonly lastUsedAt: string | null;
}
export type Token = Resource<TokenSpec>;

export interface NewToken {
  readonly name: string;
  readonly owner: string;
  /** Makes it an agent's token. */
  readonly host?: string | undefined;
  readonly expiresAt?: string | undefined;
  readonly scope?: Scope | undefined;
  readonly isOneTime?: boolean | undefined;
}

/** Names are each owner's own; those of agents are the cloud's. */
const tokenNameKey = (owner: string, name: string) => `name/${owner}/${name}`;
const indexed = ({ name, spec }: Token) => ({ keys: [`secret/${spec.secretSha256}`, tokenNameKey(spec.owner, name)], indexes: { user: spec.owner } });

/** The secret is told this once; only its SHA-256 is kept. `audited`: goes into the same commit. Throws NAME_TAKEN. */
export async function createToken(
  store: Store,
  clock: Clock,
  { name, owner, host, expiresAt, scope, isOneTime }: NewToken,
  audited: (token: Token) => readonly Change[] = () => [],
): Promise<{ token: Token; secret: string }> {
  const secret = newSecret('sl_');
  const spec: TokenSpec = {
    type: host === undefined ? 'user' : 'agent',
    owner,
    host: host ?? null,
    secretSha256: secretHash(secret),
    scope: scope ?? null,
    isOneTime: isOneTime ?? false,
    expiresAt: expiresAt ?? null,
    lastUsedAt: null,
  };
  const token: Token = newRecord(clock, tokenKind, tokenPrefix, name, owner, spec);
  try {
    const revision = await store.commit([put(token, indexed(token)), ...audited(token)]);
    return { token: { ...token, revision }, secret };
  } catch (error) {
    if (error instanceof CommitConflict) throw new CloudError('NAME_TAKEN', { kind: tokenKind, name });
    throw error;
  }
}

/** The valid token of a secret; null for anything else. */
export async function findToken(store: Store, clock: Clock, secret: string): Promise<Token | null> {
  const token = (await store.getByKey(tokenKind, `secret/${secretHash(secret)}`)) as Token | null;
  if (token === null || isExpired(token, clock)) return null;
  const { lastUsedAt } = token.spec;
  if (lastUsedAt === null || clock.now() - Date.parse(lastUsedAt) > lifetimes.lastUseExactToMs) {
    const used: Token = { ...token, updatedAt: isoTime(clock.now()), spec: { ...token.spec, lastUsedAt: isoTime(clock.now()) } };
    await store.commit([put(used, indexed(used))]).catch(ignoreConflict);
  }
  return token;
}

export function isExpired(token: Token, clock: Clock): boolean {
  return tokenEndMs(token) <= clock.now();
}

/** ms since 1970; Infinity where only revoking ends it. */
export function tokenEndMs({ spec }: Token): number {
  return spec.expiresAt === null ? Infinity : Date.parse(spec.expiresAt);
}

/** Those of one owner; null: all. */
export async function listTokens(store: Store, owner: string | null): Promise<Token[]> {
  const tokens: Token[] = [];
  const index = owner === null ? undefined : { name: 'user', value: owner };
  for await (const token of all(store, tokenKind, index)) tokens.push(token as Token);
  return tokens;
}

/** By id, or by the name that its owner gave it; null when there is none. */
export async function findTokenByRef(store: Store, owner: string, ref: string): Promise<Token | null> {
  return (isId(tokenPrefix, ref) ? await store.get(tokenKind, ref) : await store.getByKey(tokenKind, tokenNameKey(owner, ref))) as Token | null;
}

/** From the next request on it is worthless; false when there is none. */
export async function dropToken(store: Store, owner: string, ref: string, audited: readonly Change[] = []): Promise<boolean> {
  for (;;) {
    const token = await findTokenByRef(store, owner, ref);
    if (token === null) return false;
    const isGone = await store.commit([remove(token), ...audited]).then(() => true, ignoreConflict);
    if (isGone === true) return true;
  }
}

/** Of several requests with a one-time token at the same moment, true for one. */
export async function useUp(store: Store, token: Token): Promise<boolean> {
  for (;;) {
    const current = (await store.get(tokenKind, token.id)) as Token | null;
    if (current === null) return false;
    if ((await store.commit([remove(current)]).then(() => true, ignoreConflict)) === true) return true;
  }
}
