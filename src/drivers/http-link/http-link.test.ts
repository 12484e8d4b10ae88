import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { imageContent, imageSha256, testCloud, type TestCloud } from '../../api/api.fixture.ts';
import { createApi } from '../../api/server.ts';
import type { DesiredEvent, HostReport } from '../../ports/control-link.ts';
import { HttpLink } from './http-link.ts';
import { readLines } from './lines.ts';

let dir: string;
let socketPath: string;
let cloud: TestCloud;
const abort = new AbortController();
const report: HostReport = { incarnation: 'two', facts: {}, diskFreeBytes: 1, recovery: null, items: [] };

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'http-link-'));
  socketPath = join(dir, 'server.sock');
  cloud = await testCloud();
});
afterEach(async () => {
  await cloud.close();
  await rm(dir, { recursive: true });
});

async function next(events: AsyncIterator<DesiredEvent>, isIt: (event: DesiredEvent) => boolean): Promise<DesiredEvent> {
  for (;;) {
    const step = await events.next();
    if (step.done === true) throw new Error('the line ended');
    if (isIt(step.value)) return step.value;
  }
}

describe("the agent's line", () => {
  test('tells what is wanted of the host, then what changes', async () => {
    await cloud.api.listen({ socketPath });
    const link = new HttpLink({ base: `unix:${socketPath}`, token: cloud.agentToken });
    const { id } = (await cloud.ask('POST', '/v1/instances', { name: 'a', image: 'tiny', type: 't1.micro', userData: '#!/bin/sh' })).json();
    const events = link.watch(abort.signal)[Symbol.asyncIterator]();
    expect(await next(events, (event) => event.type === 'want' && event.kind === 'instance')).toMatchObject({
      record: { id, generation: 1 },
      extra: { userDataBase64: 'IyEvYmluL3No' },
    });
    await next(events, (event) => event.type === 'synced');
    await cloud.ask('POST', `/v1/instances/${id}/stop`);
    expect(await next(events, (event) => event.type === 'want')).toMatchObject({ record: { id, generation: 2 } });
    await events.return?.();
    link.close();
  });

  test('takes in reports and hands out image contents, over TCP as well', async () => {
    const { url } = await cloud.api.listen({ port: 0 });
    const link = new HttpLink({ base: url ?? '', token: cloud.agentToken });
    const { facts } = (await cloud.ask('GET', '/v1/hosts/lab1')).json().status;
    await link.report({ ...report, facts, diskFreeBytes: 4_096 });
    expect((await cloud.store.get('host', cloud.host.id))?.status).toMatchObject({ diskFreeBytes: 4_096 });
    const read = async (offset: number) => Buffer.concat(await Array.fromAsync(await link.imageContent(imageSha256, offset, abort.signal)));
    expect(await read(0)).toEqual(imageContent);
    expect(await read(10)).toEqual(imageContent.subarray(10));
    await expect(link.imageContent('00'.repeat(32), 0, abort.signal)).rejects.toMatchObject({
      name: 'DriverError',
      message: expect.stringContaining('fetching image'),
    });
    link.close();
  });

  test('with a worthless token, or with no server, says so in plain words', async () => {
    const nobody = new HttpLink({ base: `unix:${socketPath}`, token: 'sl_x' });
    await expect(nobody.report(report)).rejects.toMatchObject({
      name: 'DriverError',
      retry: 'soon',
      message: expect.stringContaining('reporting to the control plane: the control plane does not answer'),
    });
    await cloud.api.listen({ socketPath });
    await expect(nobody.report(report)).rejects.toMatchObject({
      retry: 'later',
      message: 'reporting to the control plane: This needs a log-in: the token is not valid, or not any more.',
    });
    await expect(nobody.channel('x')).rejects.toMatchObject({ name: 'DriverError' });
    nobody.close();
  });

  test('is cut when the server goes, and the same link works when it is back', async () => {
    await cloud.api.listen({ socketPath });
    const link = new HttpLink({ base: `unix:${socketPath}`, token: cloud.agentToken });
    const { facts } = (await cloud.ask('GET', '/v1/hosts/lab1')).json().status;
    const events = link.watch(abort.signal)[Symbol.asyncIterator]();
    await next(events, (event) => event.type === 'synced');
    await link.report({ ...report, facts });
    const ended = next(events, () => false).catch((error: Error) => error.message);
    await cloud.api.close();
    expect(await ended).toMatch(/ended|cut/);
    await expect(link.report(report)).rejects.toMatchObject({ name: 'DriverError' });
    const again = createApi({ cloud: cloud.cloud, identity: cloud.identity, version: '0' });
    await again.listen({ socketPath });
    await link.report({ ...report, facts });
    await next(link.watch(abort.signal)[Symbol.asyncIterator](), (event) => event.type === 'synced');
    await again.close();
    link.close();
  });

  test('ends when the host is taken out of the cloud; calling again makes it a host anew', async () => {
    await cloud.api.listen({ socketPath });
    const link = new HttpLink({ base: `unix:${socketPath}`, token: cloud.agentToken });
    const events = link.watch(abort.signal)[Symbol.asyncIterator]();
    await next(events, (event) => event.type === 'synced');
    const ended = next(events, () => false).catch((error: Error) => error.message);
    expect((await cloud.ask('DELETE', '/v1/hosts/lab1')).statusCode).toBe(204);
    expect(await ended).toBe('the line ended');
    await expect(link.report(report)).rejects.toMatchObject({
      retry: 'soon',
      message: expect.stringContaining('This host is not part of the cloud.'),
    });
    await next(link.watch(abort.signal)[Symbol.asyncIterator](), (event) => event.type === 'synced');
    expect((await cloud.ask('GET', '/v1/hosts/lab1')).json().id).not.toBe(cloud.host.id);
    link.close();
  });

  test('on which nothing comes is dead', async () => {
    const server: Server = createServer((request, response) => {
      if (request.url === '/v1/agent/desired') response.write('\n');
      else response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const link = new HttpLink({ base: `unix:${socketPath}`, token: 'x', silenceMsMax: 50 });
    await expect(Array.fromAsync(link.watch(abort.signal))).rejects.toMatchObject({
      name: 'DriverError',
      retry: 'soon',
      message: 'listening to the control plane: the line was cut (nothing came for 0.05 s)',
    });
    link.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('a report that is nonsense is refused, and the host does not suffer', async () => {
    await cloud.api.listen({ socketPath });
    const link = new HttpLink({ base: `unix:${socketPath}`, token: cloud.agentToken });
    await expect(link.report({ ...report, items: [{ kind: 'instance', id: 'x', generation: 1, status: null }] })).rejects.toMatchObject({
      message: expect.stringContaining('items.0.status: must be an object'),
    });
    expect((await cloud.ask('GET', '/v1/hosts/lab1')).json().state).toBe('online');
    link.close();
  });
});

describe('lines', () => {
  test('are the same however the stream is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ''))),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        async (lines, sizes) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const pieces: Buffer[] = [];
          for (let at = 0, n = 0; at < bytes.length; n++) {
            const size = sizes[n % sizes.length] ?? 1;
            pieces.push(bytes.subarray(at, at + size));
            at += size;
          }
          const expected = bytes
            .toString()
            .split('\n')
            .filter((line) => line !== '');
          expect(await Array.fromAsync(readLines(Readable.from(pieces, { objectMode: true }), 1_000))).toEqual(expected);
        },
      ),
    );
  });

  test('without an end are refused', async () => {
    const endless = Readable.from(Array.from({ length: 5 }, () => Buffer.alloc(1_048_576, 'x')));
    await expect(Array.fromAsync(readLines(endless, 1_000))).rejects.toThrow('a line is longer than');
  });
});
