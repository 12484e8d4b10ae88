import { expect, test } from 'vitest';
import { keysymOf } from './keysym.ts';

test('text is typed character by character, with Return for each new line', () => {
  expect(Array.from('a€é\n\t', (character) => keysymOf(character))).toEqual([0x61, 0x010020ac, 0xe9, 0xff0d, 0xff09]);
  expect(keysymOf('\u0007')).toBeNull();
});
