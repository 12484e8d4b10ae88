import { expect, test } from 'vitest';
import { formatIn } from '../../words/format.ts';
import { amountText, fillOf, limitedNames, shownNames, type Usage } from './amounts.ts';
import { inFull, limitsOf } from '../../../core/quota.ts';

test('from 80 % on a quota is nearly used up; at its limit it is full, and more than that is over it', () => {
  expect([0, 15, 16, 19, 20, 21].map((used) => fillOf(used, 20))).toEqual(['of', 'of', 'nearly', 'nearly', 'full', 'over']);
  expect([fillOf(0, 0), fillOf(1, 0)]).toEqual(['none', 'over']);
});

test('amounts have the unit that they are counted in, as the reader writes it', () => {
  const [english, french] = [formatIn('en'), formatIn('fr')];
  expect(amountText(english, 'memoryMib', 1_536)).toBe('1.5\u00a0GiB');
  expect(amountText(french, 'imageGib', 0.5)).toBe('512\u00a0Mio');
  expect(amountText(english, 'instances', 3)).toBe('3');
});

test('what a cloud has none of is shown only where it is limited or taken', () => {
  const usage: Usage = { used: inFull({ snapshots: 1 }), limits: limitsOf({ addresses: 0, vcpus: 8 }, {}) };
  expect(limitedNames(usage)).toEqual(['vcpus', 'addresses']);
  expect(shownNames(usage)).toEqual(['instances', 'vcpus', 'memoryMib', 'diskGib', 'snapshots', 'images', 'imageGib', 'addresses']);
});
