import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostSeries, instanceSeries, type Metrics } from '../core/metrics.ts';
import { HttpLink } from '../drivers/http-link/http-link.ts';
import type { ChannelRequest } from '../ports/control-link.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';

let cloud: TestCloud;
let dir: string;
let id: string;
const abort = new AbortController();
/** What the host was asked, and what it says to that. */
const asked: ChannelRequest[] = [];
let says: string | { refusal: string } = '';

const history = (names: readonly string[]): Metrics => ({
  stepSeconds: 10,
  times: [1_000, 1_010],
  series: Object.fromEntries(names.map((name) => [name, [0.5, null]])),
});

beforeAll(async () => {
  cloud = await testCloud();
  dir = await mkdtemp(join(tmpdir(), 'metrics-'));
  const socketPath = join(dir, 'server.sock');
  await cloud.api.listen({ port: 0, socketPath });
  id = (await cloud.ask('POST', '/v1/instances', { name: 'first', image: 'tiny', type: 't1.micro' })).json().id;
  const link = new HttpLink({ base: `unix:${socketPath}`, token: cloud.agentToken });
  const isSynced = Promise.withResolvers<void>();
  void serve(link, isSynced.resolve);
  await isSynced.promise;
});
afterAll(async () => {
  abort.abort();
  await cloud.close();
  await rm(dir, { recursive: true });
});

async function serve(link: HttpLink, synced: () => void): Promise<void> {
  for await (const event of link.watch(abort.signal)) {
    if (event.type === 'synced') synced();
    if (event.type !== 'open') continue;
    asked.push(event.channel);
    if (typeof says === 'object') await link.refuseChannel(event.channel.session, says.refusal);
    else (await link.channel(event.channel.session)).end(says);
  }
}

describe('the history of an instance', () => {
  test('comes from its host, as columns', async () => {
    says = JSON.stringify(history(instanceSeries));
    const answer = await cloud.ask('GET', '/v1/instances/first/metrics?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z&step=60');
    expect(answer.json()).toEqual(history(instanceSeries));
    expect(asked.at(-1)).toMatchObject({
      stream: 'metrics',
      instanceId: id,
      metrics: { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2026, 0, 2), stepMs: 60_000 },
    });
  });

  test('is of the last hour where nothing is said, or of so long before now', async () => {
    says = JSON.stringify(history(instanceSeries));
    await cloud.ask('GET', `/v1/instances/${id}/metrics`);
    const { fromMs = 0, toMs = 0, stepMs } = asked.at(-1)?.metrics ?? {};
    expect([toMs - fromMs, stepMs]).toEqual([3_600_000, null]);
    await cloud.ask('GET', '/v1/instances/first/metrics?from=-2d&to=-1d');
    const past = asked.at(-1)?.metrics;
    expect((past?.toMs ?? 0) - (past?.fromMs ?? 0)).toBeCloseTo(86_400_000, -1);
  });

  test.each(['from=yesterday', 'from=-1y', 'to=2026', 'step=0', 'step=0.5', 'from=-1h&to=-2h', 'form=-1h'])(
    'is refused when asked for by %s',
    async (query) => {
      expect((await cloud.ask('GET', `/v1/instances/first/metrics?${query}`)).json()).toMatchObject({ status: 400, code: 'INPUT_INVALID' });
    },
  );

  test('is not there while its host cannot tell it: the reason is said', async () => {
    says = { refusal: 'reading the metrics of i-1: input/output error' };
    expect((await cloud.ask('GET', '/v1/instances/first/metrics')).json()).toMatchObject({
      status: 503,
      code: 'UNAVAILABLE',
      detail: 'The history of instance first is not available at the moment: reading the metrics of i-1: input/output error.',
    });
  });

  test.each([
    ['{"stepSeconds":10,"times":[1', 'breaks off'],
    ['null', 'says nothing'],
    ['{"stepSeconds":10,"times":[1,2],"series":{"cpu":[1]}}', 'has holes'],
    ['{"stepSeconds":10,"times":[1],"series":{"cpu":["1"]}}', 'is not made of numbers'],
    [JSON.stringify({ stepSeconds: 1, times: Array.from({ length: 1_001 }, (_, index) => index), series: {} }), 'is too long'],
  ])('is not taken from a host whose answer %s', async (answer) => {
    says = answer;
    expect((await cloud.ask('GET', '/v1/instances/first/metrics')).json()).toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('is nobody’s who may not see it', async () => {
    const of = async (headers: Record<string, string>) =>
      (await cloud.inject({ method: 'GET', url: '/v1/instances/first/metrics', headers })).statusCode;
    expect(await of({})).toBe(401);
    expect(await of({ authorization: `Bearer ${cloud.agentToken}` })).toBe(403);
    expect((await cloud.ask('GET', '/v1/instances/ghost/metrics')).statusCode).toBe(404);
  });
});

describe('the history of a host', () => {
  test('is its own', async () => {
    says = JSON.stringify(history(hostSeries));
    expect((await cloud.ask('GET', '/v1/hosts/lab1/metrics?from=-1d')).json()).toEqual(history(hostSeries));
    expect(asked.at(-1)).toMatchObject({ stream: 'metrics', instanceId: null });
  });

  test('is not there while the host does not call', async () => {
    await cloud.cloud.joinHost('lab2');
    expect((await cloud.ask('GET', '/v1/hosts/lab2/metrics')).json()).toMatchObject({
      status: 503,
      detail: 'The history of host lab2 is not available at the moment: its host does not answer.',
      remedy: expect.stringContaining('stratus doctor'),
    });
  });
});
