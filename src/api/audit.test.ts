import { afterEach, beforeEach, expect, test } from 'vitest';
import { Verifier } from '../audit/verifier.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await testCloud();
});
afterEach(() => cloud.close());

interface Entry {
  readonly action: string;
  readonly outcome: string;
  readonly code: string | null;
  readonly name: string;
  readonly subjects: { id: string | null; name: string }[];
  readonly details: Record<string, unknown>;
}
const entries = async (query = ''): Promise<Entry[]> => (await cloud.ask('GET', `/v1/audit?${query}`)).json().items;

test('every change is in the log: who, how, from where, in which request', async () => {
  const made = await cloud.ask('POST', '/v1/projects', { name: 'physics' }, { 'x-request-id': 'my-request' });
  const { id } = made.json();
  expect((await entries())[0]).toMatchObject({
    name: 'admin',
    method: 'token',
    credentialId: expect.stringMatching(/^tok-/),
    address: '127.0.0.1',
    requestId: 'my-request',
    action: 'project.create',
    subjects: [{ kind: 'project', id, name: 'physics', project: null }],
    outcome: 'done',
    code: null,
  });
  await cloud.ask('PATCH', `/v1/projects/${id}`, { labels: { room: '7' }, description: 'of ours' });
  expect((await entries())[0]).toMatchObject({ action: 'project.update', details: { fields: 'labels, description' } });
  await cloud.ask('DELETE', `/v1/projects/${id}`);
  expect((await entries(`subject=${id}`)).map(({ action }) => action)).toEqual(['project.delete', 'project.update', 'project.create']);
});

test('an entry is in the same commit as the change: there is neither without the other', async () => {
  const commits: string[][] = [];
  const commit = cloud.store.commit.bind(cloud.store);
  cloud.store.commit = async (changes) => {
    commits.push(changes.map((change) => (change.op === 'put' ? change.resource.kind : change.op)));
    return commit(changes);
  };
  await cloud.ask('POST', '/v1/projects', { name: 'physics' });
  expect(commits.filter((kinds) => kinds.includes('project'))).toEqual([expect.arrayContaining(['project', 'audit-pending'])]);
  cloud.store.commit = async (changes) => {
    if (changes.some((change) => change.op === 'put' && change.resource.kind === 'project')) throw new Error('power cut');
    return commit(changes);
  };
  expect((await cloud.ask('POST', '/v1/projects', { name: 'chemistry' })).statusCode).toBe(500);
  expect((await entries('action=project.create')).map(({ subjects }) => subjects[0]?.name)).toEqual(['physics']);
});

test('what many instances were made with is one entry, and what changes nothing is none', async () => {
  await cloud.ask('POST', '/v1/instances/batch', { name: 'many', image: 'tiny', type: 't1.micro', count: 3 });
  const [launch] = await entries('action=instance.create');
  expect(launch?.subjects.map(({ name }) => name)).toEqual(['many-1', 'many-2', 'many-3']);
  const before = (await entries()).length;
  await cloud.ask('PATCH', '/v1/instances/many-1', { name: 'many-1' });
  await cloud.ask('POST', '/v1/instances?dryRun=true', { name: 'next', image: 'tiny', type: 't1.micro' });
  await cloud.ask('GET', '/v1/instances/ghost');
  await cloud.ask('GET', '/v1/ghosts');
  expect(await entries()).toHaveLength(before);
});

test('every refusal is in the log, with its code', async () => {
  await cloud.ask('POST', '/v1/projects', { name: 'physics' });
  await cloud.ask('POST', '/v1/projects', { name: 'physics' });
  await cloud.ask('DELETE', '/v1/projects/ghost');
  await cloud.ask('POST', '/v1/projects', { name: 'x', role: 'administrator', password: 'hunter2' });
  await cloud.inject({ method: 'GET', url: '/v1/instances', headers: { authorization: 'Bearer sl_wrong' } });
  await cloud.inject({ method: 'GET', url: '/v1/hosts', headers: { authorization: `Bearer ${cloud.agentToken}` } });
  expect(await entries('outcome=refused')).toMatchObject([
    { action: 'host.read', code: 'FORBIDDEN', name: 'lab1' },
    { action: 'instance.read', code: 'UNAUTHENTICATED', name: '' },
    { action: 'project.create', code: 'INPUT_INVALID', name: 'admin', details: { fields: 'role, password' } },
    { action: 'project.delete', code: 'NOT_FOUND', subjects: [{ id: null, name: 'ghost' }] },
    { action: 'project.create', code: 'NAME_TAKEN', details: { name: 'physics' } },
  ]);
  expect(JSON.stringify(await entries())).not.toMatch(/hunter2|sl_wrong/);
});

test('a failed log-in is in the log with the name that was tried; a page that is opened before the log-in is not', async () => {
  await cloud.inject({ method: 'GET', url: '/v1/session' });
  await cloud.inject({ method: 'POST', url: '/v1/session', payload: { user: 'ada', password: 'guess' } });
  const refused = await entries('outcome=refused');
  expect(refused).toMatchObject([{ action: 'session.create', code: 'UNAUTHENTICATED', name: 'ada', method: 'none', address: '127.0.0.1' }]);
  expect(JSON.stringify(refused)).not.toContain('guess');
});

test('an export can be verified without the cloud, and says who made it', async () => {
  await cloud.ask('POST', '/v1/projects', { name: 'physics' });
  const answer = await cloud.ask('GET', '/v1/audit/export');
  expect(answer.headers['content-type']).toContain('application/x-ndjson');
  const lines = answer.body.trimEnd().split('\n');
  expect(JSON.parse(lines.at(-2) ?? '')).toMatchObject({ action: 'audit.export', name: 'admin' });
  const { head } = (await cloud.ask('GET', '/v1/audit/verify')).json();
  const verifier = new Verifier(head);
  for (const line of lines) verifier.add(line);
  expect(verifier.finish()).toMatchObject({ ok: true, head });
});

test('a filter that makes no sense is refused', async () => {
  for (const query of ['from=yesterday', 'outcome=maybe', 'limit=0', 'ghost=1'])
    expect((await cloud.ask('GET', `/v1/audit?${query}`)).json()).toMatchObject({ code: 'INPUT_INVALID' });
  expect((await cloud.ask('GET', '/v1/audit?cursor=x')).json()).toMatchObject({ code: 'CURSOR_INVALID' });
  expect((await cloud.ask('GET', '/v1/audit?project=default&limit=1')).statusCode).toBe(200);
});
