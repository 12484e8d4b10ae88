import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Auth } from '../auth/auth.ts';
import { matrix } from '../auth/matrix.ts';
import { SqliteStore } from '../control/store/sqlite-store.ts';
import { nodeClock } from '../drivers/node-clock.ts';
import { guardAccess } from './access.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;
let webDir: string;
beforeAll(async () => {
  webDir = mkdtempSync(join(tmpdir(), 'stratus-page-'));
  writeFileSync(join(webDir, 'index.html'), '<!doctype html>');
  cloud = await testCloud({ webDir, ownNames: () => ['cloud.example'] });
});
afterAll(async () => {
  await cloud.close();
  rmSync(webDir, { recursive: true });
});

/** Rows that no route is: a request of another row asks for them when it comes to that. */
const askedInside = ['image.use', 'image.create-from-file', 'project.share-with-everyone', 'user.administer'];

/** An address of the route that leads to something, as far as that is needed. */
const addressOf = (url: string) =>
  url.replace(':ref', 'nothing').replace(':sha256', 'ab'.repeat(32)).replace(':session', 'x').replace(':file', 'swagger-ui.css');

describe('the authorization matrix', () => {
  test('has a row for every route, and a route for every row', () => {
    const used = new Set(cloud.api.routes.map((route) => route.access));
    expect(cloud.api.routes.length).toBeGreaterThan(50);
    const rows = Object.entries(matrix).flatMap(([subject, verbs]) => Object.keys(verbs).map((verb) => `${subject}.${verb}`));
    expect(used).toEqual(new Set(rows.filter((row) => !askedInside.includes(row))));
  });

  test('a planted route without a row keeps the server from starting', () => {
    const app = fastify();
    guardAccess(app, new Auth(new SqliteStore(':memory:'), nodeClock));
    expect(() => app.get('/v1/secrets', async () => 'all of them')).toThrow('GET /v1/secrets: no access is not in the authorization matrix');
    expect(() => app.get('/v1/secrets', { config: { access: 'instance.betray' } }, async () => 'all of them')).toThrow('instance.betray');
  });

  test('without a log-in nothing is answered but what is for anyone', async () => {
    for (const { method, url, access } of cloud.api.routes) {
      const [subject = '', verb = ''] = access.split('.');
      // Without a certificate it is the log-in itself that fails.
      if (url === '/v1/session/certificate') continue;
      const isForAnyone = matrix[subject]?.[verb] === 'anyone';
      const answer = await cloud.inject({ method, url: addressOf(url) });
      expect([method, url, answer.statusCode === 401]).toEqual([method, url, !isForAnyone]);
      if (!isForAnyone) expect(answer.json()).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });

  test("an agent's token opens the agents' routes and no other", async () => {
    for (const { method, url, access } of cloud.api.routes) {
      const [subject = '', verb = ''] = access.split('.');
      if (['agent', 'anyone', 'signed-in'].includes(matrix[subject]?.[verb] ?? '')) continue;
      const answer = await cloud.inject({ method, url: addressOf(url), headers: { authorization: `Bearer ${cloud.agentToken}` } });
      expect([method, url, answer.statusCode]).toEqual([method, url, 403]);
    }
    expect((await cloud.ask('POST', '/v1/agent/join')).json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await cloud.inject({ method: 'POST', url: '/v1/agent/join', headers: { authorization: `Bearer ${cloud.agentToken}` } })).json()).toEqual({
      hostId: cloud.host.id,
      name: 'lab1',
    });
  });
});

describe('a browser session', () => {
  const logIn = async () => {
    const answer = await cloud.inject({
      method: 'POST',
      url: '/v1/session',
      headers: { host: 'cloud.example:8443' },
      payload: { user: 'admin', password: cloud.password },
    });
    const [cookie] = answer.cookies;
    return {
      answer,
      cookie: cookie as { name: string; value: string; httpOnly?: boolean; sameSite?: string },
      csrf: answer.json().csrfToken as string,
    };
  };
  const send = (
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    cookie: { name: string; value: string },
    headers: Record<string, string> = {},
    payload?: object,
  ) =>
    cloud.inject({
      method,
      url,
      headers: { host: 'cloud.example:8443', cookie: `${cookie.name}=${cookie.value}`, ...headers },
      ...(payload === undefined ? {} : { payload }),
    });

  test('is a cookie that scripts cannot read and other sites cannot use', async () => {
    const { answer, cookie, csrf } = await logIn();
    expect(answer.statusCode).toBe(201);
    expect(cookie).toMatchObject({ name: 'stratus_session_8443', httpOnly: true, sameSite: 'Strict', path: '/' });
    expect(answer.body).not.toContain(cookie.value);
    expect((await send('GET', '/v1/session', cookie)).json()).toMatchObject({
      user: { name: 'admin', role: 'administrator' },
      via: 'session',
      csrfToken: csrf,
    });
  });

  test('changes nothing without the token that only its own page knows', async () => {
    const { cookie, csrf } = await logIn();
    const create = (headers: Record<string, string>) => send('POST', '/v1/projects', cookie, headers, { name: 'by-browser' });
    for (const headers of [
      {},
      { 'x-csrf-token': 'guess' },
      { 'x-csrf-token': csrf, origin: 'https://evil.example' },
      { 'x-csrf-token': csrf, origin: 'null' },
    ] as Record<string, string>[]) {
      expect((await create(headers)).json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    }
    expect((await create({ 'x-csrf-token': csrf, origin: 'https://cloud.example:8443' })).statusCode).toBe(201);
    expect((await send('GET', '/v1/projects', cookie)).statusCode).toBe(200);
  });

  test('ends at log-out', async () => {
    const { cookie, csrf } = await logIn();
    const answer = await send('DELETE', '/v1/session', cookie, { 'x-csrf-token': csrf });
    expect([answer.statusCode, answer.cookies[0]?.value]).toEqual([204, '']);
    expect((await send('GET', '/v1/session', cookie)).statusCode).toBe(401);
  });

  test('a wrong password is told as such, and soon costs time', async () => {
    const guess = () =>
      cloud.inject({ method: 'POST', url: '/v1/session', remoteAddress: '192.0.2.7', payload: { user: 'admin', password: 'guess' } });
    expect((await guess()).json()).toMatchObject({ status: 401, detail: 'This needs a log-in: name or password is wrong.' });
    await guess();
    await guess();
    const refused = await guess();
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
  });
});

describe('tokens', () => {
  test('are made, listed without their secrets, and revoked at once', async () => {
    const made = await cloud.ask('POST', '/v1/tokens', { name: 'ci' });
    const { secret, id } = made.json();
    expect(made.json()).toMatchObject({ name: 'ci', type: 'user', expiresAt: null, state: 'active' });
    const projects = () => cloud.inject({ url: '/v1/projects', headers: { authorization: `Bearer ${secret}` } });
    expect((await projects()).statusCode).toBe(200);
    const list = await cloud.ask('GET', '/v1/tokens');
    expect(list.json().items).toContainEqual(expect.objectContaining({ id, lastUsedAt: expect.any(String) }));
    expect(list.body).not.toMatch(/sl_|[0-9a-f]{64}/);
    expect((await cloud.ask('POST', '/v1/tokens', { name: 'ci' })).json()).toMatchObject({ code: 'NAME_TAKEN' });
    expect((await cloud.ask('DELETE', `/v1/tokens/${id}`)).statusCode).toBe(204);
    expect((await projects()).json()).toMatchObject({ status: 401, detail: 'This needs a log-in: the token is not valid, or not any more.' });
    expect((await cloud.ask('DELETE', '/v1/tokens/ci')).statusCode).toBe(404);
  });

  test('can end by themselves, in the future', async () => {
    expect((await cloud.ask('POST', '/v1/tokens', { name: 'past', expiresAt: '2020-01-01' })).json()).toMatchObject({
      errors: [{ field: 'expiresAt' }],
    });
    expect((await cloud.ask('POST', '/v1/tokens', { name: 'future', host: 'lab2', expiresAt: '2099-01-01' })).json()).toMatchObject({
      type: 'agent',
      host: 'lab2',
      expiresAt: '2099-01-01T00:00:00.000Z',
    });
  });
});
