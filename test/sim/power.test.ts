import { expect, test } from 'vitest';
import type { EventRecord } from '../../src/core/event.ts';
import { calm } from '../../src/drivers/sim/sim-faults.ts';
import { minute, scenario, second } from './scenario.ts';

test('a guest that ignores the power button has its power cut at the deadline', async () => {
  const { clock, cloud, create, isOn, record, runs } = await scenario({ faults: { ...calm, ignoresPowerButton: 1 } });
  const { id } = await create('ada', { stopTimeoutSeconds: 60 });
  await clock.run(1 * minute);
  await cloud.verb('instance', id, 'stop');
  await clock.run(55 * second);
  expect(isOn(id)).toBe(true);
  expect((await record(id)).status.waitingFor).toMatchObject({ code: 'guest-shutdown', owner: 'guest', next: 'its power is cut' });
  await clock.run(10 * second);
  expect(runs(id).map((run) => run.end)).toEqual(['destroyed']);
  const cuts = ((await cloud.records('event')) as EventRecord[]).filter(({ spec }) => spec.message.includes('power was cut'));
  expect(cuts.map(({ spec }) => [spec.type, spec.message, spec.subject.id])).toEqual([
    ['notice', 'instance ada did not power off within 60 s; its power was cut', id],
  ]);
});

test('the deadline of a stop holds though the agent starts anew again and again', async () => {
  const { clock, cloud, create, isOn } = await scenario({ faults: { ...calm, ignoresPowerButton: 1 } });
  const { id } = await create('ada', { stopTimeoutSeconds: 60 });
  await clock.run(1 * minute);
  await cloud.verb('instance', id, 'stop');
  for (let times = 0; times < 7; times++) {
    await clock.run(10 * second);
    cloud.crashAgent('host1');
  }
  await clock.run(5 * second);
  expect(isOn(id)).toBe(false);
});

test('restart policy never holds after a power cut', async () => {
  const { clock, cloud, create, isOn, runs, state } = await scenario();
  const { id } = await create('ada', { restartPolicy: 'never' });
  await clock.run(1 * minute);
  cloud.powerCut('host1');
  await clock.run(5 * second);
  cloud.powerOn('host1');
  await clock.run(5 * minute);
  expect(isOn(id)).toBe(false);
  expect(runs(id)).toHaveLength(1);
  expect(await state(id)).toBe('stopped');
});

test('restart policy never holds though nobody watched the run that ended', async () => {
  const { clock, cloud, create, domain, runs } = await scenario();
  const { id } = await create('ada', { restartPolicy: 'never' });
  // The agent dies with its third change of the domain's world: it has just powered it on, and never sees it run.
  await clock.runUntil(() => domain(id)?.isOn === true, 1 * minute);
  cloud.crashAgent('host1', 'down');
  domain(id)?.endByItself('crashed');
  cloud.startAgent('host1');
  await clock.run(5 * minute);
  expect(runs(id)).toHaveLength(1);
});

test('a guest that crashes is started again, at growing intervals', async () => {
  const { clock, create, domain, runs } = await scenario();
  const { id } = await create('ada', { restartPolicy: 'on-failure' });
  await clock.run(1 * minute);
  for (let times = 0; times < 6; times++) {
    domain(id)?.endByItself('crashed');
    await clock.runUntil(() => domain(id)?.isOn === true, 5 * minute);
    await clock.run(1);
  }
  const starts = runs(id).map((run) => run.startedAtMs);
  const intervals = starts.slice(2).map((start, index) => start - (starts[index + 1] as number));
  expect(intervals.length).toBe(5);
  expect(intervals).toEqual(intervals.toSorted((a, b) => a - b));
  expect(intervals.at(-1)).toBeGreaterThan(10 * second);
});

test('a guest that powers itself off stays off by policy on-failure, and starts again by policy always', async () => {
  const { clock, create, domain, isOn, state } = await scenario();
  const once = await create('once', { restartPolicy: 'on-failure' });
  const ever = await create('ever', { restartPolicy: 'always' });
  await clock.run(1 * minute);
  for (const { id } of [once, ever]) domain(id)?.endByItself('shutdown');
  await clock.run(1 * minute);
  expect([isOn(once.id), isOn(ever.id)]).toEqual([false, true]);
  expect(await state(once.id)).toBe('stopped');
});

test('a suspended instance goes on where it was, also after a power cut', async () => {
  const { clock, cloud, create, runs, state } = await scenario();
  const { id } = await create('ada');
  await clock.run(1 * minute);
  await cloud.verb('instance', id, 'suspend');
  await clock.run(30 * second);
  expect(await state(id)).toBe('suspended');
  cloud.powerCut('host1');
  cloud.powerOn('host1');
  await clock.run(30 * second);
  await cloud.verb('instance', id, 'resume');
  await clock.run(30 * second);
  expect(runs(id).map((run) => [run.bootSerial, run.resumed, run.end])).toEqual([
    [1, false, 'saved'],
    [1, true, null],
  ]);
});

test('memory saved by an earlier boot is never taken for the one that was asked for', async () => {
  const { clock, cloud, create, runs } = await scenario();
  const { id } = await create('ada');
  await clock.run(1 * minute);
  await cloud.verb('instance', id, 'suspend');
  await clock.run(30 * second);
  // Its host hears of both wishes at once, and only of the last.
  cloud.partition('host1', true);
  await cloud.verb('instance', id, 'force-stop');
  await cloud.verb('instance', id, 'start');
  cloud.partition('host1', false);
  await clock.run(1 * minute);
  expect(runs(id).map((run) => [run.bootSerial, run.resumed])).toEqual([
    [1, false],
    [2, false],
  ]);
});

test('a renamed instance is known by its new name at once, and the old one is free', async () => {
  const { clock, cloud, create } = await scenario();
  const { id } = await create('ada');
  await clock.run(1 * minute);
  await cloud.update('instance', id, { name: 'bob', body: {} });
  const other = await create('ada');
  await clock.run(1 * minute);
  const leases = [...cloud.world.host('host1').networks.values()].flatMap((network) => [...network.leases.values()]);
  expect(Object.fromEntries(leases.map((lease) => [lease.instanceId, lease.hostname]))).toEqual({ [id]: 'bob', [other.id]: 'ada' });
});
