import { expect, test } from 'vitest';
import { initialObserved } from '../../core/schema.ts';
import { AgentRuns } from './host.agent-runs.ts';
import { planHost } from './host.plan.ts';
import { hostLostAfterMs, type Host, type HostFacts } from './host.ts';

const noonMs = Date.UTC(2026, 0, 1, 12);
const since = '2026-01-01T11:00:00.000Z';

function host(lostSince: string | null, hasCalledEver = true): Host {
  return {
    kind: 'host',
    id: 'host-1',
    name: 'lab1',
    project: null,
    labels: {},
    generation: 1,
    revision: 1,
    createdAt: since,
    updatedAt: since,
    deletedAt: null,
    createdBy: 'system',
    spec: { schedulable: true },
    status: {
      ...initialObserved,
      facts: hasCalledEver ? ({ vcpus: 1 } as HostFacts) : null,
      lastSeenAt: null,
      diskFreeBytes: 0,
      recovery: null,
      lostSince,
    },
  };
}
const heard = (silentMs: number | null, upForMs = 1_000_000) => ({
  lastHeardMs: silentMs === null ? null : noonMs - silentMs,
  listeningSinceMs: noonMs - upForMs,
});
const does = (lostSince: string | null, ...[silentMs, upForMs]: Parameters<typeof heard>) =>
  planHost(host(lostSince), heard(silentMs, upForMs), noonMs).actions.map((action) => action.do);

test('a host that is silent for too long is lost, since it was last heard', () => {
  expect(does(null, hostLostAfterMs - 1)).toEqual([]);
  expect(planHost(host(null), heard(hostLostAfterMs), noonMs).actions).toEqual([
    { do: 'mark-lost', since: new Date(noonMs - hostLostAfterMs).toISOString() },
  ]);
  expect(does(since, hostLostAfterMs)).toEqual([]);
});

test('it is looked at again when its time is over', () => {
  expect(planHost(host(null), heard(15_000), noonMs).wakeAfterMs).toBe(hostLostAfterMs - 15_000);
});

test('a lost host is found when it calls, and not because we started anew', () => {
  expect(does(since, 5_000)).toEqual(['mark-found']);
  expect(does(since, null, 5_000)).toEqual([]);
});

test('after a start of ours, every host has its full time to call', () => {
  expect(does(null, null, hostLostAfterMs - 1)).toEqual([]);
  expect(does(null, null, hostLostAfterMs)).toEqual(['mark-lost']);
});

test('a host that never called is not lost but joining', () => {
  expect(planHost(host(null, false), heard(null), noonMs).actions).toEqual([]);
});

test("a late report of an agent's earlier run is not news", () => {
  const runs = new AgentRuns();
  expect(['one', 'one', 'two', 'one', 'two', 'three', 'two'].map((run) => runs.hear('host-1', { incarnation: run }))).toEqual([
    'new',
    'known',
    'new',
    'over',
    'known',
    'new',
    'over',
  ]);
  expect(runs.hear('host-2', { incarnation: 'one' })).toBe('new');
});

test('of two reports of one run the later one counts, in whatever order they come', () => {
  const runs = new AgentRuns();
  const report = (sequence: number, incarnation = 'one') => ({ incarnation, sequence });
  const heard = [report(1), report(3), report(2), report(3), report(1, 'two'), report(4)].map((each) => runs.hear('host-1', each));
  expect(heard).toEqual(['new', 'known', 'over', 'known', 'new', 'over']);
  expect([report(1, 'two'), report(4)].map((each) => runs.isNewest('host-1', each))).toEqual([true, false]);
});
