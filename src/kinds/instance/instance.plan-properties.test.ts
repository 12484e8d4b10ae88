import fc from 'fast-check';
import { expect, test } from 'vitest';
import { instanceOf, memoryOf, noonMs } from './instance.fixture.ts';
import { ModelHost } from './instance.plan-model.fixture.ts';
import { planInstance, restsByPolicy, type InstanceMemory, type InstanceObserved } from './instance.plan.ts';
import { restartPolicies, type Instance } from './instance.ts';

const because = fc.constantFrom('shutdown', 'destroyed', 'crashed', 'saved', 'failed', 'unknown', null);
const time = fc.integer({ min: noonMs - 1_000_000, max: noonMs });
const serial = fc.integer({ min: 0, max: 3 });

const instances: fc.Arbitrary<Instance> = fc
  .record({
    power: fc.constantFrom('running', 'stopped', 'paused', 'suspended'),
    bootSerial: serial,
    force: fc.boolean(),
    restartPolicy: fc.constantFrom(...restartPolicies),
    stopTimeoutSeconds: fc.integer({ min: 0, max: 3_600 }),
    isDeleted: fc.boolean(),
  })
  .map(({ isDeleted, ...spec }) => instanceOf(spec, { deletedAt: isDeleted ? '2026-01-01T11:00:00.000Z' : null }));

const domains: fc.Arbitrary<InstanceObserved['domain']> = fc.option(
  fc
    .record({
      state: fc.constantFrom('running', 'paused', 'stopping', 'stopped'),
      stoppedBecause: because,
      bootSerial: serial,
      hasSavedState: fc.boolean(),
    })
    .map((domain) => ({ ...domain, hasSavedState: domain.hasSavedState && domain.state === 'stopped' })),
);

const observed: fc.Arbitrary<InstanceObserved> = fc.record({
  domain: domains,
  hasDisk: fc.boolean(),
  hasLease: fc.boolean(),
  leaseIsRight: fc.boolean(),
  image: fc.constantFrom('here' as const, 'missing' as const),
  prepared: fc.boolean(),
  startSlot: fc.oneof(fc.constant('free' as const), fc.record({ position: fc.nat(20) })),
});

const memories: fc.Arbitrary<InstanceMemory> = fc
  .record({
    wishSinceMs: time,
    ranBootSerial: serial,
    exit: fc.option(fc.record({ bootSerial: serial, because: because.map((why) => why ?? 'unknown'), atMs: time })),
    restarts: fc.nat(100),
    lastStartAtMs: time,
    shutdownRequestedAtMs: fc.option(time),
  })
  .map((memory) => memoryOf(memory));

test('whatever is seen and remembered, there is one plan: actions, or a wait with a reason, or rest', () => {
  fc.assert(
    fc.property(instances, observed, memories, (instance, seen, memory) => {
      const frozen = JSON.stringify([instance, seen, memory]);
      const plan = planInstance(instance, seen, memory, noonMs);
      expect(planInstance(instance, seen, memory, noonMs)).toEqual(plan);
      expect(JSON.stringify([instance, seen, memory])).toBe(frozen);
      if (plan.actions.length > 0) expect(plan.waitingFor).not.toBeNull();
      if (plan.waitingFor !== null) {
        for (const text of [plan.waitingFor.code, plan.waitingFor.reason, plan.waitingFor.next]) expect(text).not.toBe('');
        // Only who has to wait for a person may wait for ever.
        if (plan.actions.length === 0 && plan.waitingFor.owner !== 'user') expect(plan.wakeAfterMs).toBeGreaterThan(0);
      }
      if (plan.wakeAfterMs !== null) expect(Number.isFinite(plan.wakeAfterMs)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

/** Lets the plan act until it rests or waits for a person. */
function live(instance: Instance, host: ModelHost): { rounds: number; restedBecause: string } {
  for (let rounds = 0; rounds < 60; rounds++) {
    const plan = host.plan(instance);
    for (const action of plan.actions) host.act(action);
    if (plan.actions.length > 0) continue;
    if (plan.waitingFor === null) return { rounds, restedBecause: 'settled' };
    if (plan.wakeAfterMs === null) return { rounds, restedBecause: plan.waitingFor.code };
    // A guest that is powering itself off gets there.
    if (host.domain?.state === 'stopping' && plan.waitingFor.code === 'guest-stopping') host.powerCut();
    host.pass(plan.wakeAfterMs);
  }
  return { rounds: 60, restedBecause: 'never' };
}

function isAsWanted(instance: Instance, host: ModelHost): boolean {
  const { domain } = host;
  if (instance.deletedAt !== null) return domain === null && !host.hasDisk && !host.hasLease;
  if (restsByPolicy(instance, host.observe(), host.memory)) return true;
  switch (instance.spec.power) {
    case 'stopped':
      return domain === null || (domain.state === 'stopped' && !domain.hasSavedState);
    case 'suspended':
      return domain?.state === 'stopped' && domain.hasSavedState;
    default:
      return domain?.state === instance.spec.power && domain.bootSerial >= (instance.spec.power === 'running' ? instance.spec.bootSerial : 0);
  }
}

test('from whatever is seen, the plan leads to what is wanted in a bounded number of rounds', () => {
  fc.assert(
    fc.property(instances, observed, memories, fc.option(fc.integer({ min: 0, max: 20_000 })), (wanted, seen, memory, guestTakesMs) => {
      // A minute at most: who has an hour is asked twelve hundred times.
      const instance = { ...wanted, spec: { ...wanted.spec, stopTimeoutSeconds: Math.min(60, wanted.spec.stopTimeoutSeconds) } };
      const host = new ModelHost(noonMs, seen, memory);
      host.guestTakesMs = guestTakesMs;
      const { restedBecause } = live(instance, host);
      expect(['settled', 'never-ran']).toContain(restedBecause);
      if (restedBecause === 'settled') expect(isAsWanted(instance, host)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

test('at rest it stays at rest, and a power cut is answered once', () => {
  fc.assert(
    fc.property(instances, observed, memories, (instance, seen, memory) => {
      const host = new ModelHost(noonMs, seen, memory);
      fc.pre(live({ ...instance, spec: { ...instance.spec, stopTimeoutSeconds: 5 } }, host).restedBecause === 'settled');
      host.pass(10_000_000);
      expect(host.plan(instance).actions).toEqual([]);
      host.powerCut();
      const again = live(instance, host);
      expect(again.restedBecause).toBe('settled');
      expect(again.rounds).toBeLessThan(10);
      expect(isAsWanted(instance, host)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
