import { expect, test } from 'vitest';
import { minute, scenario, second } from './scenario.ts';

test('twenty instances at once start as many together as the slots bear, in order', async () => {
  const slots = 4;
  const { clock, cloud, create } = await scenario({ startSlots: slots });
  const ids: string[] = [];
  for (let index = 0; index < 20; index++) ids.push((await create(`vm${index}`)).id);
  let mostAtOnce = 0;
  const booting = () => [...cloud.world.host('host1').domains.values()].filter((domain) => domain.isBooting).length;
  await clock.runUntil(() => {
    mostAtOnce = Math.max(mostAtOnce, booting());
    return false;
  }, 2 * minute);
  expect(mostAtOnce).toBe(slots);
  const runs = cloud.world.runs.toSorted((a, b) => a.startedAtMs - b.startedAtMs);
  expect(runs.map((run) => run.instanceId)).toEqual(ids);
  // Each waits for a slot and no longer: five rounds of power-on and boot, and what the engine takes between them.
  const tookMs = (runs.at(-1)?.startedAtMs ?? 0) - (runs[0]?.startedAtMs ?? 0);
  expect(tookMs).toBeLessThan(5 * 3.2 * second + 4 * second);
});

test('an instance that cannot start holds up nobody behind it', async () => {
  const { clock, cloud, create, isOn, domain } = await scenario({ startSlots: 1 });
  const first = await create('first', { restartPolicy: 'always' });
  await clock.run(30 * second);
  // It crashes so often that it has to wait for minutes before its next start.
  for (let times = 0; times < 8; times++) {
    domain(first.id)?.endByItself('crashed');
    await clock.runUntil(() => isOn(first.id), 5 * minute);
    await clock.run(1);
  }
  domain(first.id)?.endByItself('crashed');
  const second_ = await create('second');
  await clock.run(20 * second);
  expect([isOn(first.id), isOn(second_.id)]).toEqual([false, true]);
  expect(cloud.world.runs.length).toBeGreaterThan(8);
});

test('after all have crashed at once, those that wait for their turn are starting, and none has failed', async () => {
  const { clock, cloud, create, domain, record, state } = await scenario({ startSlots: 2 });
  const ids: string[] = [];
  for (let index = 0; index < 10; index++) ids.push((await create(`vm${index}`)).id);
  await clock.run(2 * minute);
  for (const id of ids) domain(id)?.endByItself('crashed');
  await clock.run(2 * second);
  const queued = (await Promise.all(ids.map(record))).filter(({ status }) => status.waitingFor?.code === 'start-queue');
  expect(queued.length).toBeGreaterThan(4);
  for (const { id, status } of queued) expect([await state(id), status.failure?.code]).toEqual(['starting', 'guest-crashed']);
  await clock.run(2 * minute);
  expect(await Promise.all(ids.map(state))).toEqual(ids.map(() => 'running'));
  expect(cloud.world.runs).toHaveLength(20);
});

test('after a power cut the oldest instances start first', async () => {
  const { clock, cloud, create } = await scenario({ startSlots: 2 });
  const ids: string[] = [];
  for (let index = 0; index < 10; index++) ids.push((await create(`vm${index}`)).id);
  await clock.run(2 * minute);
  cloud.powerCut('host1');
  const before = cloud.world.runs.length;
  cloud.powerOn('host1');
  await clock.run(2 * minute);
  expect(cloud.world.runs.slice(before).map((run) => run.instanceId)).toEqual(ids);
});
