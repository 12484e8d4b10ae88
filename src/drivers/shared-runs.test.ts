import { expect, test, vi } from 'vitest';
import { SharedRuns } from './shared-runs.ts';

const forever = (): AbortSignal => new AbortController().signal;
const ignore = (): void => undefined;

test('two callers share one run, its progress and its result', async () => {
  const runs = new SharedRuns<number, string>();
  const gate = Promise.withResolvers<string>();
  const start = vi.fn(async (report: (progress: number) => void) => {
    report(1);
    const result = await gate.promise;
    report(2);
    return result;
  });
  const seen: [string, number][] = [];
  const first = runs.join('a', 's', start, (n) => seen.push(['first', n]), forever());
  await Promise.resolve();
  const second = runs.join('a', 's', start, (n) => seen.push(['second', n]), forever());
  gate.resolve('done');
  expect(await Promise.all([first, second])).toEqual(['done', 'done']);
  expect(start).toHaveBeenCalledTimes(1);
  expect(seen).toEqual(expect.arrayContaining([['first', 1], ['second', 1], ['first', 2], ['second', 2]])); // prettier-ignore
});

test('one caller may leave and the run goes on; it ends when the last one leaves', async () => {
  const runs = new SharedRuns<number, string>();
  let ended = false;
  const start = (_report: unknown, signal: AbortSignal): Promise<string> =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => ((ended = true), reject(signal.reason))));
  const [one, two] = [new AbortController(), new AbortController()];
  const first = runs.join('a', 's', start, ignore, one.signal);
  const second = runs.join('a', 's', start, ignore, two.signal);
  await Promise.resolve();
  one.abort(new Error('first left'));
  await expect(first).rejects.toThrow('first left');
  expect(ended).toBe(false);
  two.abort(new Error('second left'));
  await expect(second).rejects.toThrow('second left');
  expect(ended).toBe(true);
});

test('a new caller waits until an abandoned run is over, then starts its own', async () => {
  const runs = new SharedRuns<number, string>();
  const order: string[] = [];
  const slow = (_report: unknown, signal: AbortSignal): Promise<string> =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => setTimeout(() => (order.push('old over'), reject(signal.reason)), 20)));
  const one = new AbortController();
  const first = runs.join('a', 's', slow, ignore, one.signal);
  first.catch(ignore);
  await Promise.resolve();
  one.abort(new Error('left'));
  await runs.join('a', 's', async () => (order.push('new began'), 'x'), ignore, forever());
  expect(order).toEqual(['old over', 'new began']);
});

test('the same key with another subject is refused', async () => {
  const runs = new SharedRuns<number, string>();
  const gate = Promise.withResolvers<string>();
  const first = runs.join('a', { url: 'x' }, () => gate.promise, ignore, forever());
  await expect(runs.join('a', { url: 'y' }, () => gate.promise, ignore, forever())).rejects.toThrow(/another source/);
  gate.resolve('done');
  await first;
});
