import type { User } from '../../kinds/user/user.ts';
import { passwordOf } from '../account.ts';
import type { Identity } from '../identity.ts';
import { isOver, sessionsOf } from '../session.ts';
import { findTotp } from '../totp.ts';
import type { FlowDeps } from './flow.ts';
import { shownLinks } from './outside-links.ts';

/** What somebody sees of the own account, beside the user's record; nothing in it lets anybody in. */
export async function accountView(deps: FlowDeps, identity: Identity, user: User) {
  const { auth, passkeys, settings } = deps.identity;
  const { store, clock } = auth;
  const [password, totp, keys, links, sessions] = await Promise.all([
    passwordOf(store, user.id),
    findTotp(store, user.id),
    passkeys.listOf(user.id),
    shownLinks(deps, user.id),
    sessionsOf(store, user.id),
  ]);
  const living = sessions.filter((session) => !isOver(session, clock));
  return {
    hasPassword: password !== null,
    totp: totp === null ? null : { isConfirmed: totp.spec.isConfirmed, recoveryCodesLeft: totp.spec.recoverySha256.length },
    passkeys: keys.map(({ id, name, createdAt, spec }) => ({ id, name, createdAt, lastUsedAt: spec.lastUsedAt })),
    links: links.map(({ id, method, type, label, userName, seenAt }) => ({ id, method, type, label, userName, seenAt })),
    sessions: living
      .map(({ id, createdAt, spec }) => ({
        id,
        method: spec.method ?? 'password',
        createdAt,
        lastUsedAt: spec.lastUsedAt,
        address: spec.address ?? null,
        isThis: id === identity.credentialId,
      }))
      .toSorted((a, b) => b.lastUsedAt.localeCompare(a.lastUsedAt)),
    conditions: { accepted: user.spec.acceptedConditions ?? 0, current: settings.current.conditions?.version ?? 0 },
  };
}
