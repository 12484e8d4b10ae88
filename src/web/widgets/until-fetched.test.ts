import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { untilFetched } from './until-fetched.ts';

const kept = new Map<string, string>();
const reload = vi.fn<() => void>();
let health: () => Promise<{ ok: boolean }>;

beforeEach(() => {
  kept.clear();
  vi.useFakeTimers();
  vi.stubGlobal('sessionStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
  vi.stubGlobal('location', { reload });
  vi.stubGlobal('fetch', () => health());
  reload.mockReset();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const missing = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));

test('a part of the page is asked for until the cloud answers', async () => {
  health = () => Promise.reject(new TypeError('Failed to fetch'));
  let tries = 0;
  const part = untilFetched(() => (++tries < 8 ? missing() : Promise.resolve('here')));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await part).toBe('here');
  expect(reload).not.toHaveBeenCalled();
});

test('a part that the cloud has no more is a newer page: it is loaded, but not again and again', async () => {
  health = () => Promise.resolve({ ok: true });
  const part = untilFetched(missing).catch((error: Error) => error.message);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reload).toHaveBeenCalledTimes(1);
  expect(await part).toContain('Failed to fetch');
});

test('a fault in a part is not asked for again', async () => {
  await expect(untilFetched(() => Promise.reject(new RangeError('ours')))).rejects.toThrow('ours');
});
