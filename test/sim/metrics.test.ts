import { duplexPair, type Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { instanceSeries, type Metrics, type MetricsQuery } from '../../src/core/metrics.ts';
import { RingLayout } from '../../src/agent/metrics/ring-layout.ts';
import { minute, scenario, second } from './scenario.ts';

/** A cloud whose hosts measure, and a way to ask them. */
async function measured() {
  const calls = new Map<string, (stream: Duplex) => void>();
  const told = await scenario({
    measuredPastMs: 0,
    changeDoor: (door) => ({
      ...door,
      channel: async (session) => {
        const [agentsEnd, ours] = duplexPair();
        calls.get(session)?.(ours);
        return agentsEnd;
      },
    }),
  });
  const { cloud, clock } = told;
  let asked = 0;
  const ask = async (instanceId: string | null, query: Partial<MetricsQuery> = {}): Promise<Metrics> => {
    const session = `s${++asked}`;
    const answer = new Promise<Duplex>((resolve) => calls.set(session, resolve));
    const metrics = { fromMs: clock.now() - 60 * minute, toMs: clock.now(), stepMs: null, ...query };
    cloud.control.gateway.open((await cloud.find('host', 'host1')).id, { session, stream: 'metrics', instanceId, metrics });
    await clock.run(1 * second);
    return JSON.parse(await text(await answer)) as Metrics;
  };
  return { ...told, ask, files: cloud.ringFiles.get('host1')! };
}

const known = (metrics: Metrics, name: string) => (metrics.series[name] ?? []).filter((value) => value !== null);

test('a host knows what its instances have used, and what it has used itself', async () => {
  const { create, clock, ask } = await measured();
  const { id } = await create('ada');
  await clock.run(10 * minute);
  const own = await ask(id);
  expect(Object.keys(own.series)).toEqual([...instanceSeries]);
  expect(known(own, 'cpu').length).toBeGreaterThan(55);
  for (const share of known(own, 'cpu')) expect(share > 0 && share <= 1).toBe(true);
  for (const rate of known(own, 'diskWrittenBytesPerSecond')) expect(rate).toBeGreaterThan(1_000);
  const host = await ask(null);
  expect(known(host, 'cpu').length).toBeGreaterThan(55);
  expect(known(host, 'memoryUsedBytes').at(-1)).toBeGreaterThan(1e9);
});

test('the history outlives the agent, and needs no control plane to be written', async () => {
  const { create, clock, cloud, ask } = await measured();
  const { id } = await create('ada');
  await clock.run(5 * minute);
  cloud.crashControlPlane('down');
  await clock.run(5 * minute);
  cloud.crashAgent('host1');
  await clock.run(30 * second);
  await cloud.startControlPlane();
  await clock.run(20 * second);
  // All but the minute that was still in the memory of the agent that died.
  expect(known(await ask(id), 'memoryUsedBytes').length).toBeGreaterThan(50);
});

test('while an instance is off there is a gap, and no false peak when it comes back', async () => {
  const { create, clock, cloud, ask } = await measured();
  const { id } = await create('ada');
  await clock.run(3 * minute);
  await cloud.verb('instance', id, 'stop');
  await clock.run(3 * minute);
  await cloud.verb('instance', id, 'start');
  await clock.run(3 * minute);
  const { series } = await ask(id);
  const cpu = series['cpu'] ?? [];
  const first = cpu.findIndex((value) => value !== null);
  const gap = cpu.indexOf(null, first);
  expect(cpu.slice(gap).findIndex((value) => value !== null)).toBeGreaterThanOrEqual(16);
  for (const value of series['netSentBytesPerSecond'] ?? []) if (value !== null) expect(value >= 0 && value < 1e8).toBe(true);
});

test('the history goes with the instance, and is never larger than it may be', async () => {
  const { create, clock, cloud, files } = await measured();
  const { id } = await create('ada');
  await clock.run(3 * minute);
  expect(files.names.toSorted()).toEqual(['host', id].toSorted());
  const { fileBytes } = new RingLayout(instanceSeries);
  expect(fileBytes).toBe(4_680 * 44);
  await cloud.delete('instance', id);
  await clock.run(3 * minute);
  expect(files.names).toEqual(['host']);
});
