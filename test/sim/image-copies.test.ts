import { expect, test } from 'vitest';
import { calm } from '../../src/drivers/sim/sim-faults.ts';
import { minute, scenario, second } from './scenario.ts';

/** Images beside `tiny`, each with its own content. */
async function withImages(count: number, copyMs: number) {
  const world = await scenario({ pace: { copyImage: [copyMs, copyMs] } as never, faults: calm });
  await world.clock.run(copyMs + 5 * second);
  const names = Array.from({ length: count }, (_, index) => `image${index}`);
  for (const name of names) await world.cloud.create('image', name, { source: { type: 'file', path: `/images/${name}.qcow2` } });
  // The control plane imports a few at a time.
  await world.clock.run(count * copyMs);
  return { ...world, names };
}

test('while many images are copied to a host, its other instances are stopped and deleted at once', async () => {
  const { clock, cloud, create, isOn, record, domain, names } = await withImages(12, 10 * minute);
  const old = await create('old');
  await clock.run(11 * minute);
  expect(isOn(old.id)).toBe(true);
  const waiting = await Promise.all(names.map((image, index) => create(`vm${index}`, { image })));
  await clock.run(6 * minute);
  const { waitingFor } = (await record(waiting[11]!.id)).status;
  expect(waitingFor).toMatchObject({ code: 'image-copy', reason: 'image image11 (40 MiB) is being copied to its host: 50 %' });
  await cloud.verb('instance', old.id, 'stop');
  await cloud.delete('instance', waiting[0]!.id);
  await clock.run(10 * second);
  expect(isOn(old.id)).toBe(false);
  expect((await cloud.records('instance')).map(({ name }) => name)).not.toContain('vm0');
  await clock.run(6 * minute);
  expect(waiting.filter(({ id }) => domain(id)?.isOn === true)).toHaveLength(11);
  // Nobody wanted it any more: its copy was broken off.
  expect(cloud.world.host('host1').images.size).toBe(12);
});
