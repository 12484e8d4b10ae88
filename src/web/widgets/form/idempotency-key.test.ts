import { expect, test } from 'vitest';
import { IdempotencyKey } from './idempotency-key.ts';

test('the same content sent again has the same key, another content another', () => {
  const key = new IdempotencyKey();
  const first = key.of({ name: 'a' });
  expect(key.of({ name: 'a' })).toBe(first);
  expect(key.of({ name: 'b' })).not.toBe(first);
});
