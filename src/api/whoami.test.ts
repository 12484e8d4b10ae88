import { afterAll, beforeAll, expect, test } from 'vitest';
import { createToken } from '../auth/token.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;

beforeAll(async () => {
  cloud = await testCloud();
  await cloud.ask('POST', '/v1/users', { name: 'ana' });
  await cloud.ask('POST', '/v1/groups', { name: 'staff' });
  await cloud.ask('POST', '/v1/groups/staff/add-members', { users: ['ana'] });
  for (const name of ['physics', 'chemistry', 'history']) await cloud.ask('POST', '/v1/projects', { name });
  await cloud.ask('POST', '/v1/projects/physics/set-member', { group: 'staff', role: 'viewer' });
  await cloud.ask('POST', '/v1/projects/physics/set-member', { user: 'ana', role: 'member' });
  await cloud.ask('POST', '/v1/projects/chemistry/set-member', { group: 'staff', role: 'operator' });
});
afterAll(() => cloud.close());

/** What a token of ana's is told, who may have limited it. */
async function told(limits: object = {}) {
  const ana = (await cloud.ask('GET', '/v1/users/ana')).json();
  const made = { name: `t${Object.keys(limits).length}`, owner: ana.id, ...limits };
  const { secret } = await createToken(cloud.store, cloud.cloud.clock, made);
  const answer = await cloud.api.app.inject({ method: 'GET', url: '/v1/session', headers: { authorization: `Bearer ${secret}` } });
  return answer.json();
}

test('whoever asks is told their projects, by name and with the greatest role there, and their groups', async () => {
  expect(await told()).toMatchObject({
    user: { name: 'ana', role: 'user' },
    projects: [
      { name: 'chemistry', role: 'operator' },
      { name: 'physics', role: 'member' },
    ],
    groups: [{ name: 'staff' }],
  });
});

test('with a token for one project, that one is told', async () => {
  const { id } = (await cloud.ask('GET', '/v1/projects/physics')).json();
  const { projects } = await told({ scope: { project: id, role: null, verbs: null, addresses: null } });
  expect(projects).toEqual([{ id, name: 'physics', role: 'member' }]);
});
