import { expect, test } from 'vitest';
import type { Metrics } from '../../core/metrics.ts';
import { asRows, joinMetrics, lastMeasured, newsFrom, rangeOf } from './metrics.ts';

const history = (from: number, cpu: readonly (number | null)[], stepSeconds = 10): Metrics => ({
  stepSeconds,
  times: cpu.map((_, index) => from + index * stepSeconds),
  series: { cpu },
});

test('news are added at the end, replace what was told too early, and push out what is too old', () => {
  const joined = joinMetrics(history(100, [1, 2, 3, null]), history(120, [3.5, 4, 5]), 40);
  expect(joined).toEqual(history(110, [2, 3.5, 4, 5]));
});

test('a gap stays a gap, and no news change nothing', () => {
  const held = history(100, [1, null, 3]);
  expect(joinMetrics(held, history(120, [3, null, 5]), 3_600)).toEqual(history(100, [1, null, 3, null, 5]));
  expect(joinMetrics(held, history(0, []), 3_600)).toBe(held);
});

test('news after a silence, or of another fineness, do not fit: all of it is read anew', () => {
  expect(joinMetrics(history(100, [1]), history(120, [2]), 3_600)).toBeNull();
  expect(joinMetrics(history(100, [1]), history(100, [2], 60), 3_600)).toBeNull();
});

test('news are asked for from two values before the last one', () => {
  expect(newsFrom(history(100, [1, 2, 3]))).toBe(100);
  expect(newsFrom(history(100, []))).toBeNull();
});

test('the last value is the last that was measured', () => {
  expect(lastMeasured(history(100, [1, 2, null]))).toBe(110);
  expect(lastMeasured(history(100, [null]))).toBeNull();
});

test('a table has few rows, the newest first, and says what was not measured', () => {
  expect(asRows([0, 10, 20, 30, 40], [[1, 3, null, null, 9]], 3)).toEqual([
    { at: 40, values: [9] },
    { at: 20, values: [null] },
    { at: 0, values: [2] },
  ]);
  expect(asRows([], [[]], 3)).toEqual([]);
});

test('an address that names no range means the last hour', () => {
  expect([rangeOf('7d'), rangeOf('1y'), rangeOf(undefined), rangeOf('toString')]).toEqual(['7d', '1h', '1h', '1h']);
});
