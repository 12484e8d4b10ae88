import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SoftAuthenticator } from '../auth/soft-authenticator.fixture.ts';
import { totpCode } from '../auth/totp.ts';
import { LdapMethod } from '../core/ldap-method.ts';
import { minutes } from '../core/units.ts';
import type { User } from '../kinds/user/user.ts';
import type { Directory } from '../ports/identity.ts';
import { goodPassword, peopleCloud, type Browser, type PeopleCloud } from './people-cloud.fixture.ts';

let cloud: PeopleCloud;
const inDirectory = {
  logIn: async (userName, password) =>
    password === 'directory'
      ? {
          type: 'found',
          identity: { method: 'lab', type: 'ldap', subject: `uuid-${userName}`, userName, displayName: null, email: null, groups: [] },
        }
      : { type: 'wrong-password' },
  close: () => undefined,
} as Partial<Directory> as Directory;

beforeAll(async () => {
  const drivers = { directory: () => inDirectory, provider: () => ({}) as never, certificates: () => ({}) as never, presented: () => [] };
  const lab = { type: 'ldap', name: 'lab', label: 'The lab', url: 'ldap://127.0.0.1', userBase: 'ou=users,o=cloud' };
  cloud = await peopleCloud({ methods: [{ type: 'local' }, lab] }, { methods: [LdapMethod], drivers });
});
afterAll(() => cloud.close());

let count = 0;
async function someone(
  password?: string,
  how: Parameters<PeopleCloud['browserOf']>[1] = {},
): Promise<{ user: User; name: string; browser: Browser }> {
  const name = `p${++count}`;
  const user = await cloud.addUser(name, {}, password);
  return { user, name, browser: await cloud.browserOf(user, how) };
}

const account = async (browser: Browser) => (await browser.ask('GET', '/v1/account')).json();

describe('an account', () => {
  test('shows its person how they get in, and where they are, and nothing that would let anybody in', async () => {
    const { user, name, browser } = await someone(goodPassword);
    await cloud.browserOf(user);
    const seen = await account(browser);
    expect(seen).toMatchObject({
      user: { name, spec: { role: 'user' } },
      hasPassword: true,
      totp: null,
      passkeys: [],
      links: [],
      conditions: { accepted: 0, current: 0 },
    });
    expect(seen.sessions).toMatchObject([{ address: '192.0.2.7' }, { address: '192.0.2.7' }]);
    expect(seen.sessions.filter(({ isThis }: { isThis: boolean }) => isThis)).toHaveLength(1);
    expect(JSON.stringify(seen)).not.toMatch(/sha256|salt|hash/i);
  });

  test('is closed to tokens that are limited, and to every token where it says how one gets in', async () => {
    const limited = await cloud.ask('POST', '/v1/tokens', { name: 'limited', role: 'auditor' });
    const asked = await cloud.inject({ method: 'GET', url: '/v1/account', headers: { authorization: `Bearer ${limited.json().secret}` } });
    expect(asked.statusCode).toBe(403);
    expect((await cloud.ask('GET', '/v1/account')).statusCode).toBe(200);
    for (const [method, path, body] of [
      ['POST', '/v1/account/password', { current: cloud.password, new: goodPassword }],
      ['POST', '/v1/account/email', { email: 'thief@example.org' }],
      ['POST', '/v1/account/totp', undefined],
      ['POST', '/v1/account/passkey-options', undefined],
      ['POST', '/v1/account/links/ldap/lab', { user: 'x', password: 'directory' }],
    ] as const)
      expect([path, (await cloud.ask(method, path, body)).statusCode]).toEqual([path, 403]);
  });

  test('ends sessions one by one, or all but one’s own, and never somebody else’s', async () => {
    const { user, browser } = await someone();
    const [other, third] = [await cloud.browserOf(user), await cloud.browserOf(user)];
    const stranger = await someone();
    const ofStranger = (await account(stranger.browser)).sessions[0].id;
    expect((await browser.ask('DELETE', `/v1/account/sessions/${ofStranger}`)).statusCode).toBe(404);
    const ofOther = (await account(other)).sessions.find(({ isThis }: { isThis: boolean }) => isThis).id;
    expect((await browser.ask('DELETE', `/v1/account/sessions/${ofOther}`)).statusCode).toBe(204);
    expect((await other.ask('GET', '/v1/session')).statusCode).toBe(401);
    expect((await browser.ask('DELETE', '/v1/account/sessions')).statusCode).toBe(204);
    expect((await third.ask('GET', '/v1/session')).statusCode).toBe(401);
    expect((await browser.ask('GET', '/v1/session')).statusCode).toBe(200);
    expect((await stranger.browser.ask('GET', '/v1/session')).statusCode).toBe(200);
  });
});

describe('a new password', () => {
  test('ends all other sessions, is told by mail and stands in the audit log without itself', async () => {
    const { user, name, browser } = await someone(goodPassword);
    const other = await cloud.browserOf(user);
    const wanted = 'marble-otter-lantern-52';
    expect((await browser.ask('POST', '/v1/account/password', { current: goodPassword, new: wanted })).statusCode).toBe(204);
    expect((await other.ask('GET', '/v1/session')).statusCode).toBe(401);
    expect((await browser.ask('GET', '/v1/session')).statusCode).toBe(200);
    expect((await cloud.mailTo(`${name}@example.org`)).subject).toBe('Your password for Lab Cloud was changed');
    expect(await cloud.audit('account.set-password')).toMatchObject([{ userId: user.id, outcome: 'done', details: { sessionsEnded: 1 } }]);
    expect(JSON.stringify(await cloud.audit('account.set-password'))).not.toContain('marble');
    const logIn = (password: string) => cloud.anyone('POST', '/v1/session', { user: name, password });
    expect((await logIn(goodPassword)).statusCode).toBe(401);
    expect((await logIn(wanted)).statusCode).toBe(201);
  });

  test('is refused with what is wrong with it, and without the one of before', async () => {
    const { name, browser } = await someone(goodPassword);
    const change = (body: object) => browser.ask('POST', '/v1/account/password', body);
    expect((await change({ current: goodPassword, new: 'short' })).json()).toMatchObject({
      code: 'PASSWORD_WEAK',
      detail: 'This password will not do: it is shorter than 12 characters.',
    });
    expect((await change({ current: goodPassword, new: `${name}p-aaaaaaaaaaaa` })).json()).toMatchObject({ code: 'PASSWORD_WEAK' });
    expect((await change({ new: 'marble-otter-lantern-52' })).json()).toMatchObject({ detail: 'current: is missing.' });
    expect((await change({ current: goodPassword, new: goodPassword })).json()).toMatchObject({ detail: 'new: is the one that you have.' });
    expect((await change({ current: 'wrong', new: 'marble-otter-lantern-52' })).json()).toMatchObject({ detail: 'current: is not your password.' });
  });

  test('cannot be got by guessing the old one in an open session', async () => {
    const { browser } = await someone(goodPassword);
    const statuses: number[] = [];
    for (let guess = 0; guess < 5; guess++)
      statuses.push((await browser.ask('POST', '/v1/account/password', { current: `guess-${guess}`, new: 'marble-otter-lantern-52' })).statusCode);
    expect(statuses).toContain(429);
  });

  test('leaves no session to who was let in by the old one at that very moment', async () => {
    const { user, name, browser } = await someone(goodPassword);
    const commit = cloud.store.commit.bind(cloud.store);
    let late: { statusCode: number; cookies: unknown[] } | null = null;
    // The old password was found right, and then, before that session is committed, the new one is.
    cloud.store.commit = async (changes) => {
      if (late === null && changes.some((change) => change.op === 'put' && change.resource.kind === 'session')) {
        late = { statusCode: 0, cookies: [] };
        cloud.store.commit = commit;
        await browser.ask('POST', '/v1/account/password', { current: goodPassword, new: 'marble-otter-lantern-52' });
      }
      return commit(changes);
    };
    const answer = await cloud.anyone('POST', '/v1/session', { user: name, password: goodPassword });
    cloud.store.commit = commit;
    expect(answer.statusCode).toBe(401);
    const sessions = (await cloud.kept('session')) as { spec: { userId: string } }[];
    expect(sessions.filter(({ spec }) => spec.userId === user.id)).toHaveLength(1);
  });
});

describe('a second factor', () => {
  test('by codes of an app is on from the first right one, and frees the session that had to have it', async () => {
    const { user, name, browser } = await someone(goodPassword, { mustEnrol: true });
    expect((await browser.ask('GET', '/v1/instances?project=*')).json()).toMatchObject({ code: 'STEP_NEEDED' });
    const { secret, uri } = (await browser.ask('POST', '/v1/account/totp')).json();
    expect(uri).toContain('otpauth://totp/Lab%20Cloud');
    expect((await browser.ask('POST', '/v1/account/totp/confirm', { code: '000000' })).json()).toMatchObject({ code: 'INPUT_INVALID' });
    const code = () => totpCode(secret, cloud.cloud.clock.now());
    const { recoveryCodes } = (await browser.ask('POST', '/v1/account/totp/confirm', { code: code() })).json();
    expect(recoveryCodes).toHaveLength(10);
    expect((await browser.ask('GET', '/v1/session')).json()).toMatchObject({ pending: null });
    expect((await browser.ask('GET', '/v1/instances?project=*')).statusCode).toBe(200);
    expect((await account(browser)).totp).toEqual({ isConfirmed: true, recoveryCodesLeft: 10 });
    expect((await cloud.mailTo(`${name}@example.org`)).text).toContain('asks for a code from your authenticator app');
    expect((await cloud.anyone('POST', '/v1/session', { user: name, password: goodPassword })).json()).toMatchObject({ factors: ['code'] });
    const { attempt } = (await cloud.anyone('POST', '/v1/session', { user: name, password: goodPassword })).json();
    expect((await cloud.anyone('POST', '/v1/session/code', { attempt, code: recoveryCodes[9] })).statusCode).toBe(201);
    expect((await cloud.mailTo(`${name}@example.org`, 2)).text).toContain('One of the recovery codes of your account was used');
    // The same code is not good twice, not even for its own person.
    expect((await browser.ask('DELETE', '/v1/account/totp', { code: code() })).statusCode).toBe(400);
    cloud.pass(1 * minutes);
    const renewed = await browser.ask('POST', '/v1/account/totp/recovery-codes', { code: code() });
    expect(renewed.json().recoveryCodes).not.toEqual(recoveryCodes);
    expect((await browser.ask('DELETE', '/v1/account/totp', { code: recoveryCodes[0] })).statusCode).toBe(400);
    expect((await browser.ask('DELETE', '/v1/account/totp', { code: renewed.json().recoveryCodes[0] })).statusCode).toBe(204);
    expect((await account(browser)).totp).toBeNull();
    expect(await cloud.kept('totp')).toEqual([]);
    expect((await cloud.audit('account.set-totp')).filter(({ userId }) => userId === user.id)).toHaveLength(4);
  });

  test('by passkey is made in a session, renamed and removed by its owner alone, and frees the session too', async () => {
    const { browser, name } = await someone(goodPassword, { mustEnrol: true });
    const stranger = await someone();
    const device = new SoftAuthenticator('http://localhost');
    const { attempt, options } = (await browser.ask('POST', '/v1/account/passkey-options')).json();
    const made = await browser.ask('POST', '/v1/account/passkeys', { attempt, name: 'telephone', response: device.create(options) });
    expect(made.json()).toMatchObject({ name: 'telephone' });
    expect((await browser.ask('GET', '/v1/session')).json()).toMatchObject({ pending: null });
    const asked = (await browser.ask('POST', '/v1/session/passkey-options', {})).json();
    const proof = { passkeyAttempt: asked.passkeyAttempt, response: device.get(asked.options) };
    expect((await browser.ask('POST', '/v1/session/passkey', proof)).json()).toMatchObject({ user: { name }, method: 'passkey' });
    const path = `/v1/account/passkeys/${made.json().id}`;
    expect((await stranger.browser.ask('PATCH', path, { name: 'mine' })).statusCode).toBe(404);
    expect((await stranger.browser.ask('DELETE', path)).statusCode).toBe(404);
    expect((await browser.ask('PATCH', path, { name: 'a\nb' })).statusCode).toBe(400);
    expect((await browser.ask('PATCH', path, { name: 'key' })).statusCode).toBe(204);
    expect((await account(browser)).passkeys).toMatchObject([{ name: 'key', lastUsedAt: expect.any(String) }]);
    expect((await browser.ask('DELETE', path)).statusCode).toBe(204);
    await cloud.mailTo(`${name}@example.org`, 2);
    // An attempt is for the session in which it began.
    const begun = (await browser.ask('POST', '/v1/account/passkey-options')).json();
    const planted = { attempt: begun.attempt, name: 'x', response: new SoftAuthenticator('http://localhost').create(begun.options) };
    expect((await stranger.browser.ask('POST', '/v1/account/passkeys', planted)).statusCode).toBe(400);
  });

  test('that is the last way in stays', async () => {
    const { browser, name } = await someone();
    const { attempt, options } = (await browser.ask('POST', '/v1/account/passkey-options')).json();
    const device = new SoftAuthenticator('http://localhost');
    const { id } = (await browser.ask('POST', '/v1/account/passkeys', { attempt, name: 'only', response: device.create(options) })).json();
    expect((await browser.ask('DELETE', `/v1/account/passkeys/${id}`)).json()).toMatchObject({ code: 'LAST_WAY_IN', params: { name } });
  });
});

describe('a person of a directory', () => {
  test('is linked by their password there, to one account only, and unlinked by themselves', async () => {
    const { user, browser } = await someone(goodPassword);
    const other = await someone(goodPassword);
    const link = (who: Browser, name: string, password: string) => who.ask('POST', '/v1/account/links/ldap/lab', { user: name, password });
    expect((await link(browser, 'ana', 'wrong')).statusCode).toBe(400);
    expect((await link(browser, 'ana', 'directory')).statusCode).toBe(204);
    expect((await link(browser, 'ana', 'directory')).statusCode).toBe(204);
    expect((await link(other.browser, 'ana', 'directory')).json()).toMatchObject({ code: 'LINKED_ELSEWHERE' });
    expect((await browser.ask('POST', '/v1/account/links/ldap/nothing', { user: 'ana', password: 'directory' })).statusCode).toBe(404);
    const [shown] = (await account(browser)).links;
    expect(shown).toMatchObject({ method: 'lab', type: 'ldap', label: 'The lab', userName: 'ana' });
    const byDirectory = await cloud.browserOf(user, { method: 'ldap:lab' });
    expect((await other.browser.ask('DELETE', `/v1/account/links/${shown.id}`)).statusCode).toBe(404);
    expect((await browser.ask('DELETE', `/v1/account/links/${shown.id}`)).statusCode).toBe(204);
    expect((await byDirectory.ask('GET', '/v1/session')).statusCode).toBe(401);
    expect(await cloud.audit('account.link')).toMatchObject([
      { userId: user.id, details: { method: 'lab', subject: 'uuid-ana' } },
      { userId: user.id },
      { userId: user.id },
    ]);
  });
});

describe('conditions', () => {
  test('are accepted in the version that holds, and asked again when they change', async () => {
    const { browser } = await someone();
    const set = (en: string | null) => cloud.ask('PATCH', '/v1/settings', { conditions: en === null ? null : { text: { en, fr: null } } });
    await set('Be kind.');
    expect((await browser.ask('GET', '/v1/instances?project=*')).json()).toMatchObject({ code: 'STEP_NEEDED' });
    expect((await browser.ask('POST', '/v1/account/conditions', { version: 2 })).statusCode).toBe(400);
    expect((await browser.ask('POST', '/v1/account/conditions', { version: 1 })).statusCode).toBe(204);
    expect((await browser.ask('GET', '/v1/instances?project=*')).statusCode).toBe(200);
    expect((await account(browser)).conditions).toEqual({ accepted: 1, current: 1 });
    await set('Be very kind.');
    expect((await browser.ask('GET', '/v1/session')).json()).toMatchObject({ pending: 'conditions' });
    await set(null);
  });
});

describe('what a person may not write about the own account', () => {
  test('is refused field by field, whichever way it is tried', async () => {
    const { user, name, browser } = await someone(goodPassword);
    for (const [field, value] of Object.entries({
      role: 'administrator',
      isBlocked: false,
      email: 'other@example.org',
      acceptedConditions: 9,
      quota: { instances: null },
      password: goodPassword,
      spec: { role: 'administrator' },
      createdBy: 'system',
      id: 'usr-x',
    })) {
      const answer = await browser.ask('PATCH', `/v1/users/${name}`, { [field]: value, displayName: 'Changed' });
      const isSame = field === 'isBlocked';
      expect([field, answer.statusCode >= 400]).toEqual([field, !isSame]);
    }
    expect((await browser.ask('PATCH', `/v1/users/${name}`, { isBlocked: true })).statusCode).toBe(403);
    expect((await cloud.store.get('user', user.id))?.spec).toMatchObject({ role: 'user', email: `${name}@example.org`, isBlocked: false });
    for (const [path, body] of [
      ['/v1/account/password', { current: goodPassword, new: 'marble-otter-lantern-52', user: 'admin' }],
      ['/v1/account/conditions', { version: 0, role: 'administrator' }],
      ['/v1/account/email', { email: 'a@example.org', current: goodPassword, userId: 'usr-x' }],
    ] as const)
      expect([path, (await browser.ask('POST', path, body)).statusCode]).toEqual([path, 400]);
  });
});
