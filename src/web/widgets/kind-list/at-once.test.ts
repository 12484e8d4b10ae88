import { expect, test } from 'vitest';
import { rowAfterKey } from './arrow-keys.ts';
import { atOnce } from './at-once.ts';

test('many are done a few at a time, each once', async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await atOnce(3, [1, 2, 3, 4, 5, 6, 7], new AbortController().signal, async (each) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    done.push(each);
  });
  expect(most).toBe(3);
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test('whoever stops it stops what has not begun', async () => {
  const stop = new AbortController();
  const done: number[] = [];
  await atOnce(1, [1, 2, 3], stop.signal, async (each) => {
    done.push(each);
    if (each === 2) stop.abort();
  });
  expect(done).toEqual([1, 2]);
});

test('arrows lead from row to row and no further than the first and the last', () => {
  expect(rowAfterKey('ArrowDown', -1, 5)).toBe(0);
  expect(rowAfterKey('ArrowUp', 0, 5)).toBe(0);
  expect(rowAfterKey('PageDown', 2, 5)).toBe(4);
  expect(rowAfterKey('End', 0, 5)).toBe(4);
  expect(rowAfterKey('x', 0, 5)).toBeNull();
});
