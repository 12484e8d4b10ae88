import { expect, test } from 'vitest';
import { sleep } from '../../ports/clock.ts';
import { Life } from './fence.ts';
import { SimClock } from './sim-clock.ts';

test('time passes only when told to, and stops where it was told to', async () => {
  const clock = new SimClock(1, 0);
  const seen: number[] = [];
  for (const ms of [30, 10, 20, 10.2]) clock.after(ms, () => seen.push(clock.now()));
  await clock.settle();
  expect([clock.now(), seen]).toEqual([0, []]);
  await clock.run(15);
  expect([clock.now(), seen]).toEqual([15, [10, 11]]);
  await clock.run(100);
  expect([clock.now(), seen]).toEqual([115, [10, 11, 20, 30]]);
});

test('what happens at one instant happens in the order in which it was asked for', async () => {
  const clock = new SimClock(1, 0);
  const seen: number[] = [];
  for (let index = 0; index < 500; index++) clock.after(5, () => seen.push(index));
  await clock.run(5);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen).toHaveLength(500);
});

test('between two events everything goes on that needs no time, however long the chain', async () => {
  const clock = new SimClock(1, 0);
  const seen: string[] = [];
  const chain = async () => {
    for (let step = 0; step < 200; step++) await Promise.resolve();
    seen.push(`chain at ${clock.now()}`);
    await sleep(clock, 1);
    seen.push(`slept at ${clock.now()}`);
  };
  clock.after(1, () => void chain());
  clock.after(2, () => seen.push('next'));
  await clock.run(10);
  expect(seen).toEqual(['chain at 1', 'next', 'slept at 2']);
});

test('who cancels is not called', async () => {
  const clock = new SimClock(1, 0);
  const seen: string[] = [];
  const cancel = clock.after(5, () => seen.push('cancelled'));
  clock.after(5, () => seen.push('kept'));
  cancel();
  await clock.run(10);
  expect(seen).toEqual(['kept']);
});

test('it can be told to run until something has come to be', async () => {
  const clock = new SimClock(1, 0);
  let count = 0;
  const tick = () => void (count++, clock.after(7, tick));
  tick();
  expect(await clock.runUntil(() => count === 5, 1_000)).toBe(true);
  expect(clock.now()).toBe(28);
  expect(await clock.runUntil(() => count === 1_000, 70)).toBe(false);
  expect(clock.now()).toBe(98);
});

test('time that stands still is told, not waited for', async () => {
  const clock = new SimClock(1, 0);
  const again = () => void clock.after(0, again);
  again();
  await expect(clock.run(10)).rejects.toThrow('time stands still');
});

test('chance and ids follow from the seed, and ids sort by their making', async () => {
  const ids = (seed: string) => {
    const clock = new SimClock(seed);
    return Array.from({ length: 50 }, () => clock.uuid());
  };
  expect(ids('a')).toEqual(ids('a'));
  expect(ids('a')).not.toEqual(ids('b'));
  expect(ids('a')).toEqual(ids('a').toSorted());
  expect(ids('a')[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('a life that is over does nothing, hears nothing and is not waited for', async () => {
  const clock = new SimClock(1, 0);
  const life = new Life();
  const done: string[] = [];
  const real = {
    async write(text: string) {
      done.push(text);
      await sleep(clock, 10);
      return text;
    },
  };
  const fenced = life.fence(real);
  const heard: string[] = [];
  life.clock(clock).after(5, () => heard.push('timer'));
  void fenced.write('first').then((text) => heard.push(text));
  await clock.run(3);
  life.end();
  void fenced.write('second').then((text) => heard.push(text));
  await clock.run(100);
  expect([done, heard]).toEqual([['first'], []]);
});
