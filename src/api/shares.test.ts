import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Share } from '../core/resource.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';
import { person, type Person } from './people.fixture.ts';

let cloud: TestCloud;
let owner: Person;
beforeAll(async () => {
  cloud = await testCloud();
  owner = await person(cloud, 'owner', { physics: 'owner' });
});
afterAll(() => cloud.close());

const image = async (name: string): Promise<string> =>
  (await owner.ask('POST', '/v1/images?project=physics&wait=settled', { name, source: { type: 'recipe', recipe: 'tiny' } })).json().id;
const share = async (id: string, who: object) =>
  expect((await owner.ask('POST', `/v1/images/${id}/share`, { ...who, access: 'use' })).statusCode).toBe(200);
const unshare = (id: string, who: object) => owner.ask('POST', `/v1/images/${id}/unshare`, who);
const sharesOf = async (id: string): Promise<readonly Share[]> => (await cloud.store.get('image', id))?.shares ?? [];

test('who goes takes every share with them along, of the same commit: a user, a group, a project', async () => {
  await person(cloud, 'guest');
  await cloud.ask('POST', '/v1/groups', { name: 'guests' });
  await cloud.ask('POST', '/v1/projects', { name: 'visitors' });
  const [first, second] = [await image('first'), await image('second')];
  for (const id of [first, second]) for (const who of [{ user: 'guest' }, { group: 'guests' }, { project: 'visitors' }]) await share(id, who);
  for (const [path, kind, left] of [
    ['users/guest', 'user', ['guests', 'visitors']],
    ['groups/guests', 'group', ['visitors']],
    ['projects/visitors', 'project', []],
  ] as const) {
    const commits = vi.spyOn(cloud.store, 'commit');
    expect((await cloud.ask('DELETE', `/v1/${path}`)).statusCode).toBe(204);
    for (const id of [first, second]) expect((await sharesOf(id)).map(({ name }) => name)).toEqual(left);
    const [changes = []] = commits.mock.calls.find(([all]) => all.some((change) => change.op === 'delete' && change.kind === kind)) ?? [];
    expect(changes.flatMap((change) => (change.op === 'put' && change.resource.kind === 'image' ? [change.resource.id] : []))).toEqual([
      first,
      second,
    ]);
    commits.mockRestore();
  }
});

test('a share ends by what stands in it, also when who it names is gone or is called otherwise by now', async () => {
  const id = await image('third');
  await cloud.ask('POST', '/v1/projects', { name: 'before' });
  await share(id, { project: 'before' });
  await cloud.ask('PATCH', '/v1/projects/before', { name: 'after' });
  expect((await unshare(id, { project: 'before' })).json()).toMatchObject({ shares: [] });
  await share(id, { project: 'after' });
  expect((await unshare(id, { project: 'after' })).json()).toMatchObject({ shares: [] });
  // As a cloud from before shares went with people may hold them.
  const gone = 'usr-00000000000000000000000000';
  for (const ref of [gone, 'leaver']) {
    const resource = (await cloud.store.get('image', id))!;
    const left = { ...resource, shares: [{ with: gone, name: 'leaver', access: 'use' as const }] };
    await cloud.store.commit([{ op: 'put', resource: left, expectedRevision: resource.revision, indexed: cloud.cloud.registry.indexed(left) }]);
    expect((await unshare(id, { group: 'leaver' })).json()).toMatchObject({ code: 'NOT_FOUND' });
    expect((await unshare(id, { user: ref })).json()).toMatchObject({ shares: [] });
  }
  expect((await unshare(id, { user: 'owner' })).json()).toMatchObject({ code: 'NOT_SHARED' });
});

test('nobody deletes the account that they are using, and is told who can', async () => {
  const admin = await person(cloud, 'second');
  await cloud.ask('PATCH', '/v1/users/second', { role: 'administrator' });
  expect((await admin.ask('DELETE', '/v1/users/second')).json()).toMatchObject({
    status: 409,
    code: 'OWN_ACCOUNT',
    remedy: 'Another administrator can, with `stratus user delete second`.',
  });
  expect((await cloud.ask('DELETE', '/v1/users/second')).statusCode).toBe(204);
});
