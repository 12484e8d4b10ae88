import { expect, test } from 'vitest';
import { SimClock } from '../drivers/sim/sim-clock.ts';
import { put, thing } from './store/conformance-fixture.ts';
import { Feed } from './feed.ts';
import { SqliteStore } from './store/sqlite-store.ts';
import type { Store } from './store/store.ts';

async function feedOn(store: Store) {
  const clock = new SimClock(1);
  const feed = new Feed(store, clock);
  await feed.start();
  return { clock, feed };
}

test('all who listen hear of every later commit, once and in order', async () => {
  const store = new SqliteStore(':memory:');
  await store.commit([put(thing('before'))]);
  const { clock, feed } = await feedOn(store);
  const heard: string[][] = [[], []];
  for (const list of heard) feed.subscribe(({ id }) => list.push(id));
  for (const id of ['a', 'b', 'c']) await store.commit([put(thing(id))]);
  await clock.run(10);
  expect(heard).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
  ]);
});

test('who has left hears nothing more, and nobody does after the end', async () => {
  const store = new SqliteStore(':memory:');
  const { clock, feed } = await feedOn(store);
  const heard: string[] = [];
  const leave = feed.subscribe(({ id }) => heard.push(`left ${id}`));
  feed.subscribe(({ id }) => heard.push(id));
  leave();
  await store.commit([put(thing('a'))]);
  await clock.run(10);
  feed.stop();
  await store.commit([put(thing('b'))]);
  await clock.run(10);
  expect(heard).toEqual(['a']);
});

test('a watch that breaks is begun again where it was', async () => {
  const real = new SqliteStore(':memory:');
  let breaks = 3;
  const store: Store = new Proxy<Store>(real, {
    get(target, name) {
      if (name !== 'watch') {
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
      }
      return async function* watch(from: number, signal: AbortSignal) {
        for await (const event of real.watch(from, signal)) {
          yield event;
          if (breaks-- > 0) throw new Error('the disk is slow');
        }
      };
    },
  });
  const { clock, feed } = await feedOn(store);
  const heard: string[] = [];
  feed.subscribe(({ id }) => heard.push(id));
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    await real.commit([put(thing(id))]);
    await clock.run(300);
  }
  await clock.run(10_000);
  // What was told just before it broke may be told again.
  expect([...new Set(heard)]).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('who fell behind a compaction hears of what comes then', async () => {
  const store = new SqliteStore(':memory:');
  const { clock, feed } = await feedOn(store);
  const heard: string[] = [];
  feed.subscribe(({ id }) => heard.push(id));
  // All at once, before the feed can read any of it.
  await Promise.all([store.commit([put(thing('a'))]), store.commit([put(thing('b'))]), store.compact(2)]);
  await clock.run(2_000);
  await store.commit([put(thing('c'))]);
  await clock.run(2_000);
  expect(heard).toContain('c');
});

test('a watch that breaks in the midst of one commit tells the rest of it later', async () => {
  const real = new SqliteStore(':memory:');
  let isBroken = false;
  const { clock, feed } = await feedOn(real);
  const heard = new Set<string>();
  feed.subscribe(({ id }) => {
    if (id === 'b' && !isBroken) {
      isBroken = true;
      throw new Error('once');
    }
    heard.add(id);
  });
  await real.commit(['a', 'b', 'c'].map((id) => put(thing(id))));
  await clock.run(10_000);
  expect(heard).toEqual(new Set(['a', 'b', 'c']));
});
