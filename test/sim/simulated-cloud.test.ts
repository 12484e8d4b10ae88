import { expect, test } from 'vitest';
import { simulatedCloud } from '../../bin/sim/simulated-cloud.ts';
import { instantPace } from '../../src/drivers/sim/sim-faults.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import type { Instance } from '../../src/kinds/instance/instance.ts';
import { instanceState } from '../../src/kinds/instance/instance.state.ts';
import { sleep } from '../../src/ports/clock.ts';

test('the same hosts run on the real clock, for whoever needs a cloud without machines', async () => {
  const cloud = await simulatedCloud({ hosts: 3, realClock: true, pace: instantPace });
  try {
    const until = async (isSo: () => Promise<boolean>) => {
      while (!(await isSo())) await sleep(nodeClock, 10);
    };
    await until(async () => (await cloud.records('host')).filter((host) => (host.status as { facts: unknown }).facts !== null).length === 3);
    const project = (await cloud.find('project', 'default')).id;
    await cloud.create('image', 'tiny', { source: { type: 'recipe', recipe: 'tiny' } });
    await until(async () => ((await cloud.find('image', 'tiny')).status as { content: unknown }).content !== null);
    for (let index = 0; index < 6; index++) await cloud.create('instance', `vm${index}`, { image: 'tiny' }, project);
    const states = async () => ((await cloud.records('instance')) as Instance[]).map(instanceState);
    await until(async () => (await states()).every((state) => state === 'running'));
    expect(await states()).toHaveLength(6);
    expect([...cloud.world.hosts.values()].map((host) => host.domains.size)).toEqual([2, 2, 2]);
  } finally {
    await cloud.stop();
  }
});
