import { afterEach } from 'vitest';
import { SimCloud, type SimCloudOptions } from '../../bin/sim/sim-cloud.ts';
import { SimClock } from '../../src/drivers/sim/sim-clock.ts';
import { usualPace } from '../../src/drivers/sim/sim-faults.ts';
import type { Instance } from '../../src/kinds/instance/instance.ts';
import { instanceState } from '../../src/kinds/instance/instance.state.ts';

export const second = 1_000;
export const minute = 60 * second;

const open: SimCloud[] = [];
afterEach(async () => {
  for (const cloud of open.splice(0)) await cloud.stop();
});

/** A cloud with an image, and the words to tell a story about it. */
export async function scenario(options: Partial<SimCloudOptions> & { hosts?: number; seed?: string } = {}) {
  const clock = new SimClock(options.seed ?? 'scenario');
  const machines = Array.from({ length: options.hosts ?? 1 }, (_, index) => ({ name: `host${index + 1}`, vcpus: 8, memoryMib: 65_536 }));
  // The same time for each step of each guest: what is seen is the engine's order, not the world's chance.
  const pace = {
    ...usualPace,
    change: [5, 5],
    powerOn: [200, 200],
    copyImage: [1_000, 1_000],
    boot: [3_000, 3_000],
    shutdown: [1_000, 1_000],
    line: [2, 2],
    ...options.pace,
  } as const;
  const cloud = new SimCloud({ clock, machines, ...options, pace });
  open.push(cloud);
  await cloud.start();
  await clock.run(1 * second);
  const project = (await cloud.find('project', 'default')).id;
  await cloud.create('image', 'tiny', { source: { type: 'recipe', recipe: 'tiny' } });
  await clock.run(5 * second);

  const create = async (name: string, body: Record<string, unknown> = {}) =>
    (await cloud.create('instance', name, { image: 'tiny', type: 't1.micro', ...body }, project)) as Instance;
  const record = async (id: string) => (await cloud.store.get('instance', id)) as Instance;
  const domain = (id: string) => [...cloud.world.hosts.values()].map((host) => host.domains.get(id)).find((found) => found !== undefined) ?? null;
  return {
    clock,
    cloud,
    create,
    record,
    domain,
    state: async (id: string) => instanceState(await record(id)),
    isOn: (id: string) => domain(id)?.isOn === true,
    runs: (id: string) => cloud.world.runs.filter((run) => run.instanceId === id),
  };
}
