import { expect, test } from 'vitest';
import { matrix } from '../../auth/matrix.ts';
import { mayVerb } from '../../auth/scope.ts';
import { presetOf, tokenPresets } from './token-presets.ts';

const may = (preset: keyof typeof tokenPresets) =>
  Object.entries(matrix).flatMap(([subject, verbs]) =>
    Object.keys(verbs)
      .filter((verb) => mayVerb({ project: null, role: null, verbs: tokenPresets[preset], addresses: null }, subject, verb))
      .map((verb) => `${subject}.${verb}`),
  );

test('a token that only looks changes nothing', () => {
  const changing = may('read').filter((each) => !/\.(read|read-[a-z-]+|watch)$/.test(each));
  expect(changing).toEqual([]);
  expect(may('read')).toContain('instance.read-metrics');
});

test('a token that operates starts and stops, and neither makes nor deletes', () => {
  expect(may('operate')).toEqual(expect.arrayContaining(['instance.start', 'instance.stop', 'instance.open-console', 'instance.read']));
  expect(may('operate').filter((each) => /\.(create|delete|update|share|resize)$/.test(each))).toEqual([]);
});

test('a preset is known again by its verbs, in any order', () => {
  expect(presetOf(tokenPresets.operate?.toReversed() ?? null)).toBe('operate');
  expect(presetOf(null)).toBe('all');
  expect(presetOf(['instance.start'])).toBe(null);
});
