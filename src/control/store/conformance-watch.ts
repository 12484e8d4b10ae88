import { describe, expect, test } from 'vitest';
import type { NewStore } from './conformance.ts';
import { eventsUpToNow, put, remove, thing } from './conformance-fixture.ts';
import { RevisionCompacted, type Store, type WatchEvent } from './store.ts';

const forever = new AbortController().signal;

function next(watch: AsyncIterator<WatchEvent>): Promise<WatchEvent | null> {
  return watch.next().then((result) => (result.done === true ? null : result.value));
}

function start(store: Store, fromRevision: number, signal = forever): AsyncIterator<WatchEvent> {
  return store.watch(fromRevision, signal)[Symbol.asyncIterator]();
}

export function describeWatch(newStore: NewStore): void {
  describe('watch', () => {
    test('changes are told from the revision asked for, oldest first', async () => {
      const store = await newStore();
      await store.commit([put(thing('a', { project: 'prj-1' }))]);
      await store.commit([put(thing('b'))]);
      await store.commit([put(thing('c'))]);
      expect(await eventsUpToNow(store, 0)).toEqual([
        { revision: 1, op: 'put', kind: 'thing', id: 'a', project: 'prj-1', resource: thing('a', { project: 'prj-1', revision: 1 }) },
        { revision: 2, op: 'put', kind: 'thing', id: 'b', project: null, resource: thing('b', { revision: 2 }) },
        { revision: 3, op: 'put', kind: 'thing', id: 'c', project: null, resource: thing('c', { revision: 3 }) },
      ]);
      expect((await eventsUpToNow(store, 2)).map((event) => event.id)).toContain('c');
      expect((await eventsUpToNow(store, 2)).map((event) => event.id)).not.toContain('b');
    });

    test('a deletion is told with the project that the document had', async () => {
      const store = await newStore();
      const revision = await store.commit([put(thing('a', { project: 'prj-1' }))]);
      await store.commit([remove('a', revision)]);
      expect((await eventsUpToNow(store, 0)).at(-1)).toEqual({ revision: 2, op: 'delete', kind: 'thing', id: 'a', project: 'prj-1', resource: null });
    });

    test('the newest change of a document that changed often is told', async () => {
      const store = await newStore();
      let revision = 0;
      for (let n = 1; n <= 500; n++) revision = await store.commit([put(thing('a', { generation: n }), revision)]);
      expect((await eventsUpToNow(store, 0)).at(-1)).toMatchObject({ revision: 500, resource: { generation: 500, revision: 500 } });
    });

    test('a document that was deleted and made again is alive for the watcher', async () => {
      const store = await newStore();
      const first = await store.commit([put(thing('a'))]);
      await store.commit([remove('a', first)]);
      await store.commit([put(thing('a', { name: 'again' }))]);
      const events = await eventsUpToNow(store, 0);
      expect(events.at(-1)).toMatchObject({ op: 'put', id: 'a', resource: { name: 'again' } });
      for (const event of events) if (event.op === 'delete') expect(event.resource).toBeNull();
    });

    test('a commit of any size is told whole', async () => {
      const store = await newStore();
      const ids = Array.from({ length: 1234 }, (_, n) => `t-${n}`);
      await store.commit(ids.map((id) => put(thing(id))));
      const events = await eventsUpToNow(store, 0);
      expect(new Set(events.map((event) => event.revision))).toEqual(new Set([1]));
      expect(events.map((event) => event.id).sort()).toEqual([...ids].sort());
    });

    test('a watcher that waits is woken by the next commit', async () => {
      const store = await newStore();
      const watch = start(store, 0);
      const event = next(watch);
      await store.commit([put(thing('a'))]);
      expect(await event).toMatchObject({ id: 'a' });
      const second = next(watch);
      await store.commit([]);
      await store.commit([put(thing('b'))]);
      expect(await second).toMatchObject({ id: 'b', revision: 3 });
    });

    test('a refused commit is told to nobody', async () => {
      const store = await newStore();
      const event = next(start(store, 0));
      await expect(store.commit([put(thing('a')), remove('b', 1)])).rejects.toThrow();
      await store.commit([put(thing('c'))]);
      expect(await event).toMatchObject({ id: 'c', revision: 1 });
    });

    test('a slow watcher does not hold up a fast one, and still hears everything', async () => {
      const store = await newStore();
      const slow = start(store, 0);
      const fast = start(store, 0);
      await store.commit([put(thing('first'))]);
      expect(await next(slow)).toMatchObject({ id: 'first' });
      expect(await next(fast)).toMatchObject({ id: 'first' });
      for (let n = 0; n < 300; n++) {
        await store.commit([put(thing(`t-${n}`))]);
        expect(await next(fast)).toMatchObject({ id: `t-${n}` });
      }
      for (let n = 0; n < 300; n++) expect(await next(slow)).toMatchObject({ id: `t-${n}` });
    });

    test('an aborted watch ends at once, whether it waits, tells or has not begun', async () => {
      const store = await newStore();
      await store.commit([put(thing('a')), put(thing('b'))]);
      const abort = new AbortController();
      const waiting = start(store, 1, abort.signal);
      const ended = next(waiting);
      const telling = start(store, 0, abort.signal);
      expect(await next(telling)).not.toBeNull();
      abort.abort();
      expect(await ended).toBeNull();
      expect(await next(telling)).toBeNull();
      expect(await next(start(store, 0, abort.signal))).toBeNull();
      await store.commit([put(thing('c'))]);
      expect(await next(waiting)).toBeNull();
    });

    test('a store that closes ends its watches', async () => {
      const store = await newStore();
      const ended = next(start(store, 0));
      await store.close();
      expect(await ended).toBeNull();
    });
  });

  describe('compaction', () => {
    async function storeWithFive(): Promise<Store> {
      const store = await newStore();
      for (const id of ['a', 'b', 'c', 'd', 'e']) await store.commit([put(thing(id))]);
      return store;
    }

    test('a watcher from before it is told to start over; from exactly there it goes on', async () => {
      const store = await storeWithFive();
      await store.compact(3);
      for (const revision of [0, 2]) {
        await expect(next(start(store, revision))).rejects.toMatchObject({ name: 'RevisionCompacted', oldestRevision: 3 });
      }
      expect((await eventsUpToNow(store, 3)).map((event) => event.id)).toEqual(['d', 'e']);
    });

    test('it forgets no document', async () => {
      const store = await storeWithFive();
      await store.compact(5);
      expect(await store.count('thing')).toBe(5);
      expect((await store.get('thing', 'a'))?.revision).toBe(1);
      expect(await store.commit([remove('a', 1), put(thing('b', { name: 'new' }), 2)])).toBe(6);
    });

    test('a live watcher that has heard everything does not notice it', async () => {
      const store = await storeWithFive();
      const watch = start(store, 4);
      expect(await next(watch)).toMatchObject({ id: 'e' });
      const event = next(watch);
      await store.compact(5);
      await store.commit([put(thing('f'))]);
      expect(await event).toMatchObject({ id: 'f' });
    });

    test('a live watcher that fell behind is told to start over', async () => {
      const store = await storeWithFive();
      const watch = start(store, 5);
      await store.commit([put(thing('f'))]);
      expect(await next(watch)).toMatchObject({ id: 'f' });
      for (let n = 0; n < 2000; n++) await store.commit([put(thing(`t-${n}`))]);
      await store.compact(await store.revision());
      const tellAll = async (): Promise<void> => {
        for (;;) await next(watch);
      };
      await expect(tellAll()).rejects.toBeInstanceOf(RevisionCompacted);
    });

    test('it never goes back, and not beyond the newest revision', async () => {
      const store = await storeWithFive();
      await store.compact(3);
      await store.compact(1);
      await expect(next(start(store, 2))).rejects.toBeInstanceOf(RevisionCompacted);
      await expect(store.compact(6)).rejects.toBeInstanceOf(RangeError);
      expect(await eventsUpToNow(store, 3)).toHaveLength(2);
    });

    test('a watcher from a revision still to come is told to start over: the store was replaced', async () => {
      const store = await storeWithFive();
      await expect(next(start(store, 6))).rejects.toBeInstanceOf(RevisionCompacted);
    });
  });
}
