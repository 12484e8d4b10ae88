import { describe, expect, test } from 'vitest';
import type { Plan } from '../../core/plan.ts';
import { domainOf, instanceOf, memoryOf, noonMs, ranOf, seenOf } from './instance.fixture.ts';
import { planInstance, remember, restsByPolicy, type InstanceAction, type InstanceMemory, type InstanceObserved } from './instance.plan.ts';
import type { InstanceSpec } from './instance.ts';

/** What is done, else what is waited for; nothing: settled. */
function inWords(plan: Plan<InstanceAction>): string {
  const actions = plan.actions.map((action) => (action.do === 'start' ? `start ${action.bootSerial}${action.isRestart ? ' again' : ''}` : action.do));
  if (actions.length > 0) return actions.join(', ');
  return plan.waitingFor === null ? 'settled' : `waits: ${plan.waitingFor.code}`;
}

const plan = (spec: Partial<InstanceSpec>, seen: InstanceObserved, memory: InstanceMemory = ranOf(1), nowMs = noonMs) =>
  inWords(planInstance(instanceOf(spec), seen, memory, nowMs));

const on = domainOf('running');
const paused = domainOf('paused');
const stopping = domainOf('stopping');
const off = (stoppedBecause: string | null) => domainOf('stopped', { stoppedBecause });
const saved = domainOf('stopped', { stoppedBecause: 'saved', hasSavedState: true });
const neverStarted = domainOf('stopped', { bootSerial: 0 });

describe('wanted running', () => {
  test.for([
    ['has its image copied first', seenOf(null, { image: 'missing', prepared: false }), memoryOf(), 'copy-image'],
    ['waits while its image is copied', seenOf(null, { image: { copiedPercent: 40 }, prepared: false }), memoryOf(), 'waits: image-copy'],
    ['is prepared first', seenOf(null, { prepared: false, hasDisk: false, hasLease: false }), memoryOf(), 'prepare'],
    ['is started when prepared', seenOf(null), memoryOf(), 'start 1'],
    ['is started where it is only defined', seenOf(neverStarted), memoryOf(), 'start 1'],
    ['waits for a slot', seenOf(null, { startSlot: { position: 3 } }), memoryOf(), 'waits: start-queue'],
    ['is left alone when it runs', seenOf(on), ranOf(1), 'settled'],
    ['is resumed when paused', seenOf(paused), ranOf(1), 'resume'],
    ['waits for a guest that powers itself off', seenOf(stopping), ranOf(1), 'waits: guest-stopping'],
    ['goes on from saved memory', seenOf(saved), ranOf(1), 'start 1'],
    ['is known by its name again', seenOf(on, { leaseIsRight: false }), ranOf(1), 'ensure-lease'],
    ['is prepared again before memory saved of it goes on', seenOf(saved, { prepared: false }), ranOf(1), 'prepare'],
  ] as const)('%s', ([, seen, memory, expected]) => {
    expect(plan({}, seen, memory)).toBe(expected);
  });

  test('the second boot first ends the one before', () => {
    const second = { bootSerial: 2 };
    expect(plan(second, seenOf(on))).toBe('request-shutdown');
    expect(plan(second, seenOf(paused))).toBe('resume');
    expect(plan({ ...second, force: true }, seenOf(on))).toBe('destroy');
    expect(plan(second, seenOf(off('shutdown')))).toBe('start 2');
    expect(plan(second, seenOf(domainOf('running', { bootSerial: 2 })))).toBe('settled');
  });

  test('memory saved by an earlier boot is dropped, not gone on from', () => {
    expect(plan({ bootSerial: 2 }, seenOf(saved))).toBe('drop-saved-state');
  });
});

describe('after an end that nobody asked for', () => {
  const ends = ['shutdown', 'crashed', 'failed', 'destroyed', 'unknown', null] as const;
  test.for([
    ['always', ['start 1 again', 'start 1 again', 'start 1 again', 'start 1 again', 'start 1 again', 'start 1 again']],
    ['on-failure', ['settled', 'start 1 again', 'start 1 again', 'start 1 again', 'start 1 again', 'start 1 again']],
    ['never', ['settled', 'settled', 'settled', 'settled', 'settled', 'settled']],
  ] as const)('policy %s decides', ([restartPolicy, expected]) => {
    expect(ends.map((because) => plan({ restartPolicy }, seenOf(off(because))))).toEqual(expected);
  });

  test('what was seen counts more than what the hypervisor still knows', () => {
    const memory = ranOf(1, { exit: { bootSerial: 1, because: 'shutdown', atMs: noonMs } });
    expect(plan({}, seenOf(off('unknown')), memory)).toBe('settled');
    expect(plan({}, seenOf(off('unknown')), { ...memory, exit: { bootSerial: 0, because: 'shutdown', atMs: noonMs } })).toBe('start 1 again');
  });

  test('a boot that has not run yet is no restart, whatever the policy', () => {
    expect(plan({ restartPolicy: 'never', bootSerial: 2 }, seenOf(off('crashed')))).toBe('start 2');
  });

  test('restarts come at growing intervals, up to five minutes', () => {
    const waits = Array.from({ length: 12 }, (_, restarts) => {
      const memory = ranOf(1, { restarts, lastStartAtMs: noonMs, exit: { bootSerial: 1, because: 'crashed', atMs: noonMs } });
      return planInstance(instanceOf(), seenOf(off('crashed')), memory, noonMs).wakeAfterMs ?? 0;
    });
    expect(waits).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000]);
  });

  test('the interval counts from the last start, and says until when', () => {
    const memory = ranOf(1, { restarts: 5, lastStartAtMs: noonMs - 6_000, exit: { bootSerial: 1, because: 'crashed', atMs: noonMs } });
    const { waitingFor, wakeAfterMs } = planInstance(instanceOf(), seenOf(off('crashed')), memory, noonMs);
    expect(waitingFor).toMatchObject({
      code: 'restart-interval',
      owner: 'host',
      deadline: '2026-01-01T12:00:10.000Z',
      reason: 'it stopped by itself (crashed) 5 times',
    });
    expect(wakeAfterMs).toBe(10_000);
    expect(plan({}, seenOf(off('crashed')), memory, noonMs + 10_000)).toBe('start 1 again');
  });

  test('a long run is forgiven: the next restart comes at once', () => {
    const memory = ranOf(1, { restarts: 9, lastStartAtMs: noonMs - 600_000, exit: { bootSerial: 1, because: 'crashed', atMs: noonMs } });
    expect(plan({}, seenOf(off('crashed')), memory)).toBe('start 1 again');
  });
});

describe('wanted stopped', () => {
  const stop = { power: 'stopped' } as const;

  test('what is off rests, with nothing saved', () => {
    expect(plan(stop, seenOf(null))).toBe('settled');
    expect(plan(stop, seenOf(off('destroyed')))).toBe('settled');
    expect(plan(stop, seenOf(saved))).toBe('drop-saved-state');
  });

  test('the guest is asked, and asked again every three seconds', () => {
    expect(plan(stop, seenOf(on))).toBe('request-shutdown');
    const asked = ranOf(1, { shutdownRequestedAtMs: noonMs });
    expect(planInstance(instanceOf(stop), seenOf(on), asked, noonMs)).toMatchObject({
      actions: [],
      wakeAfterMs: 3_000,
      waitingFor: { code: 'guest-shutdown', owner: 'guest', deadline: '2026-01-01T12:01:30.000Z', next: 'its power is cut' },
    });
    expect(plan(stop, seenOf(on), asked, noonMs + 3_000)).toBe('request-shutdown');
    expect(plan(stop, seenOf(stopping), asked, noonMs + 3_000)).toBe('request-shutdown');
  });

  test('the last wait before the deadline is no longer than what is left', () => {
    const asked = ranOf(1, { shutdownRequestedAtMs: noonMs + 88_000 });
    expect(planInstance(instanceOf(stop), seenOf(on), asked, noonMs + 88_000).wakeAfterMs).toBe(2_000);
  });

  test('at the deadline, or by force, its power is cut', () => {
    expect(plan(stop, seenOf(on), ranOf(1), noonMs + 89_999)).toBe('request-shutdown');
    for (const seen of [on, paused, stopping]) {
      expect(plan(stop, seenOf(seen), ranOf(1), noonMs + 90_000)).toBe('destroy');
      expect(plan({ ...stop, force: true }, seenOf(seen))).toBe('destroy');
      expect(plan({ ...stop, stopTimeoutSeconds: 0 }, seenOf(seen))).toBe('destroy');
    }
  });

  test('a paused guest is resumed so that it can hear', () => {
    expect(plan(stop, seenOf(paused))).toBe('resume');
  });
});

describe('wanted paused', () => {
  const pause = { power: 'paused' } as const;
  test.for([
    ['a running one is paused', on, 'pause'],
    ['a paused one rests', paused, 'settled'],
    ['one that lost its memory comes up again first', off('unknown'), 'start 1 again'],
    ['one that was never started is started first', null, 'start 1'],
    ['saved memory goes on first', saved, 'start 1'],
  ] as const)('%s', ([, domain, expected]) => {
    expect(plan(pause, seenOf(domain), domain === null ? memoryOf() : ranOf(1))).toBe(expected);
  });

  test('a policy of never lets it lie after a power cut', () => {
    expect(plan({ ...pause, restartPolicy: 'never' }, seenOf(off('unknown')))).toBe('settled');
  });
});

describe('wanted suspended', () => {
  const suspend = { power: 'suspended' } as const;
  test.for([
    ['a running one is saved', on, 'save-state'],
    ['a paused one is saved', paused, 'save-state'],
    ['one that powers itself off is saved while it can be', stopping, 'save-state'],
    ['a saved one rests', saved, 'settled'],
    ['one that ended before it could be saved rests', off('crashed'), 'settled'],
  ] as const)('%s', ([, domain, expected]) => {
    expect(plan(suspend, seenOf(domain))).toBe(expected);
  });

  test('one that never ran says that there is nothing to save', () => {
    const { waitingFor } = planInstance(instanceOf(suspend), seenOf(null), memoryOf(), noonMs);
    expect(waitingFor).toMatchObject({ code: 'never-ran', owner: 'user', next: 'start or delete it' });
  });
});

describe('asked to be deleted', () => {
  const deleted = (seen: InstanceObserved) =>
    inWords(planInstance(instanceOf({}, { deletedAt: '2026-01-01T12:00:00.000Z' }), seen, ranOf(1), noonMs));

  test('its power is cut, then all of it goes, the disk last', () => {
    expect(deleted(seenOf(on))).toBe('destroy, undefine');
    expect(deleted(seenOf(saved))).toBe('undefine');
    expect(deleted(seenOf(off('crashed')))).toBe('undefine');
    expect(deleted(seenOf(null))).toBe('remove-lease');
    expect(deleted(seenOf(null, { hasLease: false }))).toBe('remove-disk');
    expect(deleted(seenOf(null, { hasLease: false, hasDisk: false }))).toBe('settled');
  });
});

describe('what is remembered', () => {
  test('nothing of what was never there', () => {
    const memory = memoryOf();
    expect(remember(memory, null, noonMs)).toBe(memory);
    expect(remember(memory, neverStarted, noonMs)).toBe(memory);
  });

  test('that a boot ran, and how it ended', () => {
    const running = remember(memoryOf({ shutdownRequestedAtMs: noonMs }), on, noonMs);
    expect(running).toMatchObject({ ranBootSerial: 1, exit: null, shutdownRequestedAtMs: null });
    const ended = remember(running, off('shutdown'), noonMs + 5);
    expect(ended).toMatchObject({ ranBootSerial: 1, exit: { bootSerial: 1, because: 'shutdown', atMs: noonMs + 5 } });
    expect(remember(ended, off('unknown'), noonMs + 9)).toBe(ended);
  });

  test('a run that nobody watched, by the number that the hypervisor kept', () => {
    const memory = remember(memoryOf(), off('crashed'), noonMs);
    expect(memory).toMatchObject({ ranBootSerial: 1, exit: { bootSerial: 1, because: 'crashed' } });
    expect(plan({ restartPolicy: 'never' }, seenOf(off('crashed')), memory)).toBe('settled');
  });

  test('a start after an end that nobody watched, as in a power cut, comes at once however many there were', () => {
    const memory = remember(ranOf(1, { restarts: 9, lastStartAtMs: noonMs }), off('crashed'), noonMs, false);
    expect(plan({}, seenOf(off('crashed')), memory)).toBe('start 1 again');
    expect(remember(memory, off('crashed'), noonMs + 9)).toBe(memory);
    const watched = remember(ranOf(1, { restarts: 9, lastStartAtMs: noonMs }), off('crashed'), noonMs);
    expect(plan({}, seenOf(off('crashed')), watched)).toBe('waits: restart-interval');
  });

  test('an end is forgotten when it runs again', () => {
    const ended = remember(ranOf(1), off('crashed'), noonMs);
    expect(remember(ended, on, noonMs)).toMatchObject({ exit: null });
  });

  test('a later boot takes the place of the one before', () => {
    expect(remember(ranOf(1), domainOf('running', { bootSerial: 2 }), noonMs)).toMatchObject({ ranBootSerial: 2, exit: null });
    const ended = ranOf(1, { exit: { bootSerial: 1, because: 'shutdown', atMs: noonMs } });
    expect(remember(ended, domainOf('stopped', { bootSerial: 2, stoppedBecause: 'crashed' }), noonMs)).toMatchObject({
      ranBootSerial: 2,
      exit: { bootSerial: 2, because: 'crashed' },
    });
  });
});

describe('resting by policy', () => {
  const rests = (spec: Partial<InstanceSpec>, domain: InstanceObserved['domain'], memory = ranOf(1)) =>
    restsByPolicy(instanceOf(spec), seenOf(domain), memory);

  test('only what has run and is off, and was not asked to be off', () => {
    expect(rests({ restartPolicy: 'never' }, off('crashed'))).toBe(true);
    expect(rests({ restartPolicy: 'never' }, null)).toBe(true);
    for (const domain of [on, paused, stopping, saved]) expect(rests({ restartPolicy: 'never' }, domain)).toBe(false);
    expect(rests({ restartPolicy: 'never' }, off('crashed'), memoryOf())).toBe(false);
    expect(rests({ restartPolicy: 'never', power: 'stopped' }, off('crashed'))).toBe(false);
  });
});
