import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiError } from '../../src/cli/client.ts';
import { tapName } from '../../src/kinds/instance/instance.ts';
import { RealCloud, until } from './real-cloud.ts';

let cloud: RealCloud;

beforeAll(async () => {
  cloud = await RealCloud.make();
  await cloud.up();
}, 300_000);
afterAll(() => cloud.destroy(), 120_000);

const get = (name: string) => cloud.client.request('GET', `/v1/instances/${name}`);
const create = (name: string, more = {}) =>
  cloud.client.request('POST', '/v1/instances', { body: { name, image: 'tiny', type: 't1.micro', keys: ['admin'], ...more } });
const ready = (name: string) =>
  until(`${name} can be logged in to`, async () => {
    const instance = await get(name);
    return instance.state === 'running' && instance.status.seen?.reachableSince != null && instance;
  });
const inState = (name: string, state: string) =>
  until(`${name} is ${state}`, async () => {
    const instance = await get(name);
    return instance.state === state && instance.settled && instance;
  });
const gone = (name: string) =>
  until(`${name} is gone`, async () => {
    try {
      await get(name);
      return false;
    } catch (error) {
      return error instanceof ApiError && error.status === 404;
    }
  });

/** The control plane and the agent run again, as their supervisor would have it. */
const again = () => cloud.up('--no-first');

type Target = 'server' | 'agent' | 'qemu' | 'everything';
const targets: readonly Target[] = ['server', 'agent', 'qemu', 'everything'];
/** When the blow falls after the request was accepted, ms. */
const moments = { start: 0, middle: 150, end: 600 };

describe.each(targets)('a crash of %s', (target) => {
  test.each(Object.entries(moments))(
    'at the %s of create, stop and delete leaves everything as it was asked for',
    async (moment, afterMs) => {
      const name = `c-${target}-${moment}`;
      const blow = async () => {
        await new Promise((resolve) => setTimeout(resolve, afterMs));
        cloud.kill(target);
        await again();
      };
      await create(name, { restartPolicy: 'always' });
      await blow();
      const instance = await ready(name);
      expect((await cloud.ssh(instance, 'hostname')).trim()).toBe(name);
      expect(cloud.pids('qemu').length).toBeGreaterThan(0);

      await cloud.client.request('POST', `/v1/instances/${name}/stop`, { body: { timeoutSeconds: 10 } });
      await blow();
      await inState(name, 'stopped');

      await cloud.client.request('DELETE', `/v1/instances/${name}`);
      await blow();
      await gone(name);
      expect(existsSync(`${cloud.home.agentDir}/instances/${instance.id}`)).toBe(false);
      expect(await cloud.onMachine('ip', '-br', 'link')).not.toContain(tapName(instance.id, 0));
      expect(
        cloud
          .pids('qemu')
          .map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
          .filter((command) => command.includes(instance.id)),
      ).toEqual([]);
    },
    240_000,
  );
});

test('after a power cut everything that should run runs again, and the report tells of each', async () => {
  await Promise.all([create('was-running'), create('was-stopped', { start: false }), create('never-again', { restartPolicy: 'never' })]);
  await ready('was-running');
  await ready('never-again');
  expect(cloud.kill('everything')).toBeGreaterThan(6);
  await until('all is dark', async () => cloud.pids('everything').length === 0);

  const startedMs = performance.now();
  await again();
  await ready('was-running');
  expect(performance.now() - startedMs).toBeLessThan(60_000);
  expect((await get('was-stopped')).state).toBe('stopped');
  // It did not end because it was asked to, and its policy leaves it so: that is told.
  expect((await inState('never-again', 'failed')).status.failure.code).toBe('guest-crashed');

  const { items } = await cloud.client.request('GET', '/v1/hosts');
  const report = await until('the recovery has settled', async () => {
    const [host] = (await cloud.client.request('GET', '/v1/hosts')).items;
    return host.status.recovery?.settledAfterMs === null ? false : host.status.recovery;
  });
  expect(items).toHaveLength(1);
  const told = new Map(report.instances.map((each: { name: string }) => [each.name, each]));
  expect(told.get('was-running')).toMatchObject({ wanted: 'running', found: 'stopped', did: expect.arrayContaining(['start']) });
  expect(told.get('was-stopped')).toMatchObject({ wanted: 'stopped', did: [] });
  const { stdout } = await cloud.stratus('report', 'recovery');
  expect(stdout).toContain('was-running');
}, 240_000);

test("a host's agent alone brings its instances back while the control plane stays away", async () => {
  await create('loyal');
  const instance = await ready('loyal');
  cloud.kill('everything');
  await until('all is dark', async () => cloud.pids('everything').length === 0);
  const agent = cloud.stratus('agent', '--home', cloud.home.dir).catch(() => undefined);
  await until('it can be logged in to', async () => (await cloud.ssh(instance, 'hostname')).trim() === 'loyal');
  expect(cloud.pids('server')).toEqual([]);
  cloud.kill('agent');
  await agent;
  await again();
  await ready('loyal');
}, 240_000);
