import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LdapMethod } from '../core/ldap-method.ts';
import { days, hours } from '../core/units.ts';
import type { Directory } from '../ports/identity.ts';
import { sweep } from './sweep.ts';
import { goodPassword, peopleCloud, writtenBy, type PeopleCloud } from './people-cloud.fixture.ts';

let cloud: PeopleCloud;
const inDirectory = {
  logIn: async () => ({ type: 'unknown' }),
  look: async (userName) =>
    userName === 'ana'
      ? { type: 'found', identity: { method: 'lab', type: 'ldap', subject: 'uuid-ana', userName, displayName: null, email: null, groups: [] } }
      : { type: 'unknown' },
  close: () => undefined,
} as Partial<Directory> as Directory;

beforeAll(async () => {
  const drivers = { directory: () => inDirectory, provider: () => ({}) as never, certificates: () => ({}) as never, presented: () => [] };
  const lab = { type: 'ldap', name: 'lab', url: 'ldap://127.0.0.1', userBase: 'ou=users,o=cloud' };
  cloud = await peopleCloud({ methods: [{ type: 'local' }, lab] }, { methods: [LdapMethod], drivers });
});
afterAll(() => cloud.close());

const wanted = 'marble-otter-lantern-52';
const reset = (user: string, address?: string) => cloud.anyone('POST', '/v1/password-resets', { user }, address);
const peek = (link: string) => cloud.anyone('POST', '/v1/links/peek', { link });
const use = (link: string, more: object = {}) => cloud.anyone('POST', '/v1/links/use', { link, ...more });

/** What a request does to the store: which calls, and how many documents it commits. */
async function work(run: () => Promise<unknown>): Promise<string[]> {
  const { store } = cloud;
  const [get, getByKey, list, commit] = [vi.spyOn(store, 'get'), vi.spyOn(store, 'getByKey'), vi.spyOn(store, 'list'), vi.spyOn(store, 'commit')];
  await run();
  const done = [
    ...get.mock.calls.map(([kind]) => `get ${kind}`),
    ...getByKey.mock.calls.map(([kind, key]) => `key ${kind} ${key.split('/')[0]}`),
    ...list.mock.calls.map(([query]) => `list ${query.kind}`),
    ...commit.mock.calls.map(([changes]) => `commit of ${writtenBy(changes)}`),
  ];
  vi.restoreAllMocks();
  // The outbox and the sealer of the log work beside it, whoever asks.
  return done.filter((each) => !/audit|mail$|of null/.test(each)).toSorted();
}

describe('a forgotten password', () => {
  test('is chosen anew by a mailed link, that works once and ends all sessions', async () => {
    const ana = await cloud.addUser('ana', {}, goodPassword);
    const browser = await cloud.browserOf(ana);
    expect((await reset('ana')).statusCode).toBe(202);
    const mail = await cloud.mailTo('ana@example.org');
    expect(mail.text).toContain('https://cloud.example.org/link#');
    const link = await cloud.linkTo('ana@example.org');
    expect(JSON.stringify(await cloud.kept('one-time-link'))).not.toContain(link);
    expect((await peek(link)).json()).toEqual({
      purpose: 'reset-password',
      says: 'Choose a new password for your account.',
      user: 'ana',
      needs: { password: true },
    });
    expect((await use(link)).json()).toMatchObject({ code: 'INPUT_INVALID' });
    expect((await use(link, { password: 'ana' })).json()).toMatchObject({ code: 'PASSWORD_WEAK' });
    expect((await use(link, { password: wanted })).json()).toEqual({ done: 'reset-password', next: '/log-in' });
    expect((await use(link, { password: wanted })).json()).toMatchObject({ code: 'LINK_OVER' });
    expect((await peek(link)).statusCode).toBe(410);
    expect((await browser.ask('GET', '/v1/session')).statusCode).toBe(401);
    expect((await cloud.anyone('POST', '/v1/session', { user: 'ana', password: wanted })).statusCode).toBe(201);
    await cloud.mailTo('ana@example.org', 2);
    expect(await cloud.audit('one-time-link.use')).toMatchObject([{ userId: ana.id, method: 'link', address: '192.0.2.7' }]);
  });

  test('of two who use the link at the same moment one does', async () => {
    await cloud.addUser('bob', {}, goodPassword);
    await reset('BOB@example.org');
    const link = await cloud.linkTo('bob@example.org');
    const answers = await Promise.all([use(link, { password: wanted }), use(link, { password: `${wanted}9` })]);
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 410]);
  });

  test('by a link that is an hour old, unknown, or replaced by a newer one is none', async () => {
    await cloud.addUser('cleo', {}, goodPassword);
    await reset('cleo');
    const first = await cloud.linkTo('cleo@example.org');
    await reset('cleo');
    const second = await cloud.linkTo('cleo@example.org', 2);
    expect((await use(first, { password: wanted })).statusCode).toBe(410);
    cloud.pass(1 * hours);
    const answers = await Promise.all([use(second, { password: wanted }), use('x', { password: wanted }), peek('__proto__')]);
    expect(new Set(answers.map((answer) => answer.json().detail)).size).toBe(1);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([410, 410, 410]);
  });

  test('is asked for by whoever: known or unknown, by name or address, blocked or without mail, all look and cost the same', async () => {
    await cloud.addUser('dora', {}, goodPassword);
    await cloud.addUser('blocked', { isBlocked: true }, goodPassword);
    await cloud.addUser('mailless', { email: null }, goodPassword);
    const seen = new Set<string>();
    for (const user of [
      'dora',
      'dora@example.org',
      'nobody',
      'nobody@example.org',
      'blocked',
      'mailless',
      "x' or 1=1 --",
      'a\r\nBcc: all@example.org',
    ]) {
      const before = cloud.mails.length;
      let answer = '';
      const done = await work(async () => {
        const { statusCode, body, headers } = await reset(user, '192.0.2.99');
        answer = JSON.stringify([statusCode, body, Object.keys(headers)]);
      });
      seen.add(JSON.stringify([answer, done]));
      if (!user.startsWith('dora')) expect(cloud.mails.length).toBe(before);
    }
    expect([...seen]).toEqual([expect.stringContaining('commit of 3')]);
  });

  test('fills nobody’s mailbox', async () => {
    await cloud.addUser('eve', {}, goodPassword);
    for (let n = 0; n < 6; n++) expect((await reset('eve')).statusCode).toBe(202);
    await cloud.mailTo('eve@example.org', 3);
    await cloud.addUser('last', {}, goodPassword);
    await reset('last');
    await cloud.mailTo('last@example.org');
    expect(cloud.mails.filter(({ to }) => to === 'eve@example.org')).toHaveLength(3);
  });

  test('never makes a link out of what the request calls this host', async () => {
    await cloud.addUser('fay', {}, goodPassword);
    const ask = (headers: Record<string, string>) => cloud.inject({ method: 'POST', url: '/v1/password-resets', headers, payload: { user: 'fay' } });
    await ask({ host: 'evil.example', origin: 'http://evil.example' });
    await ask({ 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' });
    const { text, html } = await cloud.mailTo('fay@example.org');
    expect(text + html).not.toContain('evil');
  });
});

describe('an administrator', () => {
  test('gives a new person a link in place of a password, and nobody else can', async () => {
    const gus = await cloud.addUser('gus', { email: null });
    const path = '/v1/users/gus/password-link';
    expect((await (await cloud.browserOf(gus)).ask('POST', path)).statusCode).toBe(403);
    const first = (await cloud.ask('POST', path)).json();
    const { url } = (await cloud.ask('POST', path)).json();
    const secret = (text: string) => text.split('#')[1] ?? '';
    expect((await use(secret(first.url), { password: wanted })).statusCode).toBe(410);
    expect((await peek(secret(url))).json()).toMatchObject({ purpose: 'set-password', user: 'gus' });
    expect((await use(secret(url), { password: wanted, user: 'admin', displayName: 'x' })).statusCode).toBe(200);
    expect((await cloud.anyone('POST', '/v1/session', { user: 'gus', password: wanted })).statusCode).toBe(201);
  });

  test('takes a lost second factor away, with every session', async () => {
    const hal = await cloud.addUser('hal', {}, goodPassword);
    const browser = await cloud.browserOf(hal);
    const { secret } = (await browser.ask('POST', '/v1/account/totp')).json();
    const { totpCode } = await import('../auth/totp.ts');
    await browser.ask('POST', '/v1/account/totp/confirm', { code: totpCode(secret, cloud.cloud.clock.now()) });
    expect((await browser.ask('POST', '/v1/users/hal/reset-second-factor')).statusCode).toBe(403);
    expect((await cloud.ask('POST', '/v1/users/hal/reset-second-factor')).statusCode).toBe(204);
    expect((await browser.ask('GET', '/v1/session')).statusCode).toBe(401);
    expect((await cloud.anyone('POST', '/v1/session', { user: 'hal', password: goodPassword })).statusCode).toBe(201);
    expect((await cloud.mailTo('hal@example.org', 2)).text).toContain('no longer asks for a code');
  });

  test('says who somebody is in a directory, and takes it back', async () => {
    await cloud.addUser('ian', {}, goodPassword);
    await cloud.addUser('jan', {}, goodPassword);
    const link = (name: string, body: object) => cloud.ask('POST', `/v1/users/${name}/links`, body);
    expect((await link('ian', { method: 'lab', user: 'nobody' })).statusCode).toBe(404);
    expect((await link('ian', { method: 'lab' })).statusCode).toBe(400);
    expect((await link('ian', { method: 'lab', user: 'ana' })).statusCode).toBe(204);
    expect((await link('jan', { method: 'lab', user: 'ana' })).json()).toMatchObject({ code: 'LINKED_ELSEWHERE' });
    const { items } = (await cloud.ask('GET', '/v1/users/ian/links')).json();
    expect(items).toMatchObject([{ method: 'lab', subject: 'uuid-ana', userName: 'ana' }]);
    expect((await cloud.ask('DELETE', `/v1/users/jan/links/${items[0].id}`)).statusCode).toBe(404);
    expect((await cloud.ask('DELETE', `/v1/users/ian/links/${items[0].id}`)).statusCode).toBe(204);
    expect((await cloud.ask('GET', '/v1/users/ian/links')).json()).toEqual({ items: [] });
  });
});

describe('another e-mail address', () => {
  test('counts when its owner has confirmed it; the old one is told, and old links are worthless', async () => {
    const kim = await cloud.addUser('kim', {}, goodPassword);
    const browser = await cloud.browserOf(kim);
    const ask = (email: string, current: string = goodPassword) => browser.ask('POST', '/v1/account/email', { email, current });
    expect((await ask('new@example.org', 'wrong')).statusCode).toBe(400);
    expect((await ask('a@b\r\nBcc: all@example.org')).statusCode).toBe(400);
    expect((await ask('new@example.org')).statusCode).toBe(202);
    await reset('kim');
    const old = await cloud.linkTo('kim@example.org', 2);
    const link = await cloud.linkTo('new@example.org');
    expect((await cloud.store.get('user', kim.id))?.spec).toMatchObject({ email: 'kim@example.org' });
    expect((await peek(link)).json()).toMatchObject({ purpose: 'confirm-email', user: 'kim', email: 'new@example.org', needs: {} });
    // A link does what it is for, whatever else comes with it.
    expect((await use(link, { password: wanted, user: 'other' })).json()).toEqual({ done: 'confirm-email', next: '/profile' });
    expect((await cloud.store.get('user', kim.id))?.spec).toMatchObject({ email: 'new@example.org' });
    expect((await use(link)).statusCode).toBe(410);
    expect((await use(old, { password: wanted })).statusCode).toBe(410);
    expect((await cloud.anyone('POST', '/v1/session', { user: 'kim', password: wanted })).statusCode).toBe(401);
    expect((await cloud.mailTo('kim@example.org', 3)).text).toContain('is now new@example.org');
  });

  test('that is somebody else’s is answered alike, and its owner told', async () => {
    const lea = await cloud.addUser('lea', {}, goodPassword);
    await cloud.addUser('max');
    const browser = await cloud.browserOf(lea);
    const answers = [];
    for (const email of ['max@example.org', 'free@example.org'])
      answers.push(await browser.ask('POST', '/v1/account/email', { email, current: goodPassword }));
    expect(answers.map(({ statusCode, body }) => [statusCode, body])).toEqual([
      [202, ''],
      [202, ''],
    ]);
    expect((await cloud.mailTo('max@example.org')).subject).toBe('You already have an account of Lab Cloud');
  });
});

test('many wrong passwords are told to whose account it is, once', async () => {
  await cloud.addUser('nia', {}, goodPassword);
  for (let n = 0; n < 22; n++) await cloud.anyone('POST', '/v1/session', { user: 'nia', password: `guess-${n}` }, `198.51.100.${n}`);
  expect((await cloud.mailTo('nia@example.org')).text).toContain('https://cloud.example.org/forgotten-password');
  // Who has a mailed link gets in, from where it was used.
  await reset('nia');
  await use(await cloud.linkTo('nia@example.org', 2), { password: wanted });
  expect((await cloud.anyone('POST', '/v1/session', { user: 'nia', password: wanted })).statusCode).toBe(201);
});

test('what is over is swept away', async () => {
  cloud.pass(31 * days);
  await sweep(cloud.store, cloud.cloud.clock);
  for (const kind of ['one-time-link', 'session', 'registration', 'totp']) expect([kind, await cloud.kept(kind)]).toEqual([kind, []]);
});

test('without mail an administrator is told so, and a stranger nothing', async () => {
  const bare = await peopleCloud(null);
  await bare.addUser('ana', {}, goodPassword);
  expect((await bare.ask('POST', '/v1/users/ana/password-link')).json()).toMatchObject({ code: 'MAIL_NOT_SET', params: { missing: 'site.url' } });
  expect((await bare.anyone('POST', '/v1/password-resets', { user: 'ana' })).statusCode).toBe(202);
  expect(await bare.kept('mail')).toEqual([]);
  await bare.close();
});
