import { expect, test } from 'vitest';
import { leaseEnd } from '../lease.ts';
import { leaseChoices, leaseOf, leaseProblem, possibleChoices } from './lease.ts';

test('only what is shorter than the longest is offered beside it', () => {
  expect(possibleChoices(null)).toEqual(leaseChoices);
  expect(possibleChoices(30)).toEqual(['longest', '1d', '7d', 'own']);
  expect(possibleChoices(1)).toEqual(['longest', 'own']);
});

test('what is right here is granted by the cloud, and what is too long is refused by both', () => {
  const policy = (maxDays: number | null) => ({ maxDays, warnDaysBefore: 1, graceDays: 7 });
  for (const longest of [null, 1, 10, 90])
    for (const choice of possibleChoices(longest))
      for (const days of ['', 0, 1, 1.5, 10, 11, 90, 400, 99_999, 100_000, 'x']) {
        const draft = { choice, days };
        const end = () => leaseEnd(leaseOf(draft), policy(longest), Date.UTC(2026, 0));
        if (leaseProblem(draft, longest) === null) expect(end, JSON.stringify(draft)).not.toThrow();
        else expect(end, JSON.stringify(draft)).toThrow();
      }
});
