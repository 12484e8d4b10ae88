import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { keepingRoom } from './room.ts';

const never = new AbortController().signal;
const untilCutOff = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cut off')), { once: true }));

test('work that would fill the disk is cut off, and says so', async () => {
  await expect(keepingRoom(tmpdir(), 2 ** 60, never, untilCutOff)).rejects.toThrow(/are free in .* Remove images/);
});

test('while there is room, work ends as it ends', async () => {
  expect(await keepingRoom(tmpdir(), 0, never, async () => 'done')).toBe('done');
  await expect(keepingRoom(tmpdir(), 0, never, () => Promise.reject(new Error('of its own')))).rejects.toThrow('of its own');
  await expect(keepingRoom(tmpdir(), 2 ** 60, AbortSignal.abort(new Error('given up')), async (signal) => signal.throwIfAborted())).rejects.toThrow(
    'given up',
  );
});
