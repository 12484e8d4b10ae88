import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { SimClock } from '../drivers/sim/sim-clock.ts';
import { readAtMost } from './read-at-most.ts';

test('a host that dials back and then says nothing keeps nobody waiting for ever', async () => {
  const clock = new SimClock('read');
  const stream = new PassThrough();
  const answer = readAtMost(stream, 1_000, clock).catch((error: unknown) => error);
  await clock.run(40_000);
  expect(await answer).toMatchObject({ code: 'UNAVAILABLE' });
  expect(stream.destroyed).toBe(true);
});

test('what has come is what there is, and no more than was asked for', async () => {
  const clock = new SimClock('read');
  const stream = new PassThrough();
  stream.end('hello there');
  expect((await readAtMost(stream, 5, clock)).toString()).toBe('hello');
  const cut = new PassThrough();
  cut.write('half');
  const half = readAtMost(cut, 1_000, clock);
  await clock.run(40_000);
  expect((await half).toString()).toBe('half');
});
