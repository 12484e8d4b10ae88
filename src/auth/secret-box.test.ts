import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { SecretBox } from './secret-box.ts';

const box = new SecretBox(randomBytes(32));

test('what is sealed opens again, and looks different each time', () => {
  for (const plain of ['', 'a', 'mot de passe : été ✓']) expect(box.open(box.seal(plain))).toBe(plain);
  expect(box.seal('a')).not.toBe(box.seal('a'));
});

test('nothing opens with another key, or after a change of a single character', () => {
  const sealed = box.seal('secret');
  expect(() => new SecretBox(randomBytes(32)).open(sealed)).toThrow('another key');
  for (let at = 0; at < sealed.length - 1; at++) {
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
    expect(() => box.open(changed), changed).toThrow();
  }
  for (const wrong of ['', 'v1', 'v1..', 'v2.a.b', sealed.slice(0, 20)]) expect(() => box.open(wrong)).toThrow();
});

test('a key of the wrong length is refused', () => {
  expect(() => new SecretBox(randomBytes(16))).toThrow('32 bytes');
});
