import { expect, test } from 'vitest';
import { CloudError } from '../../src/core/errors.ts';
import { hostCapacity, type Host } from '../../src/kinds/host/host.ts';
import { GiB } from '../../src/core/units.ts';
import type { Instance } from '../../src/kinds/instance/instance.ts';
import { minute, scenario, second } from './scenario.ts';

/** How many were granted, and the codes of the refusals. */
async function outcomes(requests: readonly Promise<unknown>[]): Promise<{ granted: number; refused: Record<string, number> }> {
  const refused: Record<string, number> = {};
  let granted = 0;
  for (const result of await Promise.allSettled(requests)) {
    if (result.status === 'fulfilled') granted++;
    else if (result.reason instanceof CloudError) refused[result.reason.code] = (refused[result.reason.code] ?? 0) + 1;
    else throw result.reason;
  }
  return { granted, refused };
}

test('two hundred who create at the same moment never share an address nor take more than there is', async () => {
  const machines = [
    { name: 'host1', vcpus: 8, memoryMib: 32_768 },
    { name: 'host2', vcpus: 8, memoryMib: 16_384 },
  ];
  const { clock, cloud, create } = await scenario({ machines });
  const { granted, refused } = await outcomes(Array.from({ length: 200 }, (_, index) => create(`vm${index}`)));

  const hosts = (await cloud.records('host')) as Host[];
  const room = hosts.map((host) => Math.floor(hostCapacity(host.status.facts!).memoryMib / 512));
  const instances = (await cloud.records('instance')) as Instance[];
  expect(granted).toBe(room[0]! + room[1]!);
  expect(refused).toEqual({ NO_HOST_FITS: 200 - granted });
  expect(instances).toHaveLength(granted);
  expect(hosts.map((host) => instances.filter((each) => each.spec.host === host.id).length)).toEqual(room);
  expect(new Set(instances.flatMap(({ spec }) => spec.nics.map((nic) => nic.address))).size).toBe(granted);
  await clock.run(2 * minute);
});

test('disks that would fill their host are refused, however many are asked for at once and however little they hold yet', async () => {
  const { clock, cloud, create } = await scenario({ machines: [{ name: 'host1', vcpus: 8, memoryMib: 65_536, diskBytes: 10 * GiB }] });
  // Twice the disk may be promised: room for two of 8 GiB and their swap disks.
  const { granted, refused } = await outcomes(Array.from({ length: 10 }, (_, index) => create(`vm${index}`, { diskGib: 8 })));
  expect([granted, refused]).toEqual([2, { NO_HOST_FITS: 8 }]);
  await expect(create('more', { diskGib: 8 })).rejects.toMatchObject({
    params: { detail: 'host1 has 17 GiB of 20 GiB of disk promised, 8.5 GiB needed' },
  });
  await clock.run(1 * minute);
  const [first, second] = (await cloud.records('instance')) as Instance[];
  await cloud.verb('instance', second!.id, 'force-stop');
  await clock.run(1 * minute);
  await expect(cloud.verb('instance', second!.id, 'resize', { diskGib: 12 })).rejects.toMatchObject({ code: 'NO_HOST_FITS' });
  await cloud.delete('instance', first!.id);
  await clock.run(1 * minute);
  await cloud.verb('instance', second!.id, 'resize', { diskGib: 12 });
});

test('of many who want one name, one gets it, and the others are told', async () => {
  const { create } = await scenario();
  expect(await outcomes(Array.from({ length: 20 }, () => create('ada')))).toEqual({ granted: 1, refused: { NAME_TAKEN: 19 } });
});

test('a network that is full says so, and gives what is freed', async () => {
  const { clock, cloud, create } = await scenario({ cidr: '10.42.0.0/28' });
  const { granted, refused } = await outcomes(Array.from({ length: 20 }, (_, index) => create(`vm${index}`)));
  expect(granted).toBeGreaterThan(10);
  expect(refused).toEqual({ NETWORK_FULL: 20 - granted });
  await clock.run(1 * minute);
  const [first] = (await cloud.records('instance')) as Instance[];
  await cloud.delete('instance', first!.id);
  await clock.run(1 * minute);
  const next = await create('next');
  expect(next.spec.nics[0]?.address).toBe(first!.spec.nics[0]?.address);
});

test('a host that is deleted while an instance is placed on it gets none', async () => {
  const { clock, cloud, create } = await scenario();
  cloud.crashAgent('host1', 'down');
  await clock.run(2 * second);
  const [host] = await cloud.records('host');
  const deleted = cloud.delete('host', host!.id);
  const made = create('ada');
  const results = await Promise.allSettled([deleted, made]);
  const [instances, hosts] = [await cloud.records('instance'), await cloud.records('host')];
  // Either of them, never both.
  expect(results.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
  expect(instances.length).toBe(hosts.length);
});

test('an image that is deleted while an instance is made from it: the instance is refused, or the image waits for it', async () => {
  for (const order of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
    const { clock, cloud, create, isOn } = await scenario({ seed: `order-${order}` });
    const image = await cloud.find('image', 'tiny');
    const made = create('ada');
    for (let ticks = 0; ticks < order; ticks++) await Promise.resolve();
    const deleted = cloud.delete('image', image.id);
    const [instance, gone] = await Promise.allSettled([made, deleted]);
    await clock.run(1 * minute);
    if (instance.status === 'fulfilled') {
      expect(isOn(instance.value.id)).toBe(true);
      expect(cloud.imageContents.images.size).toBe(1);
      await cloud.delete('instance', instance.value.id);
    } else {
      expect(gone.status).toBe('fulfilled');
    }
    await clock.run(1 * minute);
    if (gone.status === 'rejected') await cloud.delete('image', image.id);
    await clock.run(1 * minute);
    expect([await cloud.records('image'), cloud.imageContents.images.size]).toEqual([[], 0]);
  }
});
