import { afterAll, beforeAll, expect, test } from 'vitest';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await testCloud();
});
afterAll(() => cloud.close());

const importFile = (text: string, more: object = {}) =>
  cloud.ask('POST', '/v1/users/import', { file: Buffer.from(text).toString('base64'), ...more });
const logIn = (user: string, password: string) => cloud.inject({ method: 'POST', url: '/v1/session', payload: { user, password } });

test('who comes from older software logs in with the password of there, in whatever form it was kept', async () => {
  const text = 'ana=a long password,cloud-access\nold=MD5:5ebe2294ecd0e0f08eab7690d2a6ee69,cloud-access\nguest=another,visitors\n';
  const { accounts, problems } = (await importFile(text)).json();
  expect(accounts.map(({ user, state }: { user: string; state: string }) => `${user} ${state}`)).toEqual([
    'ana created',
    'old created',
    'guest created',
  ]);
  expect(problems).toEqual([]);
  expect((await logIn('ana', 'a long password')).statusCode).toBe(201);
  expect((await logIn('old', 'secret')).statusCode).toBe(201);
  expect((await logIn('guest', 'another')).statusCode).toBe(401);
});

test('a second time nobody is made again, and no password comes back', async () => {
  await importFile('bob=first password,cloud-access\n');
  const again = (await importFile('bob=second password,cloud-access\n')).json();
  expect(again.accounts).toEqual([{ line: 1, user: 'bob', state: 'exists', says: expect.any(String) }]);
  expect((await logIn('bob', 'second password')).statusCode).toBe(401);
  expect((await logIn('bob', 'first password')).statusCode).toBe(201);
});

test('a dry run makes nobody', async () => {
  expect((await importFile('carl=secret,cloud-access\n', { isDryRun: true })).json().accounts[0].state).toBe('created');
  expect((await cloud.ask('GET', '/v1/users/carl')).statusCode).toBe(404);
});

test('only administrators import, and each user that is made stands in the audit log', async () => {
  const { csrfToken } = (await logIn('bob', 'first password')).json();
  const cookie = String((await logIn('bob', 'first password')).headers['set-cookie']).split(';')[0] ?? '';
  const refused = await cloud.inject({
    method: 'POST',
    url: '/v1/users/import',
    headers: { cookie, 'x-csrf-token': csrfToken },
    payload: { file: '' },
  });
  expect(refused.statusCode).toBe(403);
  const { items } = (await cloud.ask('GET', '/v1/audit?action=user.create&limit=100')).json();
  expect(items.map(({ subjects }: { subjects: { name: string }[] }) => subjects[0]?.name)).toEqual(expect.arrayContaining(['ana', 'bob', 'guest']));
});
