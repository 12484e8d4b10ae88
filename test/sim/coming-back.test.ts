import { expect, test } from 'vitest';
import type { Host } from '../../src/kinds/host/host.ts';
import { minute, scenario, second } from './scenario.ts';

test('a host that loses power starts its instances again', async () => {
  const { clock, cloud, create, isOn, runs, state } = await scenario();
  const instances = [await create('ada'), await create('bob')];
  await clock.run(1 * minute);
  expect(instances.map(({ id }) => isOn(id))).toEqual([true, true]);

  cloud.powerCut('host1');
  expect(instances.map(({ id }) => isOn(id))).toEqual([false, false]);
  await clock.run(10 * second);
  cloud.powerOn('host1');
  await clock.run(30 * second);

  for (const { id } of instances) {
    expect(runs(id).map((run) => [run.bootSerial, run.end])).toEqual([
      [1, 'power-cut'],
      [1, null],
    ]);
    expect(await state(id)).toBe('running');
  }
  const [host] = (await cloud.records('host')) as Host[];
  expect(host?.status.recovery).toMatchObject({
    machineRestarted: true,
    instances: [
      { name: 'ada', found: 'stopped', did: ['start'] },
      { name: 'bob', found: 'stopped', did: ['start'] },
    ],
  });
});

test('an agent without a control plane brings its instances back', async () => {
  const { clock, cloud, create, isOn } = await scenario();
  const { id } = await create('ada');
  await clock.run(1 * minute);
  cloud.crashControlPlane('down');
  cloud.powerCut('host1');
  await clock.run(5 * second);
  cloud.powerOn('host1');
  await clock.run(30 * second);
  expect(cloud.isControlUp).toBe(false);
  expect(isOn(id)).toBe(true);
});

test('what was asked for while a host was off is done when it comes', async () => {
  const { clock, cloud, create, record, domain } = await scenario({ hosts: 1 });
  const kept = await create('kept');
  const dropped = await create('dropped');
  await clock.run(1 * minute);
  cloud.powerCut('host1');
  await clock.run(5 * second);
  await cloud.verb('instance', kept.id, 'stop');
  await cloud.delete('instance', dropped.id);
  await clock.run(10 * second);
  expect((await record(dropped.id)).status.waitingFor).toBeNull();
  cloud.powerOn('host1');
  await clock.run(30 * second);
  expect(domain(kept.id)?.isOn).toBe(false);
  expect(domain(dropped.id)).toBeNull();
  expect(await record(dropped.id)).toBeNull();
});

test("a lost host's instances are unknown and come back when it calls", async () => {
  const { clock, cloud, create, isOn, state } = await scenario({ hosts: 2 });
  const instances = [await create('ada'), await create('bob')];
  await clock.run(1 * minute);
  cloud.partition('host1', true);
  await clock.run(2 * minute);
  const states = async () => (await Promise.all(instances.map(({ id }) => state(id)))).toSorted();
  expect(await states()).toEqual(['running', 'unknown']);
  // Nobody starts it anywhere else: it may well be running, and it is.
  expect(instances.map(({ id }) => isOn(id))).toEqual([true, true]);
  cloud.partition('host1', false);
  await clock.run(20 * second);
  expect(await states()).toEqual(['running', 'running']);
});

test('a lost host stays lost when the control plane starts anew', async () => {
  const { clock, cloud, create, state } = await scenario();
  const { id } = await create('ada');
  await clock.run(1 * minute);
  cloud.partition('host1', true);
  await clock.run(2 * minute);
  cloud.crashControlPlane();
  await clock.run(10 * second);
  expect(await state(id)).toBe('unknown');
});

test('no guest notices that agent and control plane die and come back', async () => {
  const { clock, cloud, create, runs, state } = await scenario();
  const { id } = await create('ada');
  await clock.run(1 * minute);
  for (let times = 0; times < 5; times++) {
    cloud.crashAgent('host1');
    cloud.crashControlPlane();
    await clock.run(7 * second);
  }
  await clock.run(20 * second);
  expect(runs(id).map((run) => run.end)).toEqual([null]);
  expect(await state(id)).toBe('running');
});

test('a ledger that is lost is told again', async () => {
  const { clock, cloud, create, isOn, runs } = await scenario();
  const { id } = await create('ada');
  await clock.run(1 * minute);
  cloud.crashAgent('host1', 'down');
  await cloud.loseLedger('host1');
  cloud.powerCut('host1');
  cloud.powerOn('host1');
  cloud.startAgent('host1');
  await clock.run(30 * second);
  expect(isOn(id)).toBe(true);
  expect(runs(id)).toHaveLength(2);
});
