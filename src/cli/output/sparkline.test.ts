import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sparkline } from './sparkline.ts';

test('values are blocks of their height, gaps are spaces', () => {
  expect(sparkline([0, 0.5, null, 1], 10, 1)).toBe('▁▅ █');
  expect(sparkline([0, 0], 10, 0)).toBe('▁▁');
});

test('more values than columns are told as means of neighbours', () => {
  expect(sparkline([0, 1, null, null, 1, null], 3, 1)).toBe('▅ █');
});

test('a line is never wider than it may be', () => {
  const value = fc.option(fc.double({ min: 0, max: 1e15, noNaN: true }));
  fc.assert(
    fc.property(fc.array(value), fc.integer({ min: 1, max: 80 }), (values, columns) => {
      const most = Math.max(0, ...values.map((each) => each ?? 0));
      expect(sparkline(values, columns, most)).toHaveLength(Math.min(columns, values.length));
    }),
  );
});
