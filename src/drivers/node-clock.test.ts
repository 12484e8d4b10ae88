import { randomUUIDv7 } from 'node:crypto';
import { expect, test } from 'vitest';
import { increasing, nodeClock } from './node-clock.ts';

test('ids made in the same millisecond sort in the order in which they were made', () => {
  const made = Array.from({ length: 20_000 }, () => nodeClock.uuid());
  expect(made).toEqual(made.toSorted());
  expect(new Set(made).size).toBe(made.length);
  for (const uuid of made) expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
});

test('a clock that is set back gives no id twice and none out of order', () => {
  const times = ['0199f0000002', '0199f0000001', '0199f0000002', '0199f0000003'];
  const uuid = increasing(() => `${(times.shift() ?? '').replace(/^.{8}/, '$&-')}${randomUUIDv7().slice(13)}`);
  expect([uuid(), uuid(), uuid(), uuid()].map((each) => each.slice(0, 18))).toEqual([
    '0199f000-0002-7000',
    '0199f000-0002-7001',
    '0199f000-0002-7002',
    '0199f000-0003-7000',
  ]);
});
