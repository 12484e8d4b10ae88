import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { updateStatus } from '../control/controller.ts';
import type { EventSpec } from '../core/event.ts';
import type { InstanceStatus } from '../kinds/instance/instance.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;
let ask: TestCloud['ask'];
beforeAll(async () => {
  cloud = await testCloud();
  ask = cloud.ask;
});
afterAll(() => cloud.close());

const by = (requestId: string) => ({ 'x-request-id': requestId });
async function eventsOf(id: string): Promise<EventSpec[]> {
  const { items } = (await ask('GET', `/v1/events?subject=${id}`)).json();
  return items.map((event: { spec: EventSpec }) => event.spec);
}
const told = ({ type, from, to, requestId }: EventSpec) => [type, from, to, requestId];

describe('the events of an instance', () => {
  test('tell every change of its state, and the request that it came of', async () => {
    const { id } = (await ask('POST', '/v1/instances', { name: 'told', image: 'tiny', type: 't1.micro' }, by('make'))).json();
    await cloud.runs(id);
    await ask('POST', `/v1/instances/${id}/stop`, undefined, by('halt'));
    await cloud.isGone(id);
    await ask('DELETE', `/v1/instances/${id}`, undefined, by('remove'));
    await cloud.isGone(id);
    const events = await eventsOf(id);
    expect(events.map(told)).toEqual([
      ['request', null, 'creating', 'make'],
      ['state', 'creating', 'running', 'make'],
      ['request', 'running', 'stopping', 'halt'],
      ['state', 'stopping', 'stopped', 'halt'],
      ['request', 'stopped', 'deleting', 'remove'],
      ['state', 'deleting', 'deleted', 'remove'],
    ]);
    expect(events.map(({ actor }) => actor.split('-')[0])).toEqual(['usr', 'host', 'usr', 'host', 'usr', 'system']);
  });

  test('name no request for what happens by itself', async () => {
    const { id } = (await ask('POST', '/v1/instances', { name: 'crashing', image: 'tiny', type: 't1.micro' }, by('make'))).json();
    await cloud.runs(id);
    const failure = { code: 'guest-crashed', reason: 'the guest ended', at: new Date(0).toISOString(), consoleTail: [] };
    await updateStatus(cloud.cloud, 'instance', id, ({ status }) => ({ ...(status as InstanceStatus), seen: null, failure }));
    expect((await eventsOf(id)).at(-1)).toMatchObject({ type: 'state', from: 'running', to: 'failed', reason: 'the guest ended', requestId: null });
  });
});

describe('a change', () => {
  test('of a name to what looks like an id is refused: nobody would find it', async () => {
    const { id } = (await ask('POST', '/v1/projects', { name: 'physics' })).json();
    for (const answer of [await ask('POST', '/v1/projects', { name: id }), await ask('PATCH', '/v1/projects/physics', { name: id })])
      expect(answer.json()).toMatchObject({ code: 'INPUT_INVALID', detail: 'name: it looks like an id.' });
  });

  test('of a name that others go by is refused, with the reason', async () => {
    for (const path of ['hosts/lab1', 'networks/default', 'projects/default']) {
      expect((await ask('PATCH', `/v1/${path}`, { name: 'other' })).json()).toMatchObject({ status: 409, code: 'NOT_CHANGEABLE' });
      expect((await ask('PATCH', `/v1/${path}`, { labels: { seen: 'yes' } })).statusCode).toBe(200);
    }
  });

  test('that changes nothing is no new generation and no event', async () => {
    const { id } = (await ask('POST', '/v1/instances', { name: 'same', image: 'tiny', type: 't1.micro', labels: { a: 'b' } })).json();
    const before = await ask('GET', `/v1/instances/${id}`);
    for (const body of [{}, { name: 'same', labels: { a: 'b' } }, { description: '' }]) {
      const answer = await ask('PATCH', `/v1/instances/${id}`, body);
      expect([answer.statusCode, answer.headers.etag, answer.body]).toEqual([200, before.headers.etag, before.body]);
    }
    expect(await eventsOf(id)).toHaveLength(1);
  });
});
