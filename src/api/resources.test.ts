import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GiB } from '../core/units.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;
let ask: TestCloud['ask'];
beforeAll(async () => {
  cloud = await testCloud();
  ask = cloud.ask;
});
afterAll(() => cloud.close());

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5bmlYdDZ3T0gWg6jQmS9xkXN3v3yqGJ8kYwq2n1b7t me@laptop';
let count = 0;
/** An instance nobody else uses. */
async function instance(more: object = {}): Promise<{ id: string; name: string; revision: number; etag: string }> {
  const answer = await ask('POST', '/v1/instances', { name: `it-${++count}`, image: 'tiny', type: 't1.micro', ...more });
  expect(answer.statusCode).toBe(201);
  return { ...answer.json<{ id: string; name: string; revision: number }>(), etag: String(answer.headers.etag) };
}

describe('a host', () => {
  test('shows what is promised of it, and when it was heard last, to the second', async () => {
    const { id } = (await ask('POST', '/v1/instances', { name: 'promised', image: 'tiny', type: 't1.micro' })).json();
    const { status } = (await ask('GET', '/v1/hosts/lab1')).json();
    expect(status.promised).toEqual({ vcpus: 1, memoryMib: 512, diskBytes: 1.5 * GiB, instances: 1 });
    expect(status.capacity).toEqual({ vcpus: 1024, memoryMib: 995_123, diskBytes: 20_000 * GiB });
    const before = Date.parse(status.lastSeenAt);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await cloud.runs(id);
    expect(Date.parse((await ask('GET', '/v1/hosts/lab1')).json().status.lastSeenAt)).toBeGreaterThan(before);
    await ask('DELETE', `/v1/instances/${id}`);
    await cloud.isGone(id);
    expect((await ask('GET', '/v1/hosts')).json().items[0].status.promised).toEqual({ vcpus: 0, memoryMib: 0, diskBytes: 0, instances: 0 });
  });
});

describe('creating', () => {
  test('answers with the resource, where it is, and its ETag', async () => {
    const answer = await ask('POST', '/v1/instances', { name: 'created', image: 'tiny', labels: { team: 'physics' } });
    const created = answer.json();
    expect(answer.statusCode).toBe(201);
    expect(answer.headers).toMatchObject({ location: `/v1/instances/${created.id}`, etag: `"${created.revision}"` });
    expect(created).toMatchObject({
      kind: 'instance',
      name: 'created',
      labels: { team: 'physics' },
      state: 'creating',
      settled: false,
      generation: 1,
    });
    expect(created.verbs).toMatchObject({ stop: null, pause: { allowed: 'running', hint: 'Only a running instance can be paused.' } });
    expect((await ask('GET', `/v1/instances/${created.id}`)).json()).toEqual(created);
  });

  test('tells every field that is wrong, in plain words, and changes nothing', async () => {
    const before = await cloud.store.revision();
    const answer = await ask('POST', '/v1/instances', { name: 'Not A Name', image: 7, colour: 'red', labels: { 'a b': 'c' } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'INPUT_INVALID', remedy: expect.any(String) });
    expect(answer.json().errors).toEqual(
      expect.arrayContaining([
        { field: 'colour', problem: 'is not known here' },
        { field: 'image', problem: 'must be text' },
        { field: 'labels.a b', problem: 'is not known here' },
        { field: 'name', problem: expect.stringContaining('Lower-case letters') },
      ]),
    );
    expect(await cloud.store.revision()).toBe(before);
  });

  test('of several possible forms complains about the one that was meant', async () => {
    const problems = async (source: unknown) => (await ask('POST', '/v1/images', { name: 'x', source })).json().errors;
    expect(await problems({ type: 'url', url: 'https://example.org/x' })).toEqual([{ field: 'source.checksum', problem: 'is missing' }]);
    expect(await problems({ type: 'carrier-pigeon' })).toEqual([{ field: 'source.type', problem: 'must be one of file, url, recipe' }]);
    expect(await problems({ type: 'recipe', recipe: 'tiny', path: '/x' })).toEqual([{ field: 'source.path', problem: 'is not known here' }]);
  });

  test('a name is taken within its project and free in another', async () => {
    await ask('POST', '/v1/projects', { name: 'physics' });
    expect((await ask('POST', '/v1/ssh-keys', { name: 'mine', publicKey: key })).statusCode).toBe(201);
    expect((await ask('POST', '/v1/ssh-keys', { name: 'mine', publicKey: key })).json()).toMatchObject({ status: 409, code: 'NAME_TAKEN' });
    expect((await ask('POST', '/v1/ssh-keys?project=physics', { name: 'mine', publicKey: key })).statusCode).toBe(201);
    expect((await ask('POST', '/v1/ssh-keys?project=chemistry', { name: 'mine', publicKey: key })).json()).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
    });
  });

  test('what only the cloud makes cannot be created', async () => {
    const answer = await ask('POST', '/v1/hosts', { name: 'mine' });
    expect(answer.json()).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' });
    expect(answer.headers.allow).toBe('GET');
  });

  test('an address that holds a password is refused: all who list images would see it', async () => {
    const checksum = { algorithm: 'sha256', hex: 'ab'.repeat(32) };
    for (const url of ['https://me:hunter2@example.org/x.qcow2', 'https://[nowhere/x']) {
      const answer = await ask('POST', '/v1/images', { name: 'x', source: { type: 'url', url, checksum } });
      expect(answer.json()).toMatchObject({ code: 'INPUT_INVALID', params: { where: 'source.url' } });
      expect(answer.body).not.toContain('hunter2');
    }
  });

  test('an instance gets no less memory than its image needs, neither at first nor later', async () => {
    await ask('PATCH', '/v1/images/tiny', { memoryMibMin: 400 });
    await ask('POST', '/v1/instance-types', { name: 'x1.nano', vcpus: 1, memoryMib: 128 });
    expect((await ask('POST', '/v1/instances', { name: 'small', image: 'tiny', type: 'x1.nano' })).json()).toMatchObject({ code: 'LIMIT_REACHED' });
    const { id } = await instance({ start: false });
    expect((await ask('POST', `/v1/instances/${id}/resize`, { type: 'x1.nano' })).json()).toMatchObject({ status: 409, code: 'LIMIT_REACHED' });
  });

  test('several are made at once, numbered, all or none', async () => {
    const answer = await ask('POST', '/v1/instances/batch', { name: 'node', count: 3, image: 'tiny', type: 't1.micro' });
    expect(answer.statusCode).toBe(201);
    expect(answer.json().items.map((item: { name: string }) => item.name)).toEqual(['node-1', 'node-2', 'node-3']);
    expect(new Set(answer.json().items.map((item: { spec: { nics: { address: string }[] } }) => item.spec.nics[0]?.address)).size).toBe(3);
    const before = await cloud.store.revision();
    // One of the names is taken: none is made.
    await ask('POST', '/v1/instances', { name: 'web-3', image: 'tiny' });
    expect((await ask('POST', '/v1/instances/batch', { name: 'web', count: 5, image: 'tiny', type: 't1.micro' })).json()).toMatchObject({
      code: 'NAME_TAKEN',
      params: { name: 'web-3' },
    });
    expect(await cloud.store.revision()).toBe(before + 1);
    expect((await ask('POST', '/v1/instances/batch', { name: 'web', count: 101, image: 'tiny' })).json().errors).toEqual([
      { field: 'count', problem: 'must be at most 100' },
    ]);
    expect((await ask('POST', '/v1/instances/batch', { name: 'a'.repeat(62), count: 2, image: 'tiny' })).json().errors).toEqual([
      { field: 'name', problem: 'must leave room for the number: 61 characters at most' },
    ]);
  });
});

describe('one resource', () => {
  test('is found by id and by name, within its project', async () => {
    const { id, name } = await instance();
    expect((await ask('GET', `/v1/instances/${name}`)).json().id).toBe(id);
    expect((await ask('GET', `/v1/instances/${id}`)).json().name).toBe(name);
    await ask('POST', '/v1/projects', { name: 'elsewhere' });
    expect((await ask('GET', `/v1/instances/${name}?project=elsewhere`)).json()).toMatchObject({
      status: 404,
      detail: `There is no instance ${name} in this project.`,
    });
  });

  test('is not sent again to whoever has it', async () => {
    const { id, etag } = await instance();
    const same = await ask('GET', `/v1/instances/${id}`, undefined, { 'if-none-match': `W/"1", ${etag}` });
    expect(same.statusCode).toBe(304);
    expect(same.headers.etag).toBe(etag);
    expect(same.body).toBe('');
    await ask('PATCH', `/v1/instances/${id}`, { description: 'new' });
    expect((await ask('GET', `/v1/instances/${id}`, undefined, { 'if-none-match': etag })).statusCode).toBe(200);
  });

  test('is changed only as it was read, when the caller says so', async () => {
    const { id, etag } = await instance();
    const changed = await ask('PATCH', `/v1/instances/${id}`, { name: 'renamed', labels: { a: 'b' } }, { 'if-match': etag });
    expect(changed.json()).toMatchObject({ name: 'renamed', labels: { a: 'b' }, generation: 2 });
    expect((await ask('PATCH', `/v1/instances/${id}`, { name: 'again' }, { 'if-match': etag })).json()).toMatchObject({
      status: 412,
      code: 'CHANGED_MEANWHILE',
    });
    expect((await ask('POST', `/v1/instances/${id}/stop`, {}, { 'if-match': etag })).statusCode).toBe(412);
    expect((await ask('DELETE', `/v1/instances/${id}`, undefined, { 'if-match': etag })).statusCode).toBe(412);
    expect((await ask('DELETE', `/v1/instances/${id}`, undefined, { 'if-match': 'yesterday' })).json()).toMatchObject({
      status: 400,
      errors: [{ field: 'If-Match', problem: expect.any(String) }],
    });
    expect((await ask('DELETE', `/v1/instances/${id}`, undefined, { 'if-match': String(changed.headers.etag) })).statusCode).toBe(202);
  });

  test('a verb that its state forbids is refused with what to do instead', async () => {
    const { id } = await instance();
    expect((await ask('POST', `/v1/instances/${id}/resume`)).json()).toMatchObject({
      status: 409,
      code: 'STATE_FORBIDS',
      detail: expect.stringContaining('is creating: resume is possible only when paused or suspended.'),
      remedy: 'Only a paused or suspended instance can be resumed.',
    });
    expect((await ask('POST', `/v1/instances/${id}/stop`, { timeoutSeconds: 5 })).json()).toMatchObject({
      spec: { power: 'stopped', stopTimeoutSeconds: 5 },
    });
    expect((await ask('POST', `/v1/instances/${id}/stop`, { timeout: 5 })).json()).toMatchObject({
      errors: [{ field: 'timeout', problem: 'is not known here' }],
    });
  });

  test('that is being deleted can be seen, and not changed', async () => {
    const { id } = await instance();
    const deleted = await ask('DELETE', `/v1/instances/${id}`);
    expect(deleted.statusCode).toBe(202);
    expect(deleted.json()).toMatchObject({ state: 'deleting', settled: false });
    expect((await ask('DELETE', `/v1/instances/${id}`)).statusCode).toBe(202);
    expect((await ask('PATCH', `/v1/instances/${id}`, { name: 'x' })).json()).toMatchObject({ status: 409, code: 'BEING_DELETED' });
    await cloud.isGone(id);
    expect((await ask('GET', `/v1/instances/${id}`)).statusCode).toBe(404);
  });

  test('of which nothing is in the world is gone at once', async () => {
    await ask('POST', '/v1/ssh-keys', { name: 'short-lived', publicKey: key });
    const answer = await ask('DELETE', '/v1/ssh-keys/short-lived');
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
  });
});

describe('user-data', () => {
  test('is shown where it is asked for, and in no list, record or event', async () => {
    const userData = '#!/bin/sh\necho hunter2\n';
    const { id } = await instance({ userData });
    expect(Buffer.from((await ask('GET', `/v1/instances/${id}/user-data`)).json().userDataBase64, 'base64').toString()).toBe(userData);
    const seen = await Promise.all(['/v1/instances?limit=1000', `/v1/instances/${id}`, '/v1/events?limit=1000'].map((path) => ask('GET', path)));
    for (const { body } of seen) expect(body).not.toMatch(/hunter2|aHVudGVyMg|ZWNobyBodW50ZXIy/);
  });
});

test('the recipes that images can be built from are listed', async () => {
  const { items } = (await ask('GET', '/v1/recipes')).json();
  expect(items).toEqual([
    { name: 'tiny', description: 'Made up', architecture: 'x86_64', diskSizeBytes: 1 * GiB, memoryMibMin: 64, firmware: 'bios', loginUser: 'root' },
  ]);
  const [{ name }] = items;
  expect((await ask('POST', '/v1/images', { name: 'built', source: { type: 'recipe', recipe: name } })).statusCode).toBe(201);
});
