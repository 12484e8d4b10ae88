import { expect, test } from 'vitest';
import { SimClock } from '../drivers/sim/sim-clock.ts';
import { sleep } from '../ports/clock.ts';
import { latest } from './latest.ts';

test('a fresh answer when it comes in time, else the one before; only the first is waited for to the end', async () => {
  const clock = new SimClock(1, 0);
  let takesMs = 30_000;
  let asked = 0;
  const ask = latest(clock, async () => {
    const mine = ++asked;
    await sleep(clock, takesMs);
    if (mine === 4) throw new Error('the disk is broken');
    return mine;
  });
  const answers: string[] = [];
  const tell = async () => void answers.push(`${await ask()} at ${clock.now()}`);
  const times = async (ms: number) => {
    void tell();
    await clock.run(ms);
  };
  await times(40_000);
  takesMs = 100;
  await times(1_000);
  takesMs = 9_000;
  await times(3_000);
  await times(10_000);
  await times(20_000);
  expect(answers).toEqual(['1 at 30000', '2 at 40100', '2 at 43000', '2 at 46000', '3 at 56000']);
  expect(asked).toBe(4);
});

test('a failure of the first is told', async () => {
  const clock = new SimClock(1, 0);
  await expect(latest(clock, () => Promise.reject(new Error('no disk')))()).rejects.toThrow('no disk');
});
