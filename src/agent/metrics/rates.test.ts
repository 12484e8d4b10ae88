import { expect, test } from 'vitest';
import { growth, rate, share } from './rates.ts';

const at = (atMs: number, count: number) => ({ atMs, counters: { count } });

test('a rate is what a counter grew by in a second', () => {
  expect(rate(at(0, 100), at(10_000, 600), 'count')).toBe(50);
  expect(growth(at(0, 100), at(10_000, 600), 'count')).toBe(500);
});

test('there is no rate at the first look, after a pause, for a counter that began anew, or one that nobody counts', () => {
  expect(rate(null, at(10_000, 600), 'count')).toBeNull();
  expect(rate(at(0, 100), at(61_000, 600), 'count')).toBeNull();
  expect(rate(at(0, 100), at(10_000, 99), 'count')).toBeNull();
  expect(rate(at(0, 100), at(0, 100), 'count')).toBeNull();
  expect(rate(at(0, 100), at(10_000, 600), 'other')).toBeNull();
});

test('a share is at most all of it', () => {
  expect(share(5, 10)).toBe(0.5);
  expect(share(11, 10)).toBe(1);
  expect(share(1, 0)).toBeNull();
  expect(share(null, 10)).toBeNull();
});
