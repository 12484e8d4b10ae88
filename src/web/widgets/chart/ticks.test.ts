import { expect, test } from 'vitest';
import { loneValues, timeLabels } from './ticks.ts';

const at = (day: number, hour: number) => new Date(2026, 10, day, hour).getTime() / 1_000;

test('an axis of hours tells the clock in the reader’s manner, and the day where it begins', () => {
  expect(timeLabels('fr', [at(20, 18), at(21, 0), at(21, 6)], 21_600)).toEqual(['18:00\n20 nov.', '00:00\n21 nov.', '06:00']);
  expect(timeLabels('en', [at(21, 13), at(21, 14)], 3_600).map((label) => label.replace(/\s/, ' '))).toEqual(['1:00 PM', '2:00 PM']);
});

test('an axis of days tells the days', () => {
  expect(timeLabels('fr', [at(20, 0), at(21, 0)], 86_400)).toEqual(['20 nov.', '21 nov.']);
});

test('a value between two gaps is shown as a point', () => {
  expect(loneValues([1, null, 2, null, 3, 4, null, 5])).toEqual([0, 2, 7]);
});
