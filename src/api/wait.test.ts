import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;
let ask: TestCloud['ask'];
beforeAll(async () => {
  cloud = await testCloud();
  ask = cloud.ask;
});
afterAll(() => cloud.close());

let count = 0;
async function instance(): Promise<string> {
  return (await ask('POST', '/v1/instances', { name: `w-${++count}`, image: 'tiny', type: 't1.micro' })).json().id;
}

/** Whether it is still under way after everything that is ready to run has run. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve));
  return (await Promise.race([promise, Promise.resolve('pending')])) === 'pending';
}

describe('waiting', () => {
  test('until an instance can be used ends when it answers, with the answer', async () => {
    const id = await instance();
    const waiting = ask('GET', `/v1/instances/${id}?wait=ready`);
    expect(await isPending(waiting)).toBe(true);
    await cloud.runs(id);
    expect((await waiting).json()).toMatchObject({ state: 'running', settled: true });
    expect((await ask('GET', `/v1/instances/${id}?wait=ready`)).statusCode).toBe(200);
  });

  test('holds for what was just asked for: a reboot is not ready by the boot before', async () => {
    const id = await instance();
    await cloud.runs(id);
    const waiting = ask('POST', `/v1/instances/${id}/reboot?wait=ready`);
    expect(await isPending(waiting)).toBe(true);
    await cloud.runs(id);
    const answer = await waiting;
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ state: 'running', status: { seen: { bootSerial: 2 } } });
  });

  test('can be part of creating and deleting', async () => {
    const created = ask('POST', '/v1/images?wait=settled', { name: 'waited-for', source: { type: 'recipe', recipe: 'tiny' } });
    expect((await created).json()).toMatchObject({ state: 'available', settled: true });
    const id = await instance();
    const deleted = ask('DELETE', `/v1/instances/${id}?wait=gone`);
    expect(await isPending(deleted)).toBe(true);
    await cloud.isGone(id);
    expect((await deleted).statusCode).toBe(204);
  });

  test('ends when the time is over, with what there is', async () => {
    const id = await instance();
    const answer = await ask('POST', `/v1/instances/${id}/stop?wait=settled&timeoutSeconds=1`);
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ spec: { power: 'stopped' }, settled: false });
  });

  test('ends at once for what failed, and for what nobody reconciles', async () => {
    const failed = (await ask('POST', '/v1/images', { name: 'broken', source: { type: 'recipe', recipe: 'tiny' } })).json();
    await ask('GET', `/v1/images/${failed.id}?wait=settled`);
    const record = await cloud.store.get('image', failed.id);
    const status = {
      observedGeneration: 1,
      waitingFor: { code: 'x', reason: 'x', owner: 'user', since: '2026-01-01T00:00:00.000Z', deadline: null, next: 'x' },
      content: null,
      progress: null,
      failure: { reason: 'it is made up', generation: 1 },
    };
    await cloud.store.commit([
      {
        op: 'put',
        resource: { ...record!, status },
        expectedRevision: record!.revision,
        indexed: cloud.cloud.registry.indexed({ ...record!, status }),
      },
    ]);
    expect((await ask('GET', `/v1/images/${failed.id}?wait=settled&timeoutSeconds=60`)).json().id).toBe(failed.id);
    expect((await ask('GET', '/v1/projects/default?wait=ready')).json()).toMatchObject({ settled: true });
  });

  test('for several made at once ends when all of them are there', async () => {
    const asked = ask('POST', '/v1/instances/batch?wait=settled&timeoutSeconds=60', { name: 'many', count: 3, image: 'tiny', type: 't1.micro' });
    expect(await isPending(asked)).toBe(true);
    for (const name of ['many-1', 'many-2', 'many-3']) await cloud.runs((await ask('GET', `/v1/instances/${name}`)).json().id);
    expect((await asked).json().items.map((item: { state: string; settled: boolean }) => [item.state, item.settled])).toEqual([
      ['running', true],
      ['running', true],
      ['running', true],
    ]);
  });

  test('for longer than the cloud allows, or for what is no goal, is refused', async () => {
    const id = await instance();
    for (const query of ['wait=forever', 'wait=settled&timeoutSeconds=601', 'wait=settled&timeoutSeconds=0']) {
      expect((await ask('GET', `/v1/instances/${id}?${query}`)).json()).toMatchObject({ status: 400, code: 'INPUT_INVALID' });
    }
  });
});
