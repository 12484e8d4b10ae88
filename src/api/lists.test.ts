import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;
let ask: TestCloud['ask'];
const names = Array.from({ length: 25 }, (_, n) => `n${String(n).padStart(2, '0')}`);

beforeAll(async () => {
  cloud = await testCloud();
  ask = cloud.ask;
  for (const [n, name] of names.entries()) {
    const labels = { third: String(n % 3), ...(n === 7 ? { lucky: 'yes' } : {}) };
    await ask('POST', '/v1/instances', { name, image: 'tiny', type: 't1.micro', labels, start: n % 2 === 0 });
  }
});
afterAll(() => cloud.close());

/** All names of a list, page by page, and how many pages it took. */
async function paged(query: string): Promise<{ found: string[]; pages: number }> {
  const found: string[] = [];
  let cursor = '';
  for (let pages = 1; ; pages++) {
    const answer = await ask('GET', `/v1/instances?${query}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    expect(answer.statusCode).toBe(200);
    const { items, nextCursor } = answer.json();
    found.push(...items.map((item: { name: string }) => item.name));
    if (nextCursor === null) return { found, pages };
    cursor = nextCursor;
  }
}

describe('a list', () => {
  test('comes in pages, in either order, each resource once', async () => {
    expect(await paged('limit=10')).toEqual({ found: names, pages: 3 });
    expect(await paged('limit=10&order=desc')).toEqual({ found: names.toReversed(), pages: 3 });
    expect(await paged('limit=25')).toEqual({ found: names, pages: 1 });
    expect(await paged('')).toEqual({ found: names, pages: 1 });
  });

  test('is filtered by label and state, and still comes in whole pages', async () => {
    const thirds = names.filter((_, n) => n % 3 === 1);
    for (const order of ['asc', 'desc']) {
      const expected = order === 'asc' ? thirds : thirds.toReversed();
      for (const limit of [1, 3, 100]) expect((await paged(`label=third%3D1&order=${order}&limit=${limit}`)).found).toEqual(expected);
    }
    expect((await paged('label=lucky')).found).toEqual(['n07']);
    expect((await paged('label=third=1&label=lucky=yes')).found).toEqual(['n07']);
    expect((await paged('label=third=0&label=lucky=yes')).found).toEqual([]);
    expect((await paged('state=stopped&limit=5')).found).toEqual(names.filter((_, n) => n % 2 === 1));
  });

  test('finds a name without looking at the others', async () => {
    expect((await paged('name=n05')).found).toEqual(['n05']);
    expect((await paged('name=n05&label=lucky')).found).toEqual([]);
    expect((await paged('name=nobody')).found).toEqual([]);
    expect((await paged('name=n05&project=*')).found).toEqual(['n05']);
  });

  test('is of one project, or of all', async () => {
    await ask('POST', '/v1/projects', { name: 'physics' });
    await ask('POST', '/v1/instances?project=physics', { name: 'other', image: 'tiny', type: 't1.micro' });
    expect((await paged('project=physics')).found).toEqual(['other']);
    expect((await paged('')).found).toEqual(names);
    expect((await paged('project=*&limit=7')).found).toEqual([...names, 'other']);
    await ask('DELETE', '/v1/instances/other?project=physics');
  });

  test('a cursor is good for the list that gave it and for no other', async () => {
    const { nextCursor } = (await ask('GET', '/v1/instances?limit=5')).json();
    for (const path of [
      `/v1/instances?order=desc&cursor=${nextCursor}`,
      `/v1/instances?label=third&cursor=${nextCursor}`,
      `/v1/events?cursor=${nextCursor}`,
      '/v1/instances?cursor=nonsense',
      '/v1/instances?cursor=bnVsbA',
    ]) {
      expect((await ask('GET', path)).json()).toMatchObject({ status: 400, code: 'CURSOR_INVALID' });
    }
  });

  test('gives the revision of its first page with every page: who watches from there misses nothing', async () => {
    const first = (await ask('GET', '/v1/instances?label=third=1&limit=2')).json();
    await ask('PATCH', '/v1/instances/n00', { description: 'changed meanwhile' });
    const second = (await ask('GET', `/v1/instances?label=third=1&limit=2&cursor=${first.nextCursor}`)).json();
    expect(second.revision).toBe(first.revision);
  });

  test('what cannot be asked is refused with the reason', async () => {
    const problem = async (query: string) => (await ask('GET', `/v1/instances?${query}`)).json().errors[0];
    expect(await problem('limit=0')).toEqual({ field: 'limit', problem: 'must be at least 1' });
    expect(await problem('limit=1001')).toEqual({ field: 'limit', problem: 'must be at most 1000' });
    expect(await problem('limit=many')).toEqual({ field: 'limit', problem: 'must be a whole number' });
    expect(await problem('state=happy')).toMatchObject({ field: 'state', problem: expect.stringContaining('must be one of creating, starting') });
    expect(await problem('colour=red')).toEqual({ field: 'colour', problem: 'is not known here' });
    expect(await problem('subject=i-x')).toEqual({ field: 'subject', problem: 'is not known here' });
    expect(await problem('watch=true&name=n05')).toEqual({ field: 'name', problem: 'is not possible together with watch' });
  });

  test('events are found by what they are about, newest first when asked', async () => {
    const { id } = (await ask('GET', '/v1/instances/n01')).json();
    await ask('PATCH', '/v1/instances/n01', { description: 'for the events' }, { 'x-request-id': 'change-of-n01' });
    const { items } = (await ask('GET', `/v1/events?subject=${id}&order=desc&limit=1`)).json();
    expect(items[0].spec).toMatchObject({
      type: 'request',
      message: 'instance n01 was changed',
      requestId: 'change-of-n01',
      actor: expect.stringMatching(/^usr-/),
    });
    expect((await ask('GET', `/v1/events?subject=${cloud.host.id}`)).json().items[0].spec.message).toBe('host lab1 joined the cloud');
  });

  test('of accounts, sessions, tokens and other records of the house there is none', async () => {
    for (const name of ['accounts', 'sessions', 'user-datas', 'idempotency']) expect((await ask('GET', `/v1/${name}`)).statusCode).toBe(404);
  });
});
