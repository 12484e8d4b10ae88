import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RealCloud, until } from './real-cloud.ts';

let cloud: RealCloud;

beforeAll(async () => {
  cloud = await RealCloud.make();
  await cloud.up();
}, 300_000);
afterAll(() => cloud.destroy(), 120_000);

const first = () => cloud.client.request('GET', '/v1/instances/first');
const can = (verb: string) => cloud.client.request('POST', `/v1/instances/first/${verb}?wait=settled&timeoutSeconds=100`);
const eventsOf = async (id: string): Promise<{ spec: { reason: string | null } }[]> =>
  (await cloud.client.request('GET', `/v1/events?subject=${id}&limit=1000`)).items;

test.each(['pause', 'suspend'])(
  "after %s and resume a guest's clock is right again",
  async (rest) => {
    const instance = await until('its agent is there', async () => {
      const { status, ...more } = await first();
      return status.seen?.reachableSince != null && status.seen.agentConnected === true && more;
    });
    await can(rest);
    await pause(15_000);
    await can('resume');
    await until('its clock is right', async () => {
      const guestMs = Number(await cloud.ssh(instance, 'date +%s')) * 1_000;
      return Math.abs(guestMs - Date.now()) < 5_000;
    });
  },
  240_000,
);

test('a guest whose kernel panics has ended, and its restart policy starts it again; the panic is in its record', async () => {
  const before = await until('it can be logged in to', async () => {
    const instance = await first();
    return instance.status.seen?.reachableSince != null && instance;
  });
  // No answer comes back from a machine that has died.
  cloud.ssh(before, 'echo c > /proc/sysrq-trigger').catch(() => undefined);
  const failure = await until('the crash is told', async () => (await first()).status.failure);
  expect(failure).toMatchObject({ code: 'guest-crashed', reason: "the guest's kernel panicked: sysrq triggered crash" });
  expect(failure.consoleTail.join('\n')).toContain('</TASK>');
  const again = await until(
    'it can be logged in to again',
    async () => {
      const instance = await first();
      return instance.status.seen?.restarts === 1 && instance.status.seen.reachableSince !== null && instance;
    },
    180_000,
  );
  expect((await cloud.ssh(again, 'hostname')).trim()).toBe('first');
  expect((await eventsOf(before.id)).map(({ spec }) => spec.reason)).toContain(failure.reason);
}, 400_000);
