import { expect, test } from 'vitest';
import { initialObserved } from '../../../core/schema.ts';
import { GiB, MiB } from '../../../core/units.ts';
import { instanceOf } from '../../instance/instance.fixture.ts';
import type { Seen } from '../../instance/instance.ts';
import { hostCapacity, type Host, type HostFacts } from '../host.ts';
import { hostLoad, instancesByHost, totalLoad } from './host-load.ts';

const facts = { vcpus: 4, memoryMib: 16_384, diskTotalBytes: 100 * GiB } as HostFacts;
const host = (schedulable = true, known: HostFacts | null = facts): Host => ({
  ...(instanceOf() as unknown as Host),
  kind: 'host',
  spec: { schedulable },
  status: { ...initialObserved, facts: known, lastSeenAt: null, diskFreeBytes: 90 * GiB, recovery: null, lostSince: null },
});
const machine = (domain: Seen['domain'], diskGib = 8) =>
  instanceOf({ vcpus: 2, memoryMib: 2_048, diskBytes: diskGib * GiB }, { status: { ...instanceOf().status, seen: { domain } as Seen } });

test('what is on is in use, what is off keeps its place, and the rest is free', () => {
  const { vcpus, memory } = hostLoad(host(), [machine('running'), machine('paused'), machine('stopped')]);
  expect(vcpus).toEqual({ total: hostCapacity(facts).vcpus, used: 4, promised: 2, free: hostCapacity(facts).vcpus - 6, closed: 0 });
  expect(memory.used).toBe(4_096 * MiB);
  expect(memory.used + memory.promised + memory.free).toBe(hostCapacity(facts).memoryMib * MiB);
});

test('of a disk what is written counts, and what its instances may still write', () => {
  expect(hostLoad(host(), [machine('running', 30)]).disk).toEqual({
    total: 100 * GiB,
    used: 10 * GiB,
    promised: 20 * GiB,
    free: 70 * GiB,
    closed: 0,
  });
  expect(hostLoad(host(), [machine('running', 200)]).disk).toMatchObject({ promised: 190 * GiB, free: 0 });
});

test('a cordoned host has nothing to give, and one that never called has nothing at all', () => {
  expect(hostLoad(host(false), []).disk).toMatchObject({ free: 0, closed: 90 * GiB });
  expect(hostLoad(host(true, null), []).vcpus.total).toBe(0);
});

test('a cloud is the sum of its hosts', () => {
  const one = hostLoad(host(), [machine('running')]);
  expect(totalLoad([one, one]).vcpus).toEqual({ ...one.vcpus, total: 2 * one.vcpus.total, used: 4, free: 2 * one.vcpus.free });
  expect(totalLoad([]).memory.total).toBe(0);
});

test('instances are grouped by host once for each list', () => {
  const instances = [machine('running'), instanceOf({ host: 'host-2' })];
  expect(instancesByHost(instances).get('host-2')).toEqual([instances[1]]);
  expect(instancesByHost(instances)).toBe(instancesByHost(instances));
});
