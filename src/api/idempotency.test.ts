import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeClock } from '../drivers/node-clock.ts';
import { hours } from '../core/units.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';
import { sweep } from './sweep.ts';

let cloud: TestCloud;
let laterMs = 0;
const clock = { ...nodeClock, now: () => Date.now() + laterMs };
beforeEach(async () => {
  laterMs = 0;
  cloud = await testCloud({ clock });
});
afterEach(() => cloud.close());

const keyed = (key: string) => ({ 'idempotency-key': key });
const create = (key: string, name = 'a') => cloud.ask('POST', '/v1/instances', { name, image: 'tiny', type: 't1.micro' }, keyed(key));
const total = async () => (await cloud.ask('GET', '/v1/instances?limit=1000')).json().items.length;

describe('an idempotency key', () => {
  test('makes a hundred of the same request at once count as one', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => create('once')));
    expect(new Set(answers.map((answer) => answer.statusCode))).toEqual(new Set([201]));
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers['idempotent-replayed'] === undefined)).toHaveLength(1);
    expect(await total()).toBe(1);
  });

  test('gives the answer of that time, whatever has become of it since', async () => {
    const first = await create('kept');
    const { id } = first.json();
    await cloud.ask('PATCH', `/v1/instances/${id}`, { description: 'changed' });
    expect((await create('kept')).body).toBe(first.body);
    await cloud.ask('DELETE', `/v1/instances/${id}`);
    await cloud.isGone(id);
    const repeated = await create('kept');
    expect([repeated.statusCode, repeated.body, repeated.headers.etag]).toEqual([201, first.body, first.headers.etag]);
    expect(await total()).toBe(0);
  });

  test('used for another request is refused', async () => {
    await create('taken');
    for (const answer of [await create('taken', 'b'), await cloud.ask('POST', '/v1/projects', { name: 'p' }, keyed('taken'))]) {
      expect(answer.json()).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
    }
    expect(await total()).toBe(1);
  });

  test('of a request that was refused is free for the next try', async () => {
    await create('first', 'a');
    expect((await create('second', 'a')).json()).toMatchObject({ code: 'NAME_TAKEN' });
    expect((await create('second', 'b')).statusCode).toBe(201);
  });

  test('holds for several at once, and for verbs: a reboot sent twice is one reboot', async () => {
    const batch = () => cloud.ask('POST', '/v1/instances/batch', { name: 'n', count: 3, image: 'tiny', type: 't1.micro' }, keyed('batch'));
    const answers = await Promise.all([batch(), batch(), batch()]);
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
    expect(await total()).toBe(3);
    const [{ id }] = (await batch()).json().items;
    await cloud.runs(id);
    const reboot = () => cloud.ask('POST', `/v1/instances/${id}/reboot`, undefined, keyed('reboot'));
    expect((await reboot()).json()).toMatchObject({ spec: { bootSerial: 2 } });
    expect((await reboot()).json()).toMatchObject({ spec: { bootSerial: 2 } });
    expect((await cloud.ask('GET', `/v1/instances/${id}`)).json()).toMatchObject({ spec: { bootSerial: 2 } });
  });

  test('is forgotten after a day, and swept away', async () => {
    await create('daily', 'a');
    laterMs = 25 * hours;
    expect((await create('daily', 'b')).statusCode).toBe(201);
    expect(await total()).toBe(2);
    expect(await sweep(cloud.store, clock)).toBe(0);
    laterMs = 50 * hours;
    expect(await sweep(cloud.store, clock)).toBe(1);
  });

  test('must be plain text of sane length', async () => {
    for (const key of ['', 'x'.repeat(201), 'a b'])
      expect((await create(key)).json()).toMatchObject({ status: 400, errors: [{ field: 'Idempotency-Key' }] });
  });
});
