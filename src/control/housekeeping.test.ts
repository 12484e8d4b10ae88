import { expect, test } from 'vitest';
import { keepHouse } from './housekeeping.ts';
import { RevisionCompacted, type Change } from './store/store.ts';
import { SqliteStore } from './store/sqlite-store.ts';

const record = (kind: string, id: string): Change => ({
  op: 'put',
  expectedRevision: 0,
  indexed: { keys: [], indexes: {} },
  resource: {
    kind,
    id,
    name: id,
    project: null,
    labels: {},
    generation: 1,
    revision: 0,
    createdAt: '',
    updatedAt: '',
    deletedAt: null,
    createdBy: '',
    spec: {},
    status: {},
  },
});

test('the oldest events go when there are more than are kept, and nothing else does', async () => {
  const store = new SqliteStore(':memory:');
  await store.commit([record('instance', 'i-1')]);
  for (let n = 10; n < 40; n++) await store.commit([record('event', `evt-${n}`)]);
  await keepHouse({ store, clock: {} as never, eventsKept: 12 });
  const { items } = await store.list({ kind: 'event', limit: 100 });
  expect(items.map((event) => event.id)).toEqual(Array.from({ length: 12 }, (_, n) => `evt-${28 + n}`));
  expect(await store.get('instance', 'i-1')).not.toBeNull();
});

test('a watcher that is further behind than is kept is told to start over', async () => {
  const store = new SqliteStore(':memory:');
  for (let n = 10; n < 40; n++) await store.commit([record('instance', `i-${n}`)]);
  await keepHouse({ store, clock: {} as never, revisionsKept: 5 });
  const late = store.watch(3, new AbortController().signal)[Symbol.asyncIterator]();
  await expect(late.next()).rejects.toBeInstanceOf(RevisionCompacted);
});
