import { beforeEach, describe, expect, test } from 'vitest';
import { SqliteStore } from '../control/store/sqlite-store.ts';
import type { Store } from '../control/store/store.ts';
import { hours, minutes, seconds } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';
import { nodeClock } from '../drivers/node-clock.ts';
import type { Auth, LoggedIn } from './auth.ts';
import { authorize } from './authorize.ts';
import type { Identity } from './identity.ts';
import { randomPassword } from './password.ts';
import { IdentityServices } from './services.ts';
import { createToken, dropToken, listTokens } from './token.ts';

let nowMs: number;
let store: Store;
let auth: Auth;
let logIn: (name: string, password: string, address: string) => Promise<LoggedIn>;
const clock: Clock = { ...nodeClock, now: () => nowMs };

beforeEach(() => {
  nowMs = Date.parse('2026-11-20T10:00:00Z');
  store = new SqliteStore(':memory:');
  const identity = new IdentityServices({ store, clock });
  ({ auth } = identity);
  logIn = async (name, password, address) => {
    const outcome = await identity.signIn.withPassword(name, password, { address, requestId: 'r' });
    if (outcome.type !== 'in') throw new Error(outcome.type);
    return outcome.loggedIn;
  };
});

/** Everything the store has, as text. */
async function written(): Promise<string> {
  const pages = await Promise.all(['user', 'password', 'session', 'token'].map((kind) => store.list({ kind, limit: 1_000 })));
  return JSON.stringify(pages);
}

describe('the administrator', () => {
  test('is made once, with a random password that is told that once', async () => {
    const first = await auth.ensureAdministrator();
    expect(first).toMatchObject({ created: true, password: expect.stringMatching(/^[0-9a-z]{5}(-[0-9a-z]{5}){3}$/) });
    expect(await auth.ensureAdministrator()).toEqual({ created: false, password: null });
    expect(await written()).not.toContain(first.password);
  });

  test('of two that are made at the same moment one is, and only its password is told', async () => {
    const both = await Promise.all([auth.ensureAdministrator(), auth.ensureAdministrator()]);
    const [made] = both.filter((one) => one.created);
    expect(both.filter((one) => one.created)).toHaveLength(1);
    expect(await logIn('admin', made?.password ?? '', 'here')).toMatchObject({ identity: { role: 'administrator' } });
  });

  test('logs in with the password, and with no other', async () => {
    const { password } = await auth.ensureAdministrator();
    const { identity, secret } = await logIn('admin', password ?? '', 'here');
    expect(identity).toMatchObject({ name: 'admin', role: 'administrator', via: 'session', host: null });
    expect(await auth.bySession(secret, 'here')).toEqual(identity);
    for (const [name, wrong] of [
      ['admin', `${password}x`],
      ['admin', ''],
      ['nobody', password ?? ''],
    ] as const) {
      await expect(logIn(name, wrong, 'there')).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
        message: 'This needs a log-in: name or password is wrong.',
      });
    }
  });

  test('who has a new password is logged out everywhere, and the old one is worthless', async () => {
    const { password } = await auth.ensureAdministrator();
    const { secret } = await logIn('admin', password ?? '', 'here');
    const fresh = await auth.resetPassword('admin');
    expect(await auth.bySession(secret)).toBeNull();
    await expect(logIn('admin', password ?? '', 'here')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await logIn('admin', fresh, 'here')).toMatchObject({ identity: { name: 'admin' } });
    await expect(auth.resetPassword('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('random passwords do not repeat', () => {
    expect(new Set(Array.from({ length: 1_000 }, randomPassword)).size).toBe(1_000);
  });
});

describe('guessing', () => {
  test('after a few wrong passwords the next try has to wait, longer each time; from elsewhere the owner still gets in', async () => {
    const { password } = await auth.ensureAdministrator();
    const wrong = () =>
      logIn('admin', 'guess', 'attacker').then(
        () => 'in',
        (error: { code: string; params: object }) => [error.code, error.params],
      );
    for (let n = 0; n < 3; n++) expect(await wrong()).toMatchObject(['UNAUTHENTICATED', {}]);
    expect(await wrong()).toEqual(['RATE_LIMITED', { retryAfterSeconds: 1 }]);
    nowMs += 1 * seconds;
    expect(await wrong()).toMatchObject(['UNAUTHENTICATED', {}]);
    expect(await wrong()).toEqual(['RATE_LIMITED', { retryAfterSeconds: 2 }]);
    expect(await logIn('admin', password ?? '', 'desk')).toMatchObject({ identity: { name: 'admin' } });
    nowMs += 20 * minutes;
    expect(await wrong()).toMatchObject(['UNAUTHENTICATED', {}]);
  });
});

describe('guessing many at once', () => {
  test('gets no more tries than one after the other', async () => {
    await auth.ensureAdministrator();
    const guesses = await Promise.allSettled(Array.from({ length: 12 }, () => logIn('admin', 'guess', 'attacker')));
    const codes = guesses.map((each) => (each.status === 'rejected' ? (each.reason as { code: string }).code : 'in'));
    expect(codes.toSorted()).toEqual([...Array<string>(9).fill('RATE_LIMITED'), ...Array<string>(3).fill('UNAUTHENTICATED')]);
  });
});

describe('a session', () => {
  const open = async () => {
    const { password } = await auth.ensureAdministrator();
    return (await logIn('admin', password ?? '', 'here')).secret;
  };

  test('ends when it is not used, and lives on while it is', async () => {
    const secret = await open();
    for (let n = 0; n < 4; n++) {
      nowMs += 11 * hours;
      expect(await auth.bySession(secret)).not.toBeNull();
    }
    nowMs += 13 * hours;
    expect(await auth.bySession(secret)).toBeNull();
  });

  test('ends after thirty days however much it is used', async () => {
    const secret = await open();
    for (let n = 0; n < 61; n++) {
      nowMs += 11.9 * hours;
      if ((await auth.bySession(secret)) === null) break;
    }
    expect(await auth.bySession(secret)).toBeNull();
    expect(nowMs - Date.parse('2026-11-20T10:00:00Z')).toBeGreaterThan(29 * 24 * hours);
  });

  test('ends at log-out', async () => {
    const secret = await open();
    const identity = (await auth.bySession(secret)) as Identity;
    await auth.logOut(identity, []);
    await auth.logOut(identity, []);
    expect(await auth.bySession(secret)).toBeNull();
  });

  test('its secret is nowhere in the store', async () => {
    const secret = await open();
    expect(await written()).not.toContain(secret);
  });
});

describe('a token', () => {
  test('acts for its account until it is revoked, then at once no more', async () => {
    await auth.ensureAdministrator();
    const secret = await auth.createToken({ role: 'administrator', account: 'admin', name: 'laptop' });
    expect(secret).toMatch(/^sl_[\w-]{43}$/);
    expect(await auth.byToken(secret)).toMatchObject({ name: 'admin', role: 'administrator', via: 'token', host: null });
    const { userId } = (await auth.byToken(secret)) as Identity;
    expect(await dropToken(store, userId, 'laptop')).toBe(true);
    expect(await auth.byToken(secret)).toBeNull();
    expect(await dropToken(store, userId, 'laptop')).toBe(false);
  });

  test('of an agent speaks for its host and may do nothing else', async () => {
    const secret = await auth.createToken({ role: 'agent', host: 'lab1', name: 'agent of lab1' });
    const identity = (await auth.byToken(secret)) as Identity;
    expect(identity).toMatchObject({ name: 'lab1', role: 'agent', host: 'lab1' });
    expect(() => authorize(identity, 'create', { kind: 'instance', id: 'i-1', name: 'a', project: null })).toThrow('You may not create instance a.');
  });

  test('whose secret got lost is made again under the same name; the lost one is worthless', async () => {
    const lost = await auth.createToken({ role: 'agent', host: 'lab1', name: 'agent of lab1' });
    const found = await auth.createToken({ role: 'agent', host: 'lab1', name: 'agent of lab1' });
    expect(await auth.byToken(lost)).toBeNull();
    expect(await auth.byToken(found)).not.toBeNull();
  });

  test('is worth nothing after its time', async () => {
    await auth.ensureAdministrator();
    const { identity } = await logIn('admin', await auth.resetPassword(), 'here');
    const { secret } = await createToken(store, clock, {
      name: 'short',
      owner: identity.userId,
      expiresAt: new Date(nowMs + 1 * hours).toISOString(),
    });
    expect(await auth.byToken(secret)).not.toBeNull();
    nowMs += 1 * hours;
    expect(await auth.byToken(secret)).toBeNull();
  });

  test('is kept as a hash, and its last use to ten minutes', async () => {
    const secret = await auth.createToken({ role: 'agent', host: 'lab1', name: 'agent of lab1' });
    expect(await written()).not.toContain(secret);
    await auth.byToken(secret);
    const before = await store.revision();
    nowMs += 5 * minutes;
    await auth.byToken(secret);
    expect(await store.revision()).toBe(before);
    nowMs += 6 * minutes;
    await auth.byToken(secret);
    expect((await listTokens(store, null))[0]?.spec.lastUsedAt).toBe(new Date(nowMs).toISOString());
  });

  test('what is no token of ours is nobody', async () => {
    for (const secret of ['', 'sl_', 'sl_x', 'name/agent of lab1']) expect(await auth.byToken(secret)).toBeNull();
  });
});

describe('a console ticket', () => {
  const identity: Identity = {
    userId: 'usr-1',
    name: 'admin',
    role: 'administrator',
    rights: null,
    via: 'session',
    method: 'password',
    credentialId: 'ses-1',
    host: null,
    scope: null,
    address: null,
    pending: null,
  };
  const use = { instanceId: 'i-1', stream: 'serial' };

  test('is good once', () => {
    const { ticket } = auth.tickets.issue(identity, use);
    expect(auth.tickets.redeem(ticket)).toEqual({ identity: { ...identity, via: 'ticket' }, use });
    expect(auth.tickets.redeem(ticket)).toBeNull();
  });

  test('is good for a minute', () => {
    const { ticket } = auth.tickets.issue(identity, use);
    nowMs += 60 * seconds;
    expect(auth.tickets.redeem(ticket)).toBeNull();
  });
});
