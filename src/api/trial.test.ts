import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await testCloud();
});
afterEach(() => cloud.close());

const tiny = { image: 'tiny', type: 't1.micro' };
const one = (body: object, headers: Record<string, string> = {}) => cloud.ask('POST', '/v1/instances?dryRun=true', { ...tiny, ...body }, headers);
const several = (body: object) => cloud.ask('POST', '/v1/instances/batch?dryRun=true', { ...tiny, ...body });
const instances = async () => (await cloud.ask('GET', '/v1/instances')).json().items;

describe('a dry run', () => {
  test('tells what would be created, where, and what of the room there it takes', async () => {
    const answer = await one({ name: 'a' });
    expect(answer.statusCode).toBe(200);
    const { dryRun, items, hosts } = answer.json();
    expect(dryRun).toBe(true);
    expect(items).toMatchObject([{ name: 'a', state: 'creating', spec: { type: 't1.micro', host: cloud.host.id } }]);
    expect(hosts).toMatchObject([{ id: cloud.host.id, name: 'lab1', instances: 1, vcpus: { asked: 1, free: 64 * 16 }, memoryMib: { asked: 512 } }]);
  });

  test('changes nothing: no instance, no event, no room taken, and the same revision', async () => {
    const revision = await cloud.store.revision();
    const [first, second] = [await one({ name: 'a' }), await one({ name: 'a' })];
    expect(await instances()).toEqual([]);
    expect(await cloud.store.revision()).toBe(revision);
    expect(second.json().hosts).toEqual(first.json().hosts);
  });

  test('foretells the addresses that are then given', async () => {
    const foretold = (await several({ name: 'a', count: 3 })).json().items.map((item: { spec: { nics: unknown[] } }) => item.spec.nics[0]);
    const given = (await cloud.ask('POST', '/v1/instances/batch', { ...tiny, name: 'a', count: 3 })).json().items;
    expect(given.map((item: { spec: { nics: { address: string }[] } }) => item.spec.nics[0]?.address)).toEqual(
      foretold.map(({ address }: { address: string }) => address),
    );
    const next = (await one({ name: 'b' })).json().items[0].spec.nics[0].address;
    const real = (await cloud.ask('POST', '/v1/instances', { ...tiny, name: 'b' })).json().spec.nics[0].address;
    expect(real).toBe(next);
  });

  test('of several counts them all', async () => {
    const { items, hosts } = (await several({ name: 'a', count: 3 })).json();
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['a-1', 'a-2', 'a-3']);
    expect(hosts).toMatchObject([{ instances: 3, vcpus: { asked: 3, free: 64 * 16 }, memoryMib: { asked: 3 * 512 } }]);
  });

  test('is refused as the request itself would be', async () => {
    await cloud.ask('POST', '/v1/instances', { ...tiny, name: 'taken-2' });
    await cloud.ask('POST', '/v1/instance-types', { name: 'huge', vcpus: 128, memoryMib: 4 * 1024 * 1024 });
    const requests = [
      ['/v1/instances', { name: 'taken-2' }, 'NAME_TAKEN'],
      ['/v1/instances/batch', { name: 'taken', count: 3 }, 'NAME_TAKEN'],
      ['/v1/instances', { name: 'a', type: 'huge' }, 'NO_HOST_FITS'],
      ['/v1/instances', { name: 'a', image: 'ghost' }, 'NOT_FOUND'],
      ['/v1/instances', { name: 'a', keys: ['ghost'] }, 'NOT_FOUND'],
      ['/v1/instances', { name: 'a', diskGib: 0.001 }, 'DISK_TOO_SMALL'],
      ['/v1/instances', { name: 'a', userData: 'nonsense' }, 'USER_DATA_INVALID'],
      ['/v1/instances', { name: 'A B' }, 'INPUT_INVALID'],
      ['/v1/instances/batch', { name: 'a', count: 0 }, 'INPUT_INVALID'],
    ] as const;
    for (const [path, body, code] of requests) {
      const [trial, real] = [
        await cloud.ask('POST', `${path}?dryRun=true`, { ...tiny, ...body }),
        await cloud.ask('POST', path, { ...tiny, ...body }),
      ];
      const { requestId: _, ...problem } = trial.json();
      expect(problem).toMatchObject({ code, status: real.statusCode });
      const { requestId: __, ...asReal } = real.json();
      expect(problem).toEqual(asReal);
    }
    expect(await instances()).toHaveLength(1);
  });

  test('does not use up its idempotency key', async () => {
    const key = { 'idempotency-key': 'once' };
    await one({ name: 'a' }, key);
    await one({ name: 'b' }, key);
    const made = await cloud.ask('POST', '/v1/instances', { ...tiny, name: 'c' }, key);
    expect([made.statusCode, made.headers['idempotent-replayed']]).toEqual([201, undefined]);
  });

  test('is only for those who may create', async () => {
    const asAgent = await cloud.inject({
      method: 'POST',
      url: '/v1/instances?dryRun=true',
      headers: { authorization: `Bearer ${cloud.agentToken}` },
      payload: { ...tiny, name: 'a' },
    });
    expect(asAgent.json()).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const asNobody = await cloud.inject({ method: 'POST', url: '/v1/instances?dryRun=true', payload: { ...tiny, name: 'a' } });
    expect(asNobody.statusCode).toBe(401);
  });

  test('waits for nothing, and exists only where something can be foretold', async () => {
    expect((await cloud.ask('POST', '/v1/instances?dryRun=true&wait=settled', { ...tiny, name: 'a' })).json()).toMatchObject({
      code: 'INPUT_INVALID',
      errors: [{ field: 'wait' }],
    });
    expect((await cloud.ask('POST', '/v1/projects?dryRun=true', { name: 'p' })).json()).toMatchObject({ errors: [{ field: 'dryRun' }] });
  });

  test('stands in the description of the API', async () => {
    const { paths } = (await cloud.ask('GET', '/v1/openapi.json')).json();
    for (const path of ['/v1/instances', '/v1/instances/batch'])
      expect(Object.keys(paths[path].post.responses)).toEqual(expect.arrayContaining(['200', '201']));
    expect(paths['/v1/instances'].post.parameters.map(({ name }: { name: string }) => name)).toContain('dryRun');
  });
});
