import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ApiError } from '../../src/cli/client.ts';
import { tapName } from '../../src/kinds/instance/instance.ts';
import { RealCloud, until } from './real-cloud.ts';

let cloud: RealCloud;

beforeAll(async () => {
  cloud = await RealCloud.make();
  await cloud.up();
  // It brought image and key; from here on nothing boots but what a test asks for.
  await cloud.stratus('delete', 'first');
}, 300_000);
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.log(cloud.lastWords());
});
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

const darken = async () => {
  expect(cloud.kill('everything')).toBeGreaterThan(6);
  await until('all is dark', async () => cloud.pids('everything').length === 0);
};

type Target = 'server' | 'agent' | 'qemu' | 'everything';
const targets: readonly Target[] = ['server', 'agent', 'qemu', 'everything'];

/** How long before the blow each one's request was accepted, ms: it is hit at the start, in the middle, at the end. */
const ages = { end: 600, middle: 150, start: 0 };

describe.each(targets)('a crash of %s', (target) => {
  test('at the start, middle and end of create, stop and delete leaves everything as it was asked for', async () => {
    const names = Object.keys(ages).map((moment) => `c-${target}-${moment}`);
    /** Asks for one after the other, so that one blow finds each at another moment; then all comes back. */
    const blowDuring = async (ask: (name: string) => Promise<unknown>) => {
      let untilBlowMs = Math.max(...Object.values(ages));
      for (const [moment, ageMs] of Object.entries(ages)) {
        await pause(untilBlowMs - ageMs);
        untilBlowMs = ageMs;
        await ask(`c-${target}-${moment}`);
      }
      cloud.kill(target);
      await again();
    };

    await blowDuring((name) => create(name, { restartPolicy: 'always' }));
    const instances = await Promise.all(names.map(ready));
    for (const instance of instances) expect((await cloud.ssh(instance, 'hostname')).trim()).toBe(instance.name);
    expect(cloud.pids('qemu')).toHaveLength(names.length);

    await blowDuring((name) => cloud.client.request('POST', `/v1/instances/${name}/stop`, { body: { timeoutSeconds: 10 } }));
    for (const name of names) await inState(name, 'stopped');
    expect(cloud.pids('qemu')).toEqual([]);

    await blowDuring((name) => cloud.client.request('DELETE', `/v1/instances/${name}`));
    for (const name of names) await gone(name);
    const links = await cloud.onMachine('ip', '-br', 'link');
    for (const { id } of instances) {
      expect(existsSync(`${cloud.home.agentDir}/instances/${id}`)).toBe(false);
      expect(links).not.toContain(tapName(id, 0));
      expect(cloud.pids('everything').filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(id))).toEqual([]);
    }
  }, 400_000);
});

test('after a power cut everything that should run runs again, and the report tells of each', async () => {
  await Promise.all([create('was-running'), create('was-stopped', { start: false }), create('never-again', { restartPolicy: 'never' })]);
  await ready('was-running');
  await inState('never-again', 'running');
  await darken();

  const startedMs = performance.now();
  const seconds = () => ((performance.now() - startedMs) / 1_000).toFixed(1);
  await again();
  // Before it has booted: whoever asks finds it powered on, not on its way there.
  const back = await inState('was-running', 'running');
  const poweredOnAfter = seconds();
  const instance = await ready('was-running');
  console.log(`from \`up\` after the power cut: powered on after ${poweredOnAfter} s, can be logged in to after ${seconds()} s`);
  expect(instance.id).toBe(back.id);
  expect((await cloud.ssh(instance, 'hostname')).trim()).toBe('was-running');
  expect(cloud.pids('qemu')).toHaveLength(1);
  expect((await get('was-stopped')).state).toBe('stopped');
  // It did not end because it was asked to, and its policy leaves it so: that is told.
  expect((await inState('never-again', 'failed')).status.failure.code).toBe('guest-crashed');

  const report = await until('the recovery has settled', async () => {
    const { items } = await cloud.client.request('GET', '/v1/hosts');
    expect(items).toHaveLength(1);
    const { recovery } = items[0].status;
    return recovery?.settledAfterMs === null ? false : recovery;
  });
  const told = new Map(report.instances.map((each: { name: string }) => [each.name, each]));
  expect(told.get('was-running')).toMatchObject({ wanted: 'running', found: 'stopped', did: expect.arrayContaining(['start']) });
  expect(told.get('was-stopped')).toMatchObject({ wanted: 'stopped', did: [] });
  const { stdout } = await cloud.stratus('report', 'recovery');
  expect(stdout).toContain('was-running');
}, 400_000);

test('power cuts in a row, also in the first boot, delay nothing and leave a guest that can be logged in to', async () => {
  const { id } = await create('was-young');
  const consoleLog = `${cloud.home.agentDir}/instances/${id}/console.log`;
  let bytesBefore = 0;
  for (const moment of ['first boot of instance', 'eth0 has', 'SSH is listening']) {
    await until(`the guest says ${moment}`, async () => readFileSync(consoleLog, 'utf8').slice(bytesBefore).includes(moment));
    bytesBefore = readFileSync(consoleLog, 'utf8').length;
    await darken();
    await again();
    // Restarts that the guest did not cause do not make it wait.
    expect((await inState('was-young', 'running')).status.waitingFor).toBeNull();
  }
  expect((await cloud.ssh(await ready('was-young'), 'hostname')).trim()).toBe('was-young');
  await cloud.stratus('delete', 'was-young');
}, 400_000);

test("a host's agent alone brings its instances back while the control plane stays away", async () => {
  const instance = await ready('was-running');
  await darken();
  const agent = cloud.stratus('agent', '--home', cloud.home.dir).catch(() => undefined);
  await until('it can be logged in to', async () => (await cloud.ssh(instance, 'hostname')).trim() === 'was-running');
  expect(cloud.pids('server')).toEqual([]);
  cloud.kill('agent');
  await agent;
  await again();
  expect((await ready('was-running')).id).toBe(instance.id);
}, 400_000);
