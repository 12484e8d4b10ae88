import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StartSlots } from './start-slots.ts';

test('who asks first is first, and a place in the queue is kept', () => {
  const slots = new StartSlots(2, 30_000);
  expect(slots.ask('a', 0)).toBe('free');
  slots.take('a', 0);
  expect(slots.ask('b', 0)).toBe('free');
  expect(slots.ask('c', 0)).toEqual({ position: 1 });
  expect(slots.ask('d', 0)).toEqual({ position: 2 });
  slots.take('b', 0);
  expect(slots.ask('d', 0)).toEqual({ position: 1 });
  expect(slots.release('a')).toEqual(['c']);
  expect(slots.ask('d', 0)).toEqual({ position: 1 });
  expect(slots.ask('c', 0)).toBe('free');
});

test('who holds a slot has it for its next start too', () => {
  const slots = new StartSlots(1, 30_000);
  slots.take('a', 0);
  expect(slots.ask('a', 10)).toBe('free');
});

test('who leaves the queue makes room for the one behind', () => {
  const slots = new StartSlots(1, 30_000);
  slots.take('a', 0);
  slots.ask('b', 0);
  slots.ask('c', 0);
  slots.release('a');
  expect(slots.ask('c', 0)).toEqual({ position: 1 });
  expect(slots.release('b')).toEqual(['c']);
  expect(slots.ask('c', 0)).toBe('free');
  expect(slots.release('nobody')).toEqual([]);
});

test('a guest that does not come up gives its slot away in time', () => {
  const slots = new StartSlots(1, 30_000);
  slots.take('a', 0);
  expect(slots.ask('b', 30_000)).toEqual({ position: 0 });
  expect(slots.ask('b', 30_001)).toBe('free');
});

test('never more hold a slot than there are, and as long as all ask, all come to start', () => {
  const moves = fc.array(fc.record({ id: fc.integer({ min: 0, max: 9 }).map(String), move: fc.constantFrom('ask', 'release') }), { maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), moves, (limit, list) => {
      const slots = new StartSlots(limit, 1_000_000);
      const held = new Set<string>();
      for (const { id, move } of list) {
        if (move === 'release') {
          held.delete(id);
          for (const next of slots.release(id)) expect(held.has(next)).toBe(false);
        } else if (slots.ask(id, 0) === 'free') {
          slots.take(id, 0);
          held.add(id);
        }
        expect(held.size).toBeLessThanOrEqual(limit);
      }
      for (const id of held) slots.release(id);
      const started = new Set<string>();
      for (let round = 0; round < 20; round++) {
        for (const id of '0123456789') {
          if (slots.ask(id, 0) !== 'free') continue;
          slots.take(id, 0);
          slots.release(id);
          started.add(id);
        }
      }
      expect(started.size).toBe(10);
    }),
  );
});
