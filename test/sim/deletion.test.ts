import { expect, test } from 'vitest';
import { allOf } from '../../bin/sim/sim-cloud.ts';
import { DriverError } from '../../src/core/driver-error.ts';
import { minute, scenario, second } from './scenario.ts';

test('a deleted instance leaves nothing', async () => {
  const { clock, cloud, create } = await scenario();
  const { id } = await create('ada', { userData: '#!/bin/sh\n' });
  await clock.run(1 * minute);
  await cloud.verb('instance', id, 'suspend');
  await clock.run(30 * second);
  await cloud.delete('instance', id);
  await clock.run(30 * second);

  const host = cloud.world.host('host1');
  expect([host.domains.size, host.disks.size, host.consoles.size]).toEqual([0, 0, 0]);
  expect([...host.networks.values()].flatMap((network) => [...network.leases.values()])).toEqual([]);
  expect(await cloud.records('instance')).toEqual([]);
  expect(await cloud.records('user-data')).toEqual([]);
  expect(await cloud.store.count('usage', 'of', 'host')).toBe(0);
  const ledger = cloud.ledgers.get('host1');
  expect((await allOf(ledger!, 'wanted')).map((entry) => entry.id.split('/')[0])).toEqual(['network']);
  expect((await allOf(ledger!, 'memory')).map((memory) => memory.id)).toEqual(['host/self']);
});

test('a host that missed the end of a deletion forgets it when it calls again', async () => {
  const { clock, cloud, create } = await scenario({
    changeDoor: (door) => ({
      ...door,
      async *desired(hostId, signal) {
        for await (const event of door.desired(hostId, signal)) if (event.type !== 'forget') yield event;
      },
    }),
  });
  const { id } = await create('ada');
  await clock.run(1 * minute);
  await cloud.delete('instance', id);
  await clock.run(1 * minute);
  const wanted = async () => (await allOf(cloud.ledgers.get('host1')!, 'wanted')).filter((entry) => entry.id.startsWith('instance/'));
  expect(await wanted()).toHaveLength(1);
  cloud.partition('host1', true);
  cloud.partition('host1', false);
  await clock.run(10 * second);
  expect(await wanted()).toEqual([]);
});

test('what a host runs is not touched when the control plane has lost its memory of it', async () => {
  const { clock, cloud, create, isOn } = await scenario();
  const { id } = await create('ada');
  await clock.run(1 * minute);
  cloud.partition('host1', true);
  const record = await cloud.store.get('instance', id);
  await cloud.store.commit([{ op: 'delete', kind: 'instance', id, expectedRevision: record!.revision }]);
  await clock.run(5 * second);
  cloud.partition('host1', false);
  await clock.run(2 * minute);
  expect(isOn(id)).toBe(true);
});

test('an instance that is deleted while its image is still being copied leaves nothing', async () => {
  const { clock, cloud, create } = await scenario({ pace: { copyImage: [60_000, 60_000] } as never });
  await clock.run(2 * minute);
  const { id } = await create('ada');
  await clock.run(10 * second);
  await cloud.delete('instance', id);
  await clock.run(3 * minute);
  expect(cloud.world.host('host1').disks.size).toBe(0);
  expect(await cloud.records('instance')).toEqual([]);
});

test('who deletes an instance does not wait for the copy of its image, and others who share the copy get it', async () => {
  const { clock, cloud, create, isOn } = await scenario({ pace: { copyImage: [600_000, 600_000] } as never });
  await clock.run(15 * minute);
  const [ada, bob] = [await create('ada'), await create('bob')];
  await clock.run(10 * second);
  await cloud.delete('instance', ada.id);
  await clock.run(20 * second);
  expect((await cloud.records('instance')).map(({ name }) => name)).toEqual(['bob']);
  await clock.run(10 * minute);
  expect(isOn(bob.id)).toBe(true);
});

test('an instance whose disk cannot be read says so, and can be deleted', async () => {
  let damaged = false;
  const { clock, cloud, create, record } = await scenario({
    changeAgentPorts: (ports) => {
      const observe: typeof ports.disks.observe = async (id) => {
        if (damaged) throw new DriverError(`reading the disk of ${id}: it does not begin like a qcow2 file`, { retry: 'never' });
        return ports.disks.observe(id);
      };
      const disks = new Proxy(ports.disks, {
        get: (real, name) => {
          const value = (name === 'observe' ? observe : Reflect.get(real, name, real)) as unknown;
          return typeof value === 'function' ? (value as () => unknown).bind(real) : value;
        },
      });
      return { ...ports, disks };
    },
  });
  const { id } = await create('ada');
  await clock.run(1 * minute);
  damaged = true;
  await clock.run(1 * minute);
  const { waitingFor } = (await record(id)).status;
  expect(waitingFor).toMatchObject({ code: 'look-failed', owner: 'administrator' });
  // It says when it is looked at again.
  expect(Date.parse(waitingFor?.deadline ?? '')).toBeGreaterThan(clock.now());
  await cloud.delete('instance', id);
  await clock.run(1 * minute);
  expect(await cloud.records('instance')).toEqual([]);
  expect(cloud.world.host('host1').disks.size).toBe(0);
});
