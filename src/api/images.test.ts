import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemCaller } from '../control/admission.ts';
import { createResources } from '../control/requests.ts';
import { bootstrap } from '../kinds/bootstrap.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';
import { asking, person, type Person } from './people.fixture.ts';

let cloud: TestCloud;
let physicist: Person;
let chemist: Person;
let stranger: Person;
const recipe = { type: 'recipe', recipe: 'tiny' };
const image = (name: string, more: object = {}) => ({ name, source: recipe, ...more });
const machine = (name: string, from: string) => ({ name, image: from, type: 't1.micro' });

beforeAll(async () => {
  cloud = await testCloud();
  physicist = await person(cloud, 'physicist', { physics: 'owner' });
  chemist = await person(cloud, 'chemist', { chemistry: 'member' });
  stranger = await person(cloud, 'stranger');
});
afterAll(() => cloud.close());

const imageIn = async (who: Person, name: string, more: object = {}) => {
  const answer = await who.ask('POST', '/v1/images?wait=settled', image(name, more));
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json();
};

describe('an image', () => {
  test('belongs to the project that it was made in, and is nothing to anybody else', async () => {
    const { id, project } = await imageIn(physicist, 'lattice');
    expect(project).toBe((await physicist.ask('GET', '/v1/projects/physics')).json().id);
    expect((await chemist.ask('GET', `/v1/images/${id}`)).json()).toMatchObject({ code: 'NOT_FOUND' });
    expect((await chemist.ask('GET', '/v1/images/lattice')).json()).toMatchObject({ code: 'NOT_FOUND' });
    expect((await chemist.ask('GET', '/v1/images/physics%2Flattice')).json()).toMatchObject({ code: 'NOT_FOUND' });
    expect((await chemist.ask('GET', '/v1/images')).json().items.map(({ name }: { name: string }) => name)).toEqual(['tiny']);
  });

  test('of another project answers, at a launch, exactly as an absent one', async () => {
    const { id } = await imageIn(physicist, 'hidden');
    const refusal = async (ref: string) => {
      const { requestId: _, ...problem } = (await chemist.ask('POST', '/v1/instances', machine('m', ref))).json();
      return JSON.stringify(problem).replaceAll(ref, 'REF');
    };
    expect(await refusal('hidden')).toBe(await refusal('absent'));
    expect(await refusal('physics/hidden')).toBe(await refusal('physics/absent'));
    expect(await refusal(id)).toBe(await refusal(id.replace(/..$/, '00')));
  });

  test('of the default project that is shared is found by its name from everywhere, behind the own one', async () => {
    const common = (await chemist.ask('GET', '/v1/images/tiny')).json();
    expect(common.shares).toEqual([{ with: 'everyone', name: 'everyone', access: 'use' }]);
    expect((await stranger.ask('GET', '/v1/images/tiny')).json().id).toBe(common.id);
    expect((await chemist.ask('POST', '/v1/instances', machine('from-common', 'tiny'))).json().spec.image.id).toBe(common.id);
    const own = await imageIn(physicist, 'tiny');
    expect((await physicist.ask('GET', '/v1/images/tiny')).json().id).toBe(own.id);
    expect((await physicist.ask('GET', '/v1/images/default%2Ftiny')).json().id).toBe(common.id);
    expect((await physicist.ask('POST', '/v1/instances', machine('from-own', 'tiny'))).json().spec.image.id).toBe(own.id);
    expect((await physicist.ask('POST', '/v1/instances', machine('from-there', 'default/tiny'))).json().spec.image.id).toBe(common.id);
  });

  test('of the default project is not changed, deleted or shared by a name that meant the own one', async () => {
    for (const [method, path, body] of [
      ['PATCH', '/v1/images/tiny', { description: 'mine now' }],
      ['DELETE', '/v1/images/tiny', undefined],
      ['POST', '/v1/images/tiny/share', { user: 'stranger', access: 'use' }],
    ] as const)
      expect((await chemist.ask(method, path, body)).json()).toMatchObject({ code: 'NOT_FOUND' });
    expect((await chemist.ask('DELETE', '/v1/images/default%2Ftiny')).json()).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('may be seen by those it is shared with to read, and used by those it is shared with to use', async () => {
    const { id } = await imageIn(physicist, 'lent');
    await physicist.ask('POST', `/v1/images/${id}/share`, { user: 'chemist', access: 'read' });
    expect((await chemist.ask('GET', '/v1/images/physics%2Flent')).json().id).toBe(id);
    expect((await chemist.ask('POST', '/v1/instances', machine('lent', 'physics/lent'))).json()).toMatchObject({ code: 'FORBIDDEN' });
    await physicist.ask('POST', `/v1/images/${id}/share`, { project: 'chemistry', access: 'use' });
    expect((await chemist.ask('POST', '/v1/instances', machine('lent', 'physics/lent'))).statusCode).toBe(201);
    await physicist.ask('POST', `/v1/images/${id}/unshare`, { project: 'chemistry' });
    await physicist.ask('POST', `/v1/images/${id}/unshare`, { user: 'chemist' });
    expect((await chemist.ask('GET', `/v1/images/${id}`)).statusCode).toBe(404);
  });

  test('is for everyone only where an owner of the project says so', async () => {
    const member = await person(cloud, 'student', { physics: 'member' });
    expect((await member.ask('POST', '/v1/images', image('own'))).statusCode).toBe(201);
    expect((await member.ask('POST', '/v1/images', image('for-all', { public: true }))).json()).toMatchObject({ code: 'FORBIDDEN' });
    expect((await imageIn(physicist, 'for-all', { public: true })).shares).toHaveLength(1);
    expect((await stranger.ask('GET', '/v1/images/physics%2Ffor-all')).statusCode).toBe(200);
  });

  test("comes from a file of the cloud's machine only for administrators", async () => {
    const file = { source: { type: 'file', path: '/etc/shadow' } };
    expect((await physicist.ask('POST', '/v1/images', image('shadow', file))).json()).toMatchObject({ code: 'FORBIDDEN' });
    expect((await cloud.ask('POST', '/v1/images', image('shadow', file))).statusCode).toBe(201);
  });

  test('for everyone is there for a token of one project too, what only its owner was given is not', async () => {
    const { id } = await imageIn(physicist, 'personal');
    await physicist.ask('POST', `/v1/images/${id}/share`, { everyone: true, access: 'read' });
    await physicist.ask('POST', `/v1/images/${id}/unshare`, { everyone: true });
    await cloud.ask('POST', `/v1/images/${id}/share`, { user: 'chemist', access: 'use' });
    const project = (await chemist.ask('GET', '/v1/projects/chemistry')).json().id;
    const robot = await asking(cloud, chemist.id, { project, role: null, verbs: null, addresses: null });
    const names = async (who: Person['ask']) =>
      (await who('GET', '/v1/images'))
        .json()
        .items.map(({ name }: { name: string }) => name)
        .toSorted();
    expect(await names(robot)).toEqual(['for-all', 'tiny']);
    expect(await names(chemist.ask)).toEqual(['for-all', 'personal', 'tiny']);
    expect((await robot('POST', '/v1/instances', machine('by-robot', 'tiny'))).statusCode).toBe(201);
    expect((await robot('POST', '/v1/instances', machine('by-robot-2', id))).json()).toMatchObject({ code: 'NOT_FOUND' });
    expect((await robot('DELETE', '/v1/images/default%2Ftiny')).json()).toMatchObject({ code: 'FORBIDDEN' });
  });
});

test('images of a cloud from before they were a project’s become the default project’s, for everyone', async () => {
  const { cloud: control, store } = cloud;
  const project = (await store.getByKey('project', 'name//default'))?.id ?? '';
  const made = await createResources(control, control.slice('image'), systemCaller, [{ name: 'old', project, labels: {}, body: { source: recipe } }]);
  const id = made.resources[0]?.id ?? '';
  const now = await store.get('image', id);
  if (now === null) throw new Error('no image');
  const old = { ...now, project: null };
  await store.commit([{ op: 'put', resource: old, expectedRevision: now.revision, indexed: control.registry.indexed(old) }]);
  await bootstrap(control, { cidr: '10.99.0.0/16', nat: true });
  expect((await stranger.ask('GET', '/v1/images/old')).json()).toMatchObject({ id, project });
  const revision = await store.revision();
  await bootstrap(control, { cidr: '10.99.0.0/16', nat: true });
  expect(await store.revision()).toBe(revision);
});
