import { afterAll, beforeAll, expect, test } from 'vitest';
import { days, minutes } from '../core/units.ts';
import { SimClock } from '../drivers/sim/sim-clock.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';
import { person, type Person } from './people.fixture.ts';

let cloud: TestCloud;
let ana: Person;
const clock = new SimClock('leases');

/** Time of the simulator goes on only while it is told to. */
const going = async <T>(work: Promise<T>): Promise<T> => {
  const state = { isDone: false };
  void work.finally(() => (state.isDone = true)).catch(() => undefined);
  while (!state.isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    if (!state.isDone) await clock.run(10);
  }
  return work;
};
const launch = (name: string, lease?: string) =>
  going(ana.ask('POST', '/v1/instances', { name, image: 'tiny', type: 't1.micro', ...(lease === undefined ? {} : { lease }) }));
const end = (answer: { json(): { spec: { expiresAt: string | null } } }) => {
  const { expiresAt } = answer.json().spec;
  return expiresAt === null ? null : Math.round((Date.parse(expiresAt) - clock.now()) / days);
};

beforeAll(async () => {
  cloud = await going(testCloud({ clock }));
  ana = await going(person(cloud, 'ana', { physics: 'member' }));
});
afterAll(() => going(cloud.close()));

test('without a limit an instance has no end, unless one is wanted', async () => {
  expect(end(await launch('free'))).toBe(null);
  expect(end(await launch('weeks', '2w'))).toBe(14);
  expect(end(await launch('moment', new Date(clock.now() + 5 * days).toISOString()))).toBe(5);
  for (const lease of ['0d', '2020-01-01T00:00:00Z', 'soon', '-3d', '3y', 'Infinity'])
    expect((await launch('nonsense', lease)).json(), lease).toMatchObject({ code: 'INPUT_INVALID', params: { where: 'lease' } });
});

test('with a limit every new one has an end, and none may live longer from now on', async () => {
  expect((await going(cloud.ask('PATCH', '/v1/settings', { leases: { maxDays: 30 } }))).statusCode).toBe(200);
  expect(end(await launch('bounded'))).toBe(30);
  expect(end(await launch('short', '3d'))).toBe(3);
  for (const lease of ['31d', 'never'])
    expect((await launch('long', lease)).json()).toMatchObject({
      code: 'LIMIT_REACHED',
      detail: `The lease of an instance: ${lease} asked for, 30 days is the limit.`,
    });
  const extend = (lease: string) => going(ana.ask('PATCH', '/v1/instances/short', { lease }));
  expect(end(await extend('30d'))).toBe(30);
  expect((await extend('31d')).json()).toMatchObject({ code: 'LIMIT_REACHED' });
  expect((await going(ana.ask('PATCH', '/v1/instances/short', { expiresAt: null }))).statusCode).toBe(400);
});

test('the mail about an end stands in the outbox with the commit that remembers it', async () => {
  await going(cloud.ask('PATCH', '/v1/users/ana', { email: 'ana@example.org' }));
  await going(cloud.ask('PATCH', '/v1/settings', { site: { url: 'https://cloud.example.org' } }));
  const { id } = (await launch('told', '2h')).json();
  await clock.run(70 * minutes);
  const mails = (await cloud.store.list({ kind: 'mail', limit: 100 })).items;
  expect(mails.map(({ spec }) => spec)).toContainEqual(expect.objectContaining({ about: 'lease-ends', to: 'ana@example.org' }));
  expect((await cloud.store.get('instance', id))?.status).toMatchObject({ leaseWarnedFor: expect.any(String) });
});
