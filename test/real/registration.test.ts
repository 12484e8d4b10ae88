import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApi, type Api } from '../../src/api/server.ts';
import { SecretBox } from '../../src/auth/secret-box.ts';
import { IdentityServices } from '../../src/auth/services.ts';
import { SqliteStore } from '../../src/control/store/sqlite-store.ts';
import { minutes } from '../../src/core/units.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { SmtpMailer } from '../../src/drivers/smtp/smtp-mailer.ts';
import { bootstrap } from '../../src/kinds/bootstrap.ts';
import { ControlPlane } from '../../src/kinds/control-plane.ts';
import type { ImageStore } from '../../src/ports/image-store.ts';
import { startMailSink, type MailSink, type ReceivedMail } from './mail-sink.ts';

const images = { recipes: [], list: async () => ({ images: [], imports: [] }) } as unknown as ImageStore;
const key = Buffer.alloc(32, 7);
let dir: string;
let sink: MailSink;
let running: { api: Api; cloud: ControlPlane; store: SqliteStore; token: string } | null = null;
let passedMs = 0;
const mails: ReceivedMail[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'stratus-registration-'));
  sink = await startMailSink();
});
afterAll(async () => {
  await stop();
  await sink.close();
  rmSync(dir, { recursive: true });
});

/** A control plane over what the one before has left. */
async function start(): Promise<void> {
  const clock = { ...nodeClock, now: () => nodeClock.now() + passedMs };
  const store = new SqliteStore(join(dir, 'cloud.sqlite'));
  const cloud = new ControlPlane({ store, clock, images });
  await bootstrap(cloud, { cidr: '10.99.0.0/16', nat: true });
  await cloud.start();
  const identity = new IdentityServices({ store, clock, feed: cloud.feed, box: new SecretBox(key), mailer: (settings) => new SmtpMailer(settings) });
  await identity.auth.ensureAdministrator();
  const token = await identity.auth.createToken({ role: 'administrator', account: 'admin', name: `run ${passedMs}` });
  const api = createApi({ cloud, identity, version: '0.0.0' });
  await api.app.ready();
  running = { api, cloud, store, token };
}

async function stop(): Promise<void> {
  running?.cloud.stop();
  await running?.api.close();
  await running?.store.close();
  running = null;
}

/** Between two steps: nothing but the file stays, and a while goes by. */
async function dieAndComeBack(): Promise<void> {
  await stop();
  passedMs += 2 * minutes;
  await start();
}

function ask(method: string, path: string, body?: unknown, asAdministrator = false): Promise<LightMyRequestResponse> {
  const { api, token } = running as NonNullable<typeof running>;
  const headers = asAdministrator ? { authorization: `Bearer ${token}` } : {};
  return api.app.inject({ method: method as 'GET', url: path, headers, ...(body === undefined ? {} : { payload: body as object }) });
}
const administrate = (method: string, path: string, body?: unknown) => ask(method, path, body, true);

async function mailTo(address: string, count: number): Promise<ReceivedMail> {
  for (let tries = 0; tries < 1_000; tries++) {
    const found = [...mails, ...sink.mails].filter(({ to }) => to.includes(address));
    if (found.length >= count) return found[count - 1] as ReceivedMail;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`no mail ${count} to ${address}`);
}
const secretIn = ({ links }: ReceivedMail) => links.find((each) => each.includes('/link#'))?.split('#')[1] ?? '';

test('somebody registers, is approved, logs in, forgets the password and gets in again, whatever dies in between', { timeout: 60_000 }, async () => {
  await start();
  const { port } = sink;
  const mail = { host: '127.0.0.1', port, security: 'none', from: 'Nuage du laboratoire <cloud@example.org>' };
  const site = { name: 'Nuage du laboratoire', url: 'https://cloud.example.org/' };
  expect((await administrate('PATCH', '/v1/settings', { site, mail, registration: { open: true } })).statusCode).toBe(200);
  await administrate('PATCH', '/v1/users/admin', { email: 'root@example.org' });

  // The mail server is down; what was asked for is mailed after the next start.
  mails.push(...sink.mails);
  await sink.close();
  const applicant = { user: 'zoe', displayName: 'Zoé', email: 'zoe@example.org', language: 'fr', reason: 'Pour ma thèse.', conditionsVersion: null };
  expect((await ask('POST', '/v1/registrations', applicant)).statusCode).toBe(202);
  await stop();
  sink = await startMailSink({ port });
  await dieAndComeBack();
  const first = await mailTo('zoe@example.org', 1);
  expect(first.subject).toBe('Confirmez votre adresse électronique pour Nuage du laboratoire');
  expect(first.links.every((link) => link.startsWith('https://cloud.example.org/'))).toBe(true);

  await dieAndComeBack();
  const password = 'walnut-ferry-cobalt-17';
  expect((await ask('POST', '/v1/links/peek', { link: secretIn(first) })).json()).toMatchObject({ purpose: 'confirm-registration', user: 'zoe' });
  expect((await ask('POST', '/v1/links/use', { link: secretIn(first), password })).statusCode).toBe(200);
  expect((await mailTo('root@example.org', 1)).text).toContain('> Pour ma thèse.');

  await dieAndComeBack();
  const [waiting] = (await administrate('GET', '/v1/registrations')).json().items;
  expect((await administrate('POST', `/v1/registrations/${waiting.id}/approve`)).statusCode).toBe(204);
  expect((await mailTo('zoe@example.org', 2)).subject).toBe('Bienvenue sur Nuage du laboratoire');
  expect((await ask('POST', '/v1/session', { user: 'zoe', password })).statusCode).toBe(201);

  expect((await ask('POST', '/v1/password-resets', { user: 'zoe@example.org' })).statusCode).toBe(202);
  const forgotten = await mailTo('zoe@example.org', 3);
  await dieAndComeBack();
  const anew = 'marble-otter-lantern-52';
  expect((await ask('POST', '/v1/links/use', { link: secretIn(forgotten), password: anew })).statusCode).toBe(200);
  expect((await ask('POST', '/v1/links/use', { link: secretIn(forgotten), password: anew })).statusCode).toBe(410);
  expect((await mailTo('zoe@example.org', 4)).subject).toContain('mot de passe');
  expect((await ask('POST', '/v1/session', { user: 'zoe', password })).statusCode).toBe(401);
  expect((await ask('POST', '/v1/session', { user: 'zoe', password: anew })).statusCode).toBe(201);
});
