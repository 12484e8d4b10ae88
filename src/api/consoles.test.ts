import { connect } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { HttpLink } from '../drivers/http-link/http-link.ts';
import type { ChannelRequest } from '../ports/control-link.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;
let url: string;
let dir: string;
let running: string;
const abort = new AbortController();
const log = Buffer.from('Linux version 6.1\nlogin: \xff\xfe é\n', 'latin1');
/** What the host was asked to open, and its end of what is open. */
const asked: ChannelRequest[] = [];
const ends: Duplex[] = [];
/** Why the host opens nothing; null while it does. */
let broken: string | null = null;

beforeAll(async () => {
  cloud = await testCloud();
  dir = await mkdtemp(join(tmpdir(), 'consoles-'));
  const socketPath = join(dir, 'server.sock');
  url = (await cloud.api.listen({ port: 0, socketPath })).url ?? '';
  const link = new HttpLink({ base: `unix:${socketPath}`, token: cloud.agentToken });
  const isSynced = Promise.withResolvers<void>();
  void serve(link, isSynced.resolve);
  await isSynced.promise;
  running = (await cloud.ask('POST', '/v1/instances', { name: 'first', image: 'tiny', type: 't1.micro' })).json().id;
  await cloud.runs(running);
});
afterAll(async () => {
  abort.abort();
  await cloud.close();
  await rm(dir, { recursive: true });
});

/** A host whose serial consoles answer in capitals. */
async function serve(link: HttpLink, synced: () => void): Promise<void> {
  for await (const event of link.watch(abort.signal)) {
    if (event.type === 'synced') synced();
    if (event.type !== 'open') continue;
    asked.push(event.channel);
    const { stream, offset = 0, maxBytes = 0 } = event.channel;
    if (broken !== null) {
      await link.refuseChannel(event.channel.session, broken);
      continue;
    }
    const far = await link.channel(event.channel.session);
    ends.push(far);
    far.on('error', () => undefined);
    if (stream === 'log') far.end(log.subarray(offset).subarray(0, maxBytes));
    else far.on('data', (data: Buffer) => far.write(data.toString().toUpperCase()));
  }
}

function open(path: string, headers: Record<string, string> = {}): WebSocket {
  return new WebSocket(new URL(path, url.replace('http', 'ws')), { headers });
}

/** What a socket that does not open is told instead. */
async function refusal(socket: WebSocket): Promise<{ status: number; code: string; detail: string }> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => reject(new Error('it opened')));
    socket.once('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ ...JSON.parse(text), status: response.statusCode }));
    });
  });
}

const message = (socket: WebSocket) => new Promise<string>((resolve) => socket.once('message', (data: Buffer) => resolve(data.toString())));
const opened = (socket: WebSocket) => new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve));

describe('the log of an instance', () => {
  test('comes from its host, byte for byte, from an offset', async () => {
    const all = await cloud.ask('GET', '/v1/instances/first/log');
    expect(all.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'x-next-offset': String(log.length) });
    expect(all.rawPayload).toEqual(log);
    const part = await cloud.ask('GET', '/v1/instances/first/log?offset=6&maxBytes=7');
    expect([part.body, part.headers['x-next-offset']]).toEqual(['version', '13']);
    expect(asked.at(-1)).toMatchObject({ instanceId: running, stream: 'log', offset: 6, maxBytes: 7 });
    await cloud.ask('GET', '/v1/instances/first/log?offset=-10');
    expect(asked.at(-1)).toMatchObject({ offset: -10 });
  });

  test('is no empty log when its host cannot read it: the reason is told', async () => {
    broken = 'reading the console log of i-1: input/output error';
    const answer = await cloud.ask('GET', '/v1/instances/first/log');
    const console = await refusal(open('/v1/instances/first/console', { authorization: `Bearer ${cloud.token}` }));
    broken = null;
    expect(answer.json()).toMatchObject({ status: 503, code: 'UNAVAILABLE', detail: expect.stringContaining('input/output error') });
    expect(console).toMatchObject({ status: 409, code: 'CONSOLE_UNAVAILABLE', detail: expect.stringContaining('input/output error') });
  });
});

describe('the console of an instance', () => {
  const ticket = async (body: object = {}) =>
    (await cloud.ask('POST', '/v1/instances/first/console-tickets', body)).json<{ ticket: string; path: string }>();

  test('opens with a token, and carries bytes both ways', async () => {
    const socket = open('/v1/instances/first/console', { authorization: `Bearer ${cloud.token}` });
    await opened(socket);
    socket.send('uname -a');
    expect(await message(socket)).toBe('UNAME -A');
    socket.close();
    await closed(socket);
  });

  test('opens with a ticket, once, and only the one that the ticket is for', async () => {
    const { path } = await ticket();
    const socket = open(path);
    await opened(socket);
    socket.close();
    expect(await refusal(open(path))).toMatchObject({ status: 401, detail: expect.stringContaining('the ticket was used already') });
    const vnc = await ticket({ stream: 'vnc' });
    expect(await refusal(open(vnc.path.replace('stream=vnc', 'stream=serial')))).toMatchObject({
      status: 401,
      detail: expect.stringContaining('another console'),
    });
    const other = (await cloud.ask('POST', '/v1/instances', { name: 'second', image: 'tiny', type: 't1.micro' })).json();
    expect(await refusal(open((await ticket()).path.replace(running, other.id)))).toMatchObject({ status: 401 });
  });

  test('does not open for a browser session alone, nor for nobody, nor for an agent', async () => {
    const session = await cloud.inject({
      method: 'POST',
      url: '/v1/session',
      headers: { host: new URL(url).host },
      payload: { user: 'admin', password: cloud.password },
    });
    const [cookie] = session.cookies as { name: string; value: string }[];
    expect(await refusal(open('/v1/instances/first/console', { cookie: `${cookie?.name}=${cookie?.value}` }))).toMatchObject({
      status: 401,
      detail: expect.stringContaining('needs a ticket'),
    });
    expect(await refusal(open('/v1/instances/first/console'))).toMatchObject({ status: 401 });
    expect(await refusal(open('/v1/instances/first/console', { authorization: `Bearer ${cloud.agentToken}` }))).toMatchObject({ status: 403 });
  });

  test('of one that is off says so instead', async () => {
    expect(await refusal(open('/v1/instances/second/console', { authorization: `Bearer ${cloud.token}` }))).toMatchObject({
      status: 409,
      code: 'CONSOLE_UNAVAILABLE',
      detail: 'The console of second cannot be opened: it is creating.',
    });
  });

  test('closes when the guest hangs up, and hangs up when it is closed', async () => {
    const socket = open('/v1/instances/first/console', { authorization: `Bearer ${cloud.token}` });
    await opened(socket);
    ends.at(-1)?.end();
    expect(await closed(socket)).toBe(1000);
    const again = open('/v1/instances/first/console', { authorization: `Bearer ${cloud.token}` });
    await opened(again);
    const end = ends.at(-1) as Duplex;
    const hungUp = new Promise((resolve) => end.once('close', resolve));
    again.close();
    await hungUp;
  });
});

describe('an upgrade', () => {
  const raw = (request: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(request));
      let text = '';
      socket.on('data', (data) => (text += data.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });

  test('that no route wants is answered like any other request, and the connection ends', async () => {
    expect(await raw('GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')).toMatch(
      /^HTTP\/1.1 200 OK[\s\S]*{"status":"ok"}$/,
    );
  });

  test('by an agent to a stream that nobody waits for is refused', async () => {
    expect(
      await raw(
        `GET /v1/agent/channels/guessed HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${cloud.agentToken}\r\nConnection: Upgrade\r\nUpgrade: stratus-channel\r\n\r\n`,
      ),
    ).toMatch(/^HTTP\/1.1 404 /);
  });
});
