import { Writable } from 'node:stream';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { IdentityServices } from '../auth/services.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';
import { createApi } from './server.ts';

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await testCloud();
});
afterEach(() => cloud.close());

const mail = { host: 'smtp.example.org', from: 'cloud@example.org', password: 'hunter2-hunter2' };

test('an administrator reads and changes the settings; the answer is what they are then', async () => {
  const before = await cloud.ask('GET', '/v1/settings');
  expect(before.headers['etag']).toBe('"0"');
  const changed = await cloud.ask('PATCH', '/v1/settings', { site: { name: 'Lab' }, mail }, { 'if-match': '"0"' });
  expect(changed.json()).toMatchObject({ site: { name: 'Lab' }, mail: { host: 'smtp.example.org', port: 587, password: { isSet: true } } });
  expect((await cloud.ask('GET', '/v1/settings')).headers['etag']).toBe(changed.headers['etag']);
  expect((await cloud.ask('PATCH', '/v1/settings', { site: { name: 'Other' } }, { 'if-match': '"0"' })).json()).toMatchObject({
    code: 'CHANGED_MEANWHILE',
  });
});

test('what was read can be sent back as it is', async () => {
  await cloud.ask('PATCH', '/v1/settings', { mail, conditions: { text: { en: 'Be kind.' } } });
  const shown = (await cloud.ask('GET', '/v1/settings')).json();
  const answer = await cloud.ask('PATCH', '/v1/settings', shown);
  expect({ status: answer.statusCode, body: answer.json() }).toEqual({ status: 200, body: shown });
});

test('no secret is in any answer or in the audit log; which fields were changed is', async () => {
  const answers = [
    await cloud.ask('PATCH', '/v1/settings', { mail }),
    await cloud.ask('PATCH', '/v1/settings', { mail: { password: 'hunter3-hunter3', port: 'x' } }),
    await cloud.ask('PATCH', '/v1/settings', { mail: { password: 'hunter4'.repeat(500) } }),
    await cloud.ask('PATCH', '/v1/settings', { mail: { password: ['hunter5'], hunter: 1 } }),
    await cloud.ask('GET', '/v1/settings'),
    await cloud.ask('GET', '/v1/audit'),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 400, 400, 400, 200, 200]);
  expect(answers.map(({ body }) => body.replaceAll('mail.hunter', '')).join('\n')).not.toContain('hunter');
  const entries = answers.at(-1)?.json().items;
  expect(entries.find(({ outcome }: { outcome: string }) => outcome === 'done')).toMatchObject({
    action: 'settings.update',
    details: { fields: 'mail' },
  });
  expect(entries[0]).toMatchObject({ action: 'settings.update', code: 'INPUT_INVALID' });
});

test('no secret is in the log, however much is logged and whatever goes wrong', async () => {
  const logged: string[] = [];
  const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (logged.push(chunk.toString()), done()) });
  const logger = pino({ level: 'trace' }, sink);
  const { store, clock } = cloud.cloud;
  const identity = new IdentityServices({ store, clock, feed: cloud.cloud.feed, onError: (what, error) => logger.warn({ err: error }, what) });
  const api = createApi({ cloud: cloud.cloud, identity, version: '0', logger });
  const headers = { authorization: `Bearer ${cloud.token}` };
  const change = (payload: object) => api.app.inject({ method: 'PATCH', url: '/v1/settings', headers, payload });
  expect((await change({ mail: { ...mail, password: 'hunter2' } })).statusCode).toBe(200);
  expect((await change({ mail: { password: 'hunter2', port: 0 } })).statusCode).toBe(400);
  const commit = store.commit.bind(store);
  store.commit = async () => {
    throw new Error('the disk is full');
  };
  expect((await change({ mail: { password: 'hunter2', port: 25 } })).statusCode).toBe(500);
  store.commit = commit;
  await api.close();
  expect(logged.join('')).toContain('the disk is full');
  expect(logged.join('')).not.toContain('hunter2');
});

test('a mistake is told with the field', async () => {
  for (const [body, field] of [
    [{ audit: { retentionDays: 0 } }, 'audit.retentionDays'],
    [{ ghost: 1 }, 'ghost'],
    [{ mail: { host: 'x' } }, 'mail.from'],
    [{ registration: { open: true } }, 'registration.open'],
    [{ methods: [] }, 'methods'],
  ] as const)
    expect((await cloud.ask('PATCH', '/v1/settings', body)).json()).toMatchObject({ code: 'INPUT_INVALID', params: { where: field } });
});

test('anyone learns how to log in, and nothing else', async () => {
  await cloud.ask('PATCH', '/v1/settings', {
    site: { name: 'Lab', supportMail: 'help@example.org' },
    mail,
    conditions: { text: { en: 'Be kind.' } },
  });
  const answer = await cloud.inject({ method: 'GET', url: '/v1/sign-in' });
  expect(answer.json()).toEqual({
    site: { name: 'Lab', supportMail: 'help@example.org' },
    methods: [{ type: 'local', name: 'local', label: 'local' }],
    registration: { open: false },
    conditions: { version: 1, text: { en: 'Be kind.', fr: null } },
    languages: ['en', 'fr'],
  });
  expect((await cloud.inject({ method: 'GET', url: '/v1/settings' })).statusCode).toBe(401);
});
