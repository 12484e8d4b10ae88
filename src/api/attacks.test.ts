import { request, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf } from '../auth/authorize.ts';
import { createToken } from '../auth/token.ts';
import { createResources } from '../control/requests.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';
import { asking, person } from './people.fixture.ts';

const publicKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5bmlYdDZ3T0gWg6jQmS9xkXN3v3yqGJ8kYwq2n1b7t';

let cloud: TestCloud;
let url: string;
beforeAll(async () => {
  cloud = await testCloud();
  url = (await cloud.api.listen({ port: 0 })).url ?? '';
});
afterAll(() => cloud.close());

interface Line {
  readonly type: string;
  readonly kind?: string;
  readonly id?: string;
  readonly code?: string;
}

/** A watch of this person's, read to its end. */
async function watching(userId: string) {
  const { store, clock } = cloud.auth;
  const { secret } = await createToken(store, clock, { name: `watch-${clock.uuid()}`, owner: userId });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(new URL('/v1/watch', url), { headers: { authorization: `Bearer ${secret}` } }, resolve)
      .on('error', reject)
      .end();
  });
  const lines: Line[] = [];
  const ended = (async () => {
    for await (const line of createInterface({ input: answer })) lines.push(JSON.parse(line) as Line);
  })().catch(() => undefined);
  return {
    lines,
    ended,
    close: () => answer.destroy(),
    until: async (is: (line: Line) => boolean) => {
      for (let tries = 0; tries < 500 && !lines.some(is); tries++) await new Promise((resolve) => setTimeout(resolve, 5));
      return lines.find(is);
    },
  };
}

const makeKey = async (name: string, project: string) =>
  (await cloud.ask('POST', `/v1/ssh-keys?project=${project}`, { name, publicKey })).json<{ id: string }>().id;

describe('a long watch', () => {
  test('ends as soon as a role is taken away, before it tells anything that came later', async () => {
    const eve = await person(cloud, 'eve', { secrets: 'viewer' });
    const watch = await watching(eve.id);
    const before = await makeKey('before', 'secrets');
    expect(await watch.until(({ id }) => id === before)).toMatchObject({ type: 'put' });
    await cloud.ask('POST', '/v1/projects/secrets/remove-member', { user: 'eve' });
    const after = await makeKey('after', 'secrets');
    await watch.ended;
    expect(watch.lines.at(-1)).toMatchObject({ type: 'error', code: 'RIGHTS_CHANGED' });
    expect(JSON.stringify(watch.lines)).not.toContain(after);
    expect((await eve.ask('GET', `/v1/ssh-keys/${before}`)).statusCode).toBe(404);
  });

  test('ends when a group is left, and when the account is blocked', async () => {
    const { id } = await person(cloud, 'bo');
    await cloud.ask('POST', '/v1/groups', { name: 'readers' });
    await cloud.ask('POST', '/v1/groups/readers/add-members', { users: ['bo'] });
    await cloud.ask('POST', '/v1/projects/secrets/set-member', { group: 'readers', role: 'viewer' });
    const first = await watching(id);
    await cloud.ask('POST', '/v1/groups/readers/remove-members', { users: ['bo'] });
    await first.ended;
    expect(first.lines.at(-1)).toMatchObject({ code: 'RIGHTS_CHANGED' });
    const blocked = await watching(id);
    await cloud.ask('PATCH', '/v1/users/bo', { isBlocked: true });
    await blocked.ended;
    expect(blocked.lines.at(-1)).toMatchObject({ type: 'error' });
  });

  test('tells nobody of what is not theirs, not even that it goes', async () => {
    const mallory = await person(cloud, 'mallory');
    const watch = await watching(mallory.id);
    const id = await makeKey('hidden', 'secrets');
    await cloud.ask('DELETE', `/v1/ssh-keys/${id}`);
    await cloud.ask('POST', '/v1/users', { name: 'unrelated' });
    const { id: own } = (await cloud.ask('POST', '/v1/instance-types', { name: 'seen.by-all', vcpus: 1, memoryMib: 128 })).json();
    await watch.until((line) => line.id === own);
    watch.close();
    expect(watch.lines.filter(({ type, id: each }) => type !== 'bookmark' && each !== own)).toEqual([]);
  });

  test('tells what is shared, and when it is shared no longer, as if it came and went', async () => {
    const guest = await person(cloud, 'guest');
    const { id } = (
      await cloud.ask('POST', '/v1/images?project=secrets&wait=settled&timeoutSeconds=10', {
        name: 'golden',
        source: { type: 'recipe', recipe: 'tiny' },
      })
    ).json();
    const watch = await watching(guest.id);
    await cloud.ask('POST', `/v1/images/${id}/share`, { user: 'guest', access: 'read' });
    expect(await watch.until((line) => line.id === id)).toMatchObject({ type: 'put' });
    expect((await guest.ask('GET', `/v1/images/${id}`)).statusCode).toBe(200);
    await cloud.ask('POST', `/v1/images/${id}/unshare`, { user: 'guest' });
    expect(await watch.until((line) => line.id === id && line.type === 'delete')).toBeDefined();
    watch.close();
    expect((await guest.ask('GET', `/v1/images/${id}`)).statusCode).toBe(404);
  });
});

test('who loses the right between the decision and the commit is refused, and nothing is made', async () => {
  const { id } = await person(cloud, 'quick', { secrets: 'member' });
  const rights = await cloud.auth.rights.of(id);
  const identity = {
    userId: id,
    name: 'quick',
    role: 'user',
    rights,
    via: 'token',
    method: 'token',
    credentialId: 'x',
    host: null,
    scope: null,
    address: null,
    pending: null,
  } as const;
  const project = (await cloud.ask('GET', '/v1/projects/secrets')).json().id as string;
  const { store } = cloud;
  const commit = store.commit.bind(store);
  // The owner is done between quick's decision and quick's commit.
  store.commit = async (changes) => {
    store.commit = commit;
    await cloud.ask('POST', '/v1/projects/secrets/remove-member', { user: 'quick' });
    return commit(changes);
  };
  const input = { name: 'too-late', project, labels: {}, body: { publicKey } };
  await expect(
    createResources(cloud.cloud, cloud.cloud.slice('ssh-key'), callerOf(identity, null, cloud.auth.rights), [input]),
  ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect((await cloud.ask('GET', '/v1/ssh-keys?project=secrets&name=too-late')).json().items).toEqual([]);
});

test('a session cannot be planted before the log-in', async () => {
  const headers = { host: 'localhost:8443', cookie: 'stratus_session_8443=planted' };
  const answer = await cloud.inject({ method: 'POST', url: '/v1/session', headers, payload: { user: 'admin', password: cloud.password } });
  const [cookie] = answer.cookies;
  expect([answer.statusCode, cookie?.value === 'planted']).toEqual([201, false]);
  expect((await cloud.inject({ url: '/v1/session', headers })).statusCode).toBe(401);
  const again = await cloud.inject({
    method: 'POST',
    url: '/v1/session',
    headers: { host: headers.host, cookie: `stratus_session_8443=${cookie?.value}` },
    payload: { user: 'admin', password: cloud.password },
  });
  expect(again.cookies[0]?.value).not.toBe(cookie?.value);
});

describe('a limited token', () => {
  test('makes no other token, lets nothing in, and links nothing: its limits would be none', async () => {
    const { id } = await person(cloud, 'robot', { secrets: 'owner' });
    const project = (await cloud.ask('GET', '/v1/projects/secrets')).json().id as string;
    const limits = { role: null, verbs: null, addresses: null };
    const ask = await asking(cloud, id, { ...limits, project });
    for (const [method, path, body] of [
      ['POST', '/v1/tokens', { name: 'wider' }],
      ['POST', '/v1/device-logins/BCDF-GHJK/approve', undefined],
      ['PATCH', `/v1/users/${id}`, { displayName: 'Somebody else' }],
    ] as const)
      expect([path, [403, 404].includes((await ask(method, path, body)).statusCode)]).toEqual([path, true]);
    expect((await ask('GET', '/v1/ssh-keys?project=secrets')).statusCode).toBe(200);
    expect((await ask('GET', '/v1/projects/default')).statusCode).toBe(404);
  });

  test('of an administrator does not administer, beyond its project and its role', async () => {
    const { id } = (await cloud.ask('GET', '/v1/users/admin')).json();
    const project = (await cloud.ask('GET', '/v1/projects/secrets')).json().id as string;
    const viewer = await asking(cloud, id, { project, role: 'viewer', verbs: null, addresses: null });
    expect((await viewer('GET', '/v1/users')).json().items).toEqual([]);
    expect((await viewer('POST', '/v1/ssh-keys?project=secrets', { name: 'x', publicKey })).statusCode).toBe(403);
    expect((await viewer('GET', '/v1/hosts')).statusCode).toBe(403);
    const reader = await asking(cloud, id, { project: null, role: null, verbs: ['*.read'], addresses: null });
    expect((await reader('GET', '/v1/hosts')).statusCode).toBe(200);
    expect((await reader('POST', '/v1/projects', { name: 'no' })).statusCode).toBe(403);
    const elsewhere = await asking(cloud, id, { project: null, role: null, verbs: null, addresses: ['192.0.2.0/24'] });
    expect((await elsewhere('GET', '/v1/projects')).statusCode).toBe(401);
  });

  test('that is good once is good once, also for two at the same moment', async () => {
    const { id } = await person(cloud, 'once');
    const { store, clock } = cloud.auth;
    const { secret } = await createToken(store, clock, { name: 'single', owner: id, isOneTime: true });
    const use = () => cloud.inject({ url: '/v1/instance-types', headers: { authorization: `Bearer ${secret}` } });
    const both = await Promise.all([use(), use(), use()]);
    expect(both.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 401, 401]);
  });
});

test('a foreign id answers in everything as one that is nobody’s', async () => {
  const { ask } = await person(cloud, 'curious');
  const id = await makeKey('found', 'secrets');
  const nobodys = `${id.slice(0, -4)}0000`;
  for (const path of [
    '/v1/ssh-keys/ID',
    '/v1/ssh-keys/ID?project=secrets',
    '/v1/projects/secrets',
    '/v1/instances/web?project=secrets',
    '/v1/events?project=secrets',
  ]) {
    const answers = await Promise.all([ask('GET', path.replace('ID', id)), ask('GET', path.replace('ID', nobodys).replaceAll('secrets', 'no-such'))]);
    const [foreign, absent] = answers.map((answer) => {
      const { requestId: _, ...body } = answer.json<Record<string, unknown>>();
      return JSON.stringify([answer.statusCode, body]).replaceAll(/ssh-?key-?[0-9a-z]*-[0-9a-z]{26}|key-[0-9a-z]{26}|secrets|no-such/g, 'REF');
    });
    expect([path, foreign]).toEqual([path, absent]);
  }
});
