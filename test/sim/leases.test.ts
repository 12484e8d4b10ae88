import { expect, test } from 'vitest';
import type { EventRecord } from '../../src/core/event.ts';
import { idFromUuid } from '../../src/core/ids.ts';
import { recordOf } from '../../src/core/resource.ts';
import { isoTime } from '../../src/ports/clock.ts';
import type { Change } from '../../src/control/store/store.ts';
import type { LeaseEnds } from '../../src/kinds/instance/lease.controller.ts';
import type { LeasePolicy } from '../../src/kinds/instance/lease.ts';
import { minute, scenario } from './scenario.ts';

const hour = 60 * minute;
/** In hours, so that days need not be lived through. */
const policy: LeasePolicy = { maxDays: null, warnDaysBefore: 1 / 24, graceDays: 2 / 24 };

/** A cloud that writes mails into its store, in the commit that remembers them. */
async function leasedCloud() {
  const mail = (now: string, uuid: string, data: LeaseEnds): Change => ({
    op: 'put',
    resource: recordOf({ kind: 'mail', id: idFromUuid('mail', uuid), name: data.instance.name, at: now, spec: { endsAt: data.endsAt } }),
    expectedRevision: 0,
    indexed: { keys: [], indexes: {} },
  });
  const world = await scenario({
    govern: (control) => {
      control.leases = () => policy;
      control.notify = async (_userId, _template, data) => [mail(isoTime(control.clock.now()), control.clock.uuid(), data)];
    },
  });
  const { cloud } = world;
  return {
    ...world,
    mails: async () => (await cloud.records('mail')).map(({ spec }) => (spec as { endsAt: string }).endsAt),
    said: async () =>
      (await cloud.records('event')).map((event) => (event as EventRecord).spec.message).filter((message) => message.includes('lease')),
  };
}

test('an instance whose lease ends is told of, stopped at its end, and deleted some time later', async () => {
  const { clock, cloud, create, state, isOn, mails, said } = await leasedCloud();
  const { id, spec } = await create('ada', { lease: '4h' });
  await create('for-ever', { lease: 'never' });
  await clock.run(3 * hour - minute);
  expect([await state(id), await mails()]).toEqual(['running', []]);
  await clock.run(2 * minute);
  expect([await state(id), await mails()]).toEqual(['running', [spec.expiresAt]]);
  await clock.run(1 * hour);
  expect([await state(id), isOn(id)]).toEqual(['stopped', false]);
  await clock.run(2 * hour - 2 * minute);
  expect(await state(id)).toBe('stopped');
  await clock.run(2 * minute);
  expect((await cloud.records('instance')).map(({ name }) => name)).toEqual(['for-ever']);
  expect(cloud.world.host('host1').disks.size).toBe(1);
  expect(await mails()).toHaveLength(1);
  expect(await said()).toEqual([
    expect.stringMatching(/^the lease of instance ada ends at .* UTC$/),
    expect.stringMatching(/^the lease of instance ada is over: it is stopped now, and deleted at .* UTC$/),
    expect.stringMatching(/^the lease of instance ada was over at .* UTC: it is deleted now$/),
  ]);
});

test('who extends a lease keeps the instance, may start it again, and is told again before the new end', async () => {
  const { clock, cloud, create, state, mails } = await leasedCloud();
  const { id } = await create('ada', { lease: '2h' });
  await clock.run(2 * hour + minute);
  expect(await state(id)).toBe('stopped');
  await expect(cloud.verb('instance', id, 'start')).rejects.toMatchObject({ code: 'LEASE_OVER', params: { name: 'ada' } });
  await cloud.update('instance', id, { body: { lease: '3h' } });
  await cloud.verb('instance', id, 'start');
  await clock.run(1 * hour);
  expect([await state(id), (await mails()).length]).toEqual(['running', 1]);
  await clock.run(1 * hour + minute);
  expect([await state(id), (await mails()).length]).toEqual(['running', 2]);
  await cloud.update('instance', id, { body: { lease: 'never' } });
  await clock.run(10 * hour);
  expect([await state(id), (await mails()).length]).toEqual(['running', 2]);
});

test('a control plane that was down at the end makes up for it when it is back', async () => {
  const { clock, cloud, create, state, isOn, mails } = await leasedCloud();
  const { id } = await create('ada', { lease: '2h' });
  await clock.run(10 * minute);
  cloud.crashControlPlane('down');
  await clock.run(2 * hour);
  expect(isOn(id)).toBe(true);
  await cloud.startControlPlane();
  await clock.run(1 * minute);
  expect([await state(id), isOn(id), (await mails()).length]).toEqual(['stopped', false, 0]);
});

test.each([1, 2, 3, 4, 5])('a mail about an end goes out once, also when the control plane dies after %i commits around it', async (commits) => {
  const { clock, cloud, create, mails } = await leasedCloud();
  for (const name of ['ada', 'bob', 'cleo']) await create(name, { lease: '2h' });
  await clock.run(1 * hour - minute);
  cloud.dieAfter('control', 'commits', commits);
  await clock.run(10 * minute);
  expect(await mails()).toHaveLength(3);
});

test('what ends while nobody can be told, and what was asked for at the end itself, is planned again from the records', async () => {
  const { clock, cloud, create, record } = await leasedCloud();
  cloud.control.notify = async () => {
    throw new Error('no mail today');
  };
  const { id } = await create('ada', { lease: '2h' });
  await clock.run(90 * minute);
  expect((await record(id)).status.leaseWarnedFor ?? null).toBe(null);
  cloud.control.notify = async () => [];
  await clock.run(3 * minute);
  expect((await record(id)).status.leaseWarnedFor).toBe((await record(id)).spec.expiresAt);
});
