import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf } from '../auth/authorize.ts';
import { createResources } from '../control/requests.ts';
import { takenNow } from '../control/usage-recount.ts';
import { sum, usageKind, type UsageRecord } from '../control/usage.ts';
import { inFull, type SetQuota } from '../core/quota.ts';
import { chanceFrom } from '../drivers/sim/random.ts';
import { ControlPlane } from '../kinds/control-plane.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';
import { person, type Person } from './people.fixture.ts';

let cloud: TestCloud;
let ana: Person;
let bela: Person;

beforeAll(async () => {
  cloud = await testCloud();
  ana = await person(cloud, 'ana', { physics: 'owner', chemistry: 'member' });
  bela = await person(cloud, 'bela', { physics: 'viewer', biology: 'member' });
});
afterAll(() => cloud.close());

const limit = async (plural: string, name: string, quota: SetQuota) => {
  const answer = await cloud.ask('POST', `/v1/${plural}/${name}/set-quota`, quota);
  expect(answer.statusCode, answer.body).toBe(202);
};
const machine = (name: string, more: object = {}) => ({ name, image: 'tiny', type: 't1.micro', ...more });
const launch = (who: Person, project: string, name: string, more: object = {}) =>
  who.ask('POST', `/v1/instances?project=${project}`, machine(name, more));
const usage = async (project: string) => (await cloud.ask('GET', `/v1/projects/${project}/usage`)).json();

/** Everything that is taken, as it is written and as it is. */
async function compare(): Promise<void> {
  const written = new Map<string, object>();
  for (const record of (await cloud.store.list({ kind: usageKind, limit: 1_000 })).items as UsageRecord[])
    if (record.id !== 'counted') written.set(record.id, { of: record.spec.of, ...record.spec.amounts });
  const is = new Map<string, object>();
  const taken = await takenNow(cloud.cloud);
  for (const { holder } of taken.changed()) is.set(holder.id, { of: holder.kind, ...sum({}, taken.of(holder.id)) });
  expect(written).toEqual(is);
}

describe('a quota', () => {
  test('is not exceeded by 200 who ask at the same moment: exactly as many succeed as may, and the others are told why', async () => {
    await limit('projects', 'chemistry', { instances: 7 });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => launch(ana, 'chemistry', `racer-${index}`)));
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(7);
    const refused = answers.filter(({ statusCode }) => statusCode !== 201).map((answer) => answer.json());
    for (const problem of refused)
      expect(problem).toMatchObject({
        code: 'QUOTA_EXCEEDED',
        status: 409,
        params: { quota: 'instances', used: 7, asked: 1, limit: 7, whose: 'project chemistry' },
      });
    expect(await usage('chemistry')).toMatchObject({ used: { instances: 7, vcpus: 7 }, limits: { instances: 7, vcpus: null } });
    await compare();
  });

  test('is not exceeded by requests that meet within the control plane either', async () => {
    await limit('projects', 'chemistry', { instances: 14 });
    const project = (await ana.ask('GET', '/v1/projects/chemistry')).json().id as string;
    const rights = await cloud.auth.rights.of(ana.id);
    const how = { via: 'token', method: 'token', credentialId: 'tok-x', address: null } as const;
    const caller = callerOf(
      { userId: ana.id, name: 'ana', role: 'user', rights, host: null, scope: null, pending: null, ...how },
      null,
      cloud.auth.rights,
    );
    const control = cloud.cloud;
    const asked = Array.from({ length: 200 }, (_, index) =>
      createResources(control, control.slice('instance'), caller, [
        { name: `meets-${index}`, project, labels: {}, body: { image: 'tiny', type: 't1.micro' } },
      ]),
    );
    const ends = await Promise.allSettled(asked);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
    for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    await compare();
  });

  test('says what is used, what was asked for, what the limit is, and whom to ask', async () => {
    await limit('projects', 'physics', { memoryMib: 2_000 });
    expect((await launch(ana, 'physics', 'one')).statusCode).toBe(201);
    expect((await launch(ana, 'physics', 'two', { type: 'm1.small' })).json()).toMatchObject({
      detail: 'The quota of project physics is 2000 MiB of memory: 512 used, 1536 more asked for.',
      remedy: 'Delete what is no longer needed, or ask an administrator for more.',
    });
  });

  test('holds for a dry run and for several at once, of which none is made', async () => {
    expect((await ana.ask('POST', '/v1/instances?project=physics&dryRun=true', machine('dry', { type: 'm1.small' }))).json()).toMatchObject({
      code: 'QUOTA_EXCEEDED',
    });
    expect((await ana.ask('POST', '/v1/instances?project=physics&dryRun=true', machine('dry'))).statusCode).toBe(200);
    const batch = (count: number, query = '') => ana.ask('POST', `/v1/instances/batch?project=physics${query}`, { ...machine('many'), count });
    expect((await batch(3)).json()).toMatchObject({ code: 'QUOTA_EXCEEDED', params: { used: 512, asked: 1536 } });
    expect((await batch(3, '&dryRun=true')).json()).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect((await batch(2)).statusCode).toBe(201);
    expect((await usage('physics')).used).toMatchObject({ instances: 3, memoryMib: 1536 });
  });

  test('holds for what grows, never for what shrinks or goes', async () => {
    const { id } = (await launch(ana, 'biology', 'nothing')).json();
    expect(id).toBeUndefined();
    const made = (await launch(bela, 'biology', 'grows', { type: 'm1.large', start: false })).json();
    await limit('projects', 'biology', { vcpus: 2, memoryMib: 1_000 });
    await cloud.runs(made.id);
    await cloud.ask('POST', `/v1/instances/${made.id}/force-stop`);
    const instance = (await cloud.store.get('instance', made.id))!;
    const stopped = {
      ...instance,
      status: { ...(instance.status as object), seen: { ...(instance.status as { seen: object }).seen, domain: 'stopped' } },
    };
    await cloud.store.commit([{ op: 'put', resource: stopped, expectedRevision: instance.revision, indexed: cloud.cloud.registry.indexed(stopped) }]);
    const resize = (type: string) => bela.ask('POST', `/v1/instances/${made.id}/resize`, { type });
    expect((await resize('c1.xlarge')).json()).toMatchObject({ code: 'QUOTA_EXCEEDED', params: { quota: 'vcpus', used: 2, asked: 2, limit: 2 } });
    // Of what is over its limit already, less is always welcome.
    expect((await resize('m1.small')).statusCode).toBe(202);
    expect((await usage('biology')).used).toMatchObject({ vcpus: 1, memoryMib: 1_536 });
    expect((await resize('m1.medium')).json()).toMatchObject({ params: { quota: 'memoryMib', used: 1_536, asked: 1_536, limit: 1_000 } });
    expect((await bela.ask('DELETE', `/v1/instances/${made.id}`)).statusCode).toBe(202);
    await cloud.isGone(made.id);
    expect((await usage('biology')).used).toEqual(inFull({}));
    await compare();
  });

  test('of a person counts what that person has made, over all projects', async () => {
    await limit('projects', 'biology', { vcpus: 'default', memoryMib: null });
    await limit('users', 'bela', { instances: 2 });
    await person(cloud, 'carl', { biology: 'member' });
    await cloud.ask('POST', '/v1/projects/physics/set-member', { user: 'bela', role: 'member' });
    await limit('projects', 'physics', { memoryMib: null });
    expect((await launch(bela, 'biology', 'first')).statusCode).toBe(201);
    expect((await launch(bela, 'physics', 'second')).statusCode).toBe(201);
    expect((await launch(bela, 'biology', 'third')).json()).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      params: { whose: 'user bela', used: 2, limit: 2 },
    });
    expect((await bela.ask('GET', '/v1/users/bela/usage')).json()).toMatchObject({ used: { instances: 2 }, limits: { instances: 2, images: null } });
    await compare();
  });

  test('is set by administrators alone, through no other field', async () => {
    expect((await ana.ask('POST', '/v1/projects/physics/set-quota', { instances: null })).json()).toMatchObject({ code: 'FORBIDDEN' });
    expect((await bela.ask('POST', '/v1/users/bela/set-quota', { instances: null })).json()).toMatchObject({ code: 'FORBIDDEN' });
    expect((await ana.ask('PATCH', '/v1/projects/physics', { quota: {} })).statusCode).toBe(400);
    expect((await bela.ask('PATCH', '/v1/users/bela', { quota: {} })).statusCode).toBe(400);
    expect((await cloud.ask('POST', '/v1/projects/physics/set-quota', { instances: -1 })).statusCode).toBe(400);
    expect((await cloud.ask('POST', '/v1/projects', { name: 'rich', quota: {} })).statusCode).toBe(400);
  });

  test('and its use are seen by those of the project, and by the person', async () => {
    expect((await ana.ask('GET', '/v1/projects/physics/usage')).statusCode).toBe(200);
    expect((await ana.ask('GET', '/v1/projects/biology/usage')).json()).toMatchObject({ code: 'NOT_FOUND' });
    expect((await ana.ask('GET', '/v1/users/bela/usage')).json()).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('of bytes counts an image when it is there, and refuses it then', async () => {
    await limit('projects', 'biology', { imageGib: 0, images: 1 });
    const image = (name: string) => ({ name, source: { type: 'recipe', recipe: 'tiny' } });
    const made = (await bela.ask('POST', '/v1/images?project=biology&wait=settled', image('large'))).json();
    expect(await cloud.store.get('image', made.id)).toMatchObject({
      status: {
        content: null,
        failure: { reason: expect.stringContaining('The quota of project biology is 0 GiB of images: 0 used, 0.039 more asked for.') },
      },
    });
    expect((await bela.ask('POST', '/v1/images?project=biology', image('second'))).json()).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      params: { quota: 'images' },
    });
    await limit('projects', 'biology', { imageGib: 1 });
    await bela.ask('POST', `/v1/images/${made.id}/retry?wait=settled`);
    expect((await usage('biology')).used).toMatchObject({ images: 1, imageGib: 0.039 });
    await compare();
  });
});

test('what is written of use is what there is, after thousands of requests of every sort, some at once', async () => {
  const chance = chanceFrom('quotas');
  const oneOf = <T>(items: readonly T[]): T => items[Math.floor(chance() * items.length)] as T;
  await limit('projects', 'physics', { instances: 30, vcpus: 60 });
  await limit('users', 'ana', { instances: 40, memoryMib: 60_000 });
  const answers = new Map<number, number>();
  const types = ['t1.micro', 'm1.small', 'c1.xlarge', 'm1.medium'];
  const request = async (): Promise<{ statusCode: number }> => {
    const who = oneOf([ana, bela]);
    const { items } = (await cloud.ask('GET', '/v1/instances?project=*&limit=200')).json<{ items: { id: string; state: string }[] }>();
    const { id } = oneOf(items);
    const dice = chance();
    if (dice < 0.3)
      return launch(who, oneOf(['physics', 'chemistry', 'biology']), `r-${Math.floor(chance() * 1e9)}`, {
        type: oneOf(types),
        start: chance() < 0.5,
      });
    if (dice < 0.35)
      return who.ask('POST', '/v1/instances/batch?project=physics', {
        ...machine(`b-${Math.floor(chance() * 1e9)}`),
        count: 1 + Math.floor(chance() * 5),
      });
    if (dice < 0.5)
      return who.ask('POST', `/v1/instances/${id}/resize`, chance() < 0.5 ? { type: oneOf(types) } : { diskGib: Math.ceil(chance() * 40) });
    if (dice < 0.6) return who.ask('PATCH', `/v1/instances/${id}`, { description: 'changed' });
    if (dice < 0.65)
      return who.ask('POST', `/v1/images?project=${oneOf(['physics', 'chemistry'])}`, {
        name: `i-${Math.floor(chance() * 1e9)}`,
        source: { type: 'recipe', recipe: 'tiny' },
      });
    if (dice < 0.8) return who.ask('DELETE', `/v1/instances/${id}`);
    await cloud.isGone(id).catch(() => undefined);
    return { statusCode: 0 };
  };
  for (let round = 0; round < 500; round++) {
    const done = await Promise.all(Array.from({ length: 1 + Math.floor(chance() * 8) }, request));
    for (const { statusCode } of done) answers.set(statusCode, (answers.get(statusCode) ?? 0) + 1);
    if (round % 100 === 0) await compare();
  }
  await compare();
  for (const statusCode of [201, 202, 409]) expect(answers.get(statusCode) ?? 0).toBeGreaterThan(50);
});

test('a cloud from before use was counted counts it at its next start', async () => {
  const records = (await cloud.store.list({ kind: usageKind, limit: 1_000 })).items;
  expect(records.length).toBeGreaterThan(5);
  const half = records.filter((_, index) => index % 2 === 0 || records[index]?.id === 'counted');
  await cloud.store.commit([
    ...records
      .filter(({ id }) => id === 'counted')
      .map(({ kind, id, revision }) => ({ op: 'delete' as const, kind, id, expectedRevision: revision })),
    ...half.filter(({ id }) => id !== 'counted').map(({ kind, id, revision }) => ({ op: 'delete' as const, kind, id, expectedRevision: revision })),
  ]);
  const again = new ControlPlane({ store: cloud.store, clock: cloud.cloud.clock, images: cloud.cloud.images });
  await again.start();
  again.stop();
  await compare();
});
