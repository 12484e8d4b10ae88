import { expect, test } from 'vitest';
import { DriverError } from '../core/driver-error.ts';
import { SimClock } from '../drivers/sim/sim-clock.ts';
import { sleep } from '../ports/clock.ts';
import { Loop, type LoopOptions } from './loop.ts';

function loopOf(options: Partial<LoopOptions> & Pick<LoopOptions, 'reconcile'>, seed = 1) {
  const clock = new SimClock(seed);
  const loop = new Loop({ clock, concurrency: 2, periodMs: 1_000_000, keys: async () => [], ...options });
  return { clock, loop };
}

test('one look at a time at each key, and as many keys at once as it may', async () => {
  const under = new Map<string, number>();
  let [most, mostOfOne] = [0, 0];
  const { clock, loop } = loopOf({
    concurrency: 3,
    async reconcile(key) {
      under.set(key, (under.get(key) ?? 0) + 1);
      most = Math.max(
        most,
        [...under.values()].reduce((sum, each) => sum + each, 0),
      );
      mostOfOne = Math.max(mostOfOne, under.get(key) ?? 0);
      await sleep(clock, 1 + Math.floor(clock.random() * 20));
      under.set(key, (under.get(key) ?? 0) - 1);
      return null;
    },
  });
  loop.start();
  for (let time = 0; time < 500; time++) {
    loop.wake(`key${Math.floor(clock.random() * 6)}`);
    await clock.run(1);
  }
  await clock.run(1_000);
  expect([most, mostOfOne]).toEqual([3, 1]);
  expect(loop.isIdle).toBe(true);
});

test('a wake-up is never lost, whenever it comes: after the last change comes a look', async () => {
  for (let seed = 0; seed < 200; seed++) {
    let value = 0;
    let seen = -1;
    const { clock, loop } = loopOf(
      {
        async reconcile() {
          const found = value;
          await sleep(clock, Math.floor(clock.random() * 10));
          if (clock.random() < 0.2) throw new DriverError('busy', { retry: 'soon' });
          seen = found;
          return clock.random() < 0.3 ? 'again' : clock.random() < 0.5 ? 5 : null;
        },
      },
      seed,
    );
    loop.start();
    for (let change = 0; change < 10; change++) {
      value++;
      loop.wake('a');
      await clock.run(Math.floor(clock.random() * 12));
    }
    await clock.run(60_000);
    expect(seen, `seed ${seed}`).toBe(value);
    loop.stop();
  }
});

test('what fails is tried again at growing intervals, sooner where the world says soon', async () => {
  const intervals = async (retry: 'soon' | 'later' | 'never') => {
    const times: number[] = [];
    const { clock, loop } = loopOf({
      async reconcile() {
        times.push(clock.now());
        throw new DriverError('busy', { retry });
      },
    });
    loop.start();
    loop.wake('a');
    await clock.run(20 * 60_000);
    loop.stop();
    return times.slice(1).map((time, index) => time - (times[index] as number));
  };
  const [soon, later, never] = [await intervals('soon'), await intervals('later'), await intervals('never')];
  expect(soon[0]).toBeLessThan(400);
  expect(Math.max(...soon)).toBeLessThanOrEqual(12_500);
  expect(later[0]).toBeLessThan(1_300);
  expect(Math.max(...later)).toBeGreaterThan(60_000);
  expect(Math.max(...later)).toBeLessThanOrEqual(150_000);
  expect(Math.min(...never)).toBeGreaterThan(200_000);
});

test('success ends the growth', async () => {
  let fails = true;
  const retries: number[] = [];
  const { clock, loop } = loopOf({
    async reconcile() {
      if (fails) throw new Error('ours');
      return null;
    },
    onError: (_key, _error, retryMs) => retries.push(retryMs),
  });
  loop.start();
  loop.wake('a');
  await clock.run(60_000);
  fails = false;
  await clock.run(200_000);
  fails = true;
  const before = retries.length;
  loop.wake('a');
  await clock.run(10);
  expect(retries.length).toBe(before + 1);
  expect(retries.at(-1)).toBeLessThan(1_300);
});

test('a key that fails does not hold up the others, nor does the periodic pass take its back-off away', async () => {
  const looks = new Map<string, number>();
  const { clock, loop } = loopOf({
    periodMs: 1_000,
    keys: async () => ['bad', 'good'],
    async reconcile(key) {
      looks.set(key, (looks.get(key) ?? 0) + 1);
      if (key === 'bad') throw new Error('ours');
      return null;
    },
  });
  loop.start();
  await clock.run(60_000);
  expect(looks.get('good')).toBeGreaterThanOrEqual(60);
  expect(looks.get('bad')).toBeLessThan(12);
});

test('work that gets nowhere slows down instead of turning for ever', async () => {
  let looks = 0;
  const { clock, loop } = loopOf({
    async reconcile() {
      looks++;
      return 'again';
    },
  });
  loop.start();
  loop.wake('a');
  await clock.run(10 * 60_000);
  expect(looks).toBeLessThan(60);
});

test('everything is looked at at the start and at every pass, whatever the wake-ups said', async () => {
  const seen: string[] = [];
  const { clock, loop } = loopOf({
    periodMs: 30_000,
    keys: async () => ['a', 'b'],
    async reconcile(key) {
      seen.push(key);
      return null;
    },
  });
  loop.start();
  await clock.run(61_000);
  expect(seen).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
});

test('a stopped loop looks at nothing, cuts off what is under way, and can be started again', async () => {
  const ends: string[] = [];
  const { clock, loop } = loopOf({
    keys: async () => ['a'],
    async reconcile(_key, signal) {
      await sleep(clock, 1_000, signal);
      ends.push(signal.aborted ? 'cut off' : 'done');
      return 10;
    },
  });
  loop.start();
  await clock.run(500);
  loop.stop();
  loop.wake('a');
  await clock.run(60_000);
  expect(ends).toEqual(['cut off']);
  loop.start();
  await clock.run(1_500);
  expect(ends).toEqual(['cut off', 'done']);
  loop.stop();
});

test('a key that failed before a stop is looked at after the next start', async () => {
  let fails = true;
  let successes = 0;
  const { clock, loop } = loopOf({
    keys: async () => ['a'],
    async reconcile() {
      if (fails) throw new Error('ours');
      successes++;
      return null;
    },
  });
  loop.start();
  await clock.run(10);
  loop.stop();
  fails = false;
  loop.start();
  await clock.run(10);
  expect(successes).toBe(1);
});

test('what fails and writes so down does not wake itself: the back-off is kept', async () => {
  let looks = 0;
  const { clock, loop } = loopOf({
    async reconcile(key) {
      looks++;
      loop.nudge(key);
      throw new DriverError('the mirror is down', { retry: 'later' });
    },
  });
  loop.start();
  loop.wake('a');
  await clock.run(100);
  loop.nudge('a');
  await clock.run(100);
  expect(looks).toBe(1);
  await clock.run(20_000);
  expect(looks).toBeGreaterThan(2);
  expect(looks).toBeLessThan(8);
  loop.wake('a');
  await clock.run(1);
  expect(looks).toBeLessThan(9);
});

test('a nudge during a look is one more look, and one that comes with every look is calmed', async () => {
  let looks = 0;
  const { clock, loop } = loopOf({
    async reconcile(key) {
      if (++looks > 0) loop.nudge(key);
      return null;
    },
  });
  loop.start();
  loop.wake('a');
  await clock.run(50);
  expect(looks).toBe(21);
});
