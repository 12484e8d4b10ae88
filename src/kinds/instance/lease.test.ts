import fc from 'fast-check';
import { expect, test } from 'vitest';
import { days, hours } from '../../core/units.ts';
import { instanceOf, noonMs } from './instance.fixture.ts';
import type { Instance } from './instance.ts';
import { leaseEnd, type LeasePolicy } from './lease.ts';
import { planLease } from './lease.plan.ts';

const policy: LeasePolicy = { maxDays: 30, warnDaysBefore: 7, graceDays: 7 };
const iso = (ms: number) => new Date(ms).toISOString();

test('a lease is counted from now, is a time, or is none', () => {
  const free = { ...policy, maxDays: null };
  expect(leaseEnd('30d', policy, noonMs)).toBe(iso(noonMs + 30 * days));
  expect(leaseEnd('2w', policy, noonMs)).toBe(iso(noonMs + 14 * days));
  expect(leaseEnd('12h', policy, noonMs)).toBe(iso(noonMs + 12 * hours));
  expect(leaseEnd('2026-01-03', policy, noonMs)).toBe('2026-01-03T00:00:00.000Z');
  expect(leaseEnd('2026-01-02T00:00:00+02:00', policy, noonMs)).toBe('2026-01-01T22:00:00.000Z');
  expect(leaseEnd(undefined, policy, noonMs)).toBe(iso(noonMs + 30 * days));
  expect([leaseEnd(undefined, free, noonMs), leaseEnd('never', free, noonMs)]).toEqual([null, null]);
});

test('whatever is asked for, an end is a time to come that the policy allows, or is refused', () => {
  const asked = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.stringMatching(/^\d{1,6}[hdw]$/),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.constant('never'),
  );
  fc.assert(
    fc.property(asked, fc.option(fc.integer({ min: 1, max: 3_650 })), (lease, maxDays) => {
      let end: string | null;
      try {
        end = leaseEnd(lease, { ...policy, maxDays }, noonMs);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(INPUT_INVALID|LIMIT_REACHED)$/) });
        return;
      }
      if (end === null) expect(maxDays).toBe(null);
      else {
        expect(Date.parse(end)).toBeGreaterThan(noonMs);
        expect(Date.parse(end)).toBeLessThanOrEqual(noonMs + (maxDays ?? Infinity) * days);
      }
    }),
  );
});

test('every end comes to its deletion: told at most once, stopped not before the end, deleted not before the grace', () => {
  const ends = fc.integer({ min: 1, max: 400 * 24 }).map((count) => noonMs + count * hours);
  const power = fc.constantFrom('running', 'stopped', 'paused', 'suspended') as fc.Arbitrary<Instance['spec']['power']>;
  fc.assert(
    fc.property(ends, power, fc.integer({ min: 0, max: 20 }), (endMs, first, warnDaysBefore) => {
      const expiresAt = iso(endMs);
      let instance = instanceOf({ power: first, expiresAt }, { createdAt: iso(noonMs) });
      const done: string[] = [];
      for (let nowMs = noonMs, steps = 0; done.at(-1) !== 'delete'; steps++) {
        expect(steps).toBeLessThan(10);
        const { action, nextMs } = planLease(instance, { ...policy, warnDaysBefore }, nowMs);
        if (action === null) expect(nextMs).toBeGreaterThan(nowMs);
        else done.push(action);
        if (action === 'warn') {
          expect(nowMs).toBeLessThan(endMs);
          instance = { ...instance, status: { ...instance.status, leaseWarnedFor: expiresAt } };
        } else if (action === 'stop') {
          expect(nowMs).toBe(endMs);
          instance = { ...instance, spec: { ...instance.spec, power: 'stopped' } };
        } else if (action === 'delete') expect(nowMs).toBe(endMs + 7 * days);
        nowMs = nextMs;
      }
      const wanted = [...(warnDaysBefore === 0 ? [] : ['warn']), ...(first === 'running' || first === 'paused' ? ['stop'] : []), 'delete'];
      expect(done).toEqual(wanted);
    }),
  );
});
