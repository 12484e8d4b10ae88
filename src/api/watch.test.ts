import { request, type IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;
let url: string;
beforeAll(async () => {
  cloud = await testCloud();
  url = (await cloud.api.listen({ port: 0 })).url ?? '';
});
afterAll(() => cloud.close());

interface Line {
  type: string;
  revision: number;
  kind: string;
  id: string;
  resource: { id: string; name: string; state: string };
}

/** An open watch; `until` reads on until a line fulfils it, and gives all lines so far. */
async function watch(path: string, token = cloud.token) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(new URL(path, url), { headers: { authorization: `Bearer ${token}` } }, resolve)
      .on('error', reject)
      .end();
  });
  const lines = createInterface({ input: answer })[Symbol.asyncIterator]();
  const seen: Line[] = [];
  return {
    status: answer.statusCode,
    type: answer.headers['content-type'],
    seen,
    async until(isLast: (line: Line) => boolean): Promise<Line[]> {
      for (;;) {
        const step = await lines.next();
        if (step.done === true) throw new Error('the watch ended');
        const line = JSON.parse(step.value) as Line;
        seen.push(line);
        if (isLast(line)) return seen;
      }
    },
    close: () => answer.destroy(),
  };
}

/** What all sockets of this process hold back because nobody takes it. */
function heldBytes(): number {
  const handles = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles();
  return handles.reduce<number>((sum, handle) => sum + (handle instanceof Socket ? handle.writableLength : 0), 0);
}

const project = (name: string) => cloud.ask('POST', '/v1/projects', { name });

describe('a watch', () => {
  test('tells what changes from now on, with resources as they are in answers', async () => {
    const open = await watch('/v1/projects?watch=true');
    expect([open.status, open.type]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
    await open.until((line) => line.type === 'bookmark');
    const created = (await project('watched')).json();
    const lines = await open.until((line) => line.kind === 'project');
    expect(lines.at(-1)).toEqual({ type: 'put', revision: created.revision, kind: 'project', id: created.id, resource: created });
    await cloud.ask('DELETE', '/v1/projects/watched');
    expect((await open.until((line) => line.type === 'delete')).at(-1)).toMatchObject({ kind: 'project', id: created.id });
    open.close();
  });

  test('taken up again at its last bookmark misses nothing, also in the midst of one commit', async () => {
    const from = await cloud.store.revision();
    const batch = (await cloud.ask('POST', '/v1/instances/batch', { name: 'many', count: 20, image: 'tiny', type: 't1.micro' })).json().items;
    const told = new Set<string>();
    let position = from;
    for (let rounds = 0; told.size < batch.length; rounds++) {
      const open = await watch(`/v1/watch?kinds=instance&from=${position}`);
      let heard = 0;
      // The line breaks after a few: one commit's worth is never told whole, until it is let go on.
      const lines = await open.until((line) => line.type === 'put' && ++heard === 5 + rounds * 5);
      for (const line of lines) if (line.type === 'put') told.add(line.id);
      position = lines.findLast((line) => line.type === 'bookmark')?.revision ?? position;
      open.close();
    }
    expect(told).toEqual(new Set(batch.map((item: { id: string }) => item.id)));
  });

  test('a list and a watch from its revision show everything', async () => {
    const { revision } = (await cloud.ask('GET', '/v1/projects')).json();
    await project('between');
    const open = await watch(`/v1/projects?watch=true&from=${revision}`);
    await open.until((line) => line.type === 'put' && line.resource.name === 'between');
    open.close();
  });

  test('is of one project, of some kinds, or of the events about one thing', async () => {
    const physics = (await project('physics')).json();
    const open = await watch('/v1/watch?kinds=instance,event&project=physics');
    await open.until((line) => line.type === 'bookmark');
    await cloud.ask('POST', '/v1/instances', { name: 'ours', image: 'tiny', type: 't1.micro' });
    const theirs = (await cloud.ask('POST', '/v1/instances?project=physics', { name: 'theirs', image: 'tiny', type: 't1.micro' })).json();
    expect(theirs.project).toBe(physics.id);
    const lines = await open.until((line) => line.type === 'put' && line.kind === 'instance');
    expect(lines.filter((line) => line.kind === 'instance').map((line) => line.resource.name)).toEqual(['theirs']);
    open.close();
    const about = await watch(`/v1/events?watch=true&subject=${theirs.id}&from=0`);
    expect((await about.until((line) => line.type === 'put')).at(-1)?.resource).toMatchObject({ spec: { message: 'instance theirs was asked for' } });
    about.close();
  });

  test('never tells of accounts, sessions, tokens or user-data', async () => {
    await cloud.auth.createToken({ role: 'agent', host: 'lab9', name: 'agent of lab9' });
    await cloud.ask(
      'POST',
      '/v1/instances',
      { name: 'secretive', image: 'tiny', type: 't1.micro', userData: '#!/bin/sh\n# hunter2' },
      { 'idempotency-key': 'hunter3' },
    );
    await project('last');
    const open = await watch('/v1/watch?from=0');
    const lines = await open.until((line) => line.type === 'put' && line.resource.name === 'last');
    const kinds = new Set(lines.map((line) => line.kind));
    for (const hidden of ['account', 'session', 'token', 'user-data', 'idempotency', 'usage']) expect(kinds).not.toContain(hidden);
    expect(JSON.stringify(lines)).not.toMatch(/hunter|argon2/);
    open.close();
  });

  test('from what is forgotten, or was never known, has to start over', async () => {
    const now = await cloud.store.revision();
    await cloud.store.compact(now - 1);
    for (const from of [1, now + 1_000]) {
      const answer = await cloud.ask('GET', `/v1/watch?from=${from}`);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.json()).toMatchObject({ status: 410, code: 'WATCH_TOO_OLD', params: { revision: from } });
    }
  });

  test('that falls behind what is kept ends with the reason, as its last line', async () => {
    const open = await watch('/v1/projects?watch=true');
    await open.until((line) => line.type === 'bookmark');
    // In one turn: the watcher cannot have read in between.
    const record = { ...(await cloud.store.get('project', (await project('forgotten')).json().id))!, spec: { description: 'anew', members: [] } };
    await Promise.all([
      cloud.store.commit([{ op: 'put', resource: record, expectedRevision: record.revision, indexed: cloud.cloud.registry.indexed(record) }]),
      cloud.store.compact(record.revision + 1),
    ]);
    expect((await open.until((line) => line.type === 'error')).at(-1)).toMatchObject({ code: 'WATCH_TOO_OLD', status: 410 });
    await expect(open.until(() => false)).rejects.toThrow('the watch ended');
  });

  test('that nobody reads costs time and not memory', async () => {
    const description = 'x'.repeat(1_000);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(new URL('/v1/projects?watch=true', url), { headers: { authorization: `Bearer ${cloud.token}` } }, resolve)
        .on('error', reject)
        .end();
    });
    answer.pause();
    const changes = Array.from({ length: 20_000 }, (_, n) => {
      const id = `prj-${String(n).padStart(26, '0')}`;
      return {
        kind: 'project',
        id,
        name: `slow-${n}`,
        project: null,
        labels: {},
        generation: 1,
        revision: 0,
        createdAt: '',
        updatedAt: '',
        deletedAt: null,
        createdBy: 'system',
        spec: { description, members: [] },
        status: {},
      };
    });
    const before = heldBytes();
    await cloud.store.commit(
      changes.map((resource) => ({ op: 'put', resource, expectedRevision: 0, indexed: cloud.cloud.registry.indexed(resource) })),
    );
    for (let n = 0; n < 50; n++) await new Promise((resolve) => setImmediate(resolve));
    // 20 MB were told to nobody; what is held for it is a few lines.
    expect(heldBytes() - before).toBeLessThan(1_000_000);
    answer.destroy();
  });

  test('ends when the token that it was asked for with is revoked', async () => {
    const { secret, id } = (await cloud.ask('POST', '/v1/tokens', { name: 'for-a-while' })).json();
    const open = await watch('/v1/watch', secret);
    await open.until((line) => line.type === 'bookmark');
    await cloud.ask('DELETE', `/v1/tokens/${id}`);
    await expect(open.until(() => false)).rejects.toThrow('the watch ended');
  });

  test('ends when the token or the session that it was asked for with expires', async () => {
    const expiresAt = new Date(Date.now() + 400).toISOString();
    const { secret } = (await cloud.ask('POST', '/v1/tokens', { name: 'for-a-moment', expiresAt })).json();
    const byToken = await watch('/v1/watch', secret);
    await byToken.until((line) => line.type === 'bookmark');
    await expect(byToken.until(() => false)).rejects.toThrow('the watch ended');
  });

  test('of what is no kind is refused', async () => {
    expect((await cloud.ask('GET', '/v1/watch?kinds=instance,account')).json()).toMatchObject({
      status: 400,
      errors: [{ field: 'kinds', problem: 'has no kind named account' }],
    });
  });
});
