import { describe, expect, test } from 'vitest';
import type { NewStore } from './conformance.ts';
import { eventsUpToNow, listIds, put, remove, thing } from './conformance-fixture.ts';
import { InvalidCursor, type Store } from './store.ts';

const ten = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

async function fill(store: Store): Promise<number> {
  // Not in the order of ids, and every second one on host h.
  const mixed = [...ten].sort((x, y) => ((x.charCodeAt(0) * 7) % 10) - ((y.charCodeAt(0) * 7) % 10));
  return store.commit(mixed.map((id) => put(thing(id), 0, { indexes: { host: ten.indexOf(id) % 2 === 0 ? 'h' : 'i', all: 'yes' } })));
}

export function describeLists(newStore: NewStore): void {
  describe('lists', () => {
    test('documents come in order of id, page by page, in both directions', async () => {
      const store = await newStore();
      await fill(store);
      for (const limit of [1, 3, 5, 10, 1000]) {
        expect(await listIds(store, { limit })).toEqual(ten);
        expect(await listIds(store, { limit, descending: true })).toEqual([...ten].reverse());
      }
    });

    test('the last page says that it is the last, also when it is full', async () => {
      const store = await newStore();
      await fill(store);
      const first = await store.list({ kind: 'thing', limit: 5 });
      expect(first.nextCursor).not.toBeNull();
      const second = await store.list({ kind: 'thing', limit: 5, cursor: first.nextCursor ?? undefined });
      expect(second.items.map((item) => item.id)).toEqual(['f', 'g', 'h', 'i', 'j']);
      expect(second.nextCursor).toBeNull();
    });

    test('an index gives those under its value, in the same order', async () => {
      const store = await newStore();
      await fill(store);
      const index = { name: 'host', value: 'h' };
      for (const limit of [1, 2, 5, 1000]) {
        expect(await listIds(store, { limit, index })).toEqual(['a', 'c', 'e', 'g', 'i']);
        expect(await listIds(store, { limit, index, descending: true })).toEqual(['i', 'g', 'e', 'c', 'a']);
      }
      expect(await listIds(store, { limit: 5, index: { name: 'host', value: 'nowhere' } })).toEqual([]);
      expect(await listIds(store, { limit: 5, index: { name: 'no-index', value: 'h' } })).toEqual([]);
    });

    test('a document moves in the index when its value changes', async () => {
      const store = await newStore();
      const revision = await fill(store);
      await store.commit([put(thing('a'), revision, { indexes: { host: 'i' } })]);
      expect(await listIds(store, { limit: 10, index: { name: 'host', value: 'h' } })).toEqual(['c', 'e', 'g', 'i']);
      expect(await listIds(store, { limit: 10, index: { name: 'host', value: 'i' } })).toEqual(['a', 'b', 'd', 'f', 'h', 'j']);
      expect(await listIds(store, { limit: 10, index: { name: 'all', value: 'yes' } })).toEqual(ten.slice(1));
    });

    test('documents that come and go while somebody pages disturb none of the others', async () => {
      const store = await newStore();
      const revision = await fill(store);
      const first = await store.list({ kind: 'thing', limit: 4 });
      await store.commit([remove('d', revision), remove('e', revision), put(thing('a1')), put(thing('f1'))]);
      expect(await listIds(store, { limit: 4, cursor: first.nextCursor ?? undefined })).toEqual(['f', 'f1', 'g', 'h', 'i', 'j']);
    });

    test('who watches from the revision of any page of a list misses nothing', async () => {
      const store = await newStore();
      const revision = await fill(store);
      const first = await store.list({ kind: 'thing', limit: 4 });
      const changed = await store.commit([put(thing('b', { name: 'new' }), revision)]);
      const second = await store.list({ kind: 'thing', limit: 4, cursor: first.nextCursor ?? undefined });
      expect(await eventsUpToNow(store, second.revision)).toMatchObject([{ id: 'b', revision: changed, resource: { name: 'new' } }]);
    });

    test('a page has 1 to 1,000 documents', async () => {
      const store = await newStore();
      for (const limit of [0, -1, 1001, 1.5, Number.NaN]) {
        await expect(store.list({ kind: 'thing', limit })).rejects.toBeInstanceOf(RangeError);
      }
    });

    test('a cursor that no page of this list gave is refused', async () => {
      const store = await newStore();
      await fill(store);
      const { nextCursor } = await store.list({ kind: 'thing', limit: 2 });
      expect(nextCursor).toMatch(/^[\w-]+$/);
      await expect(store.list({ kind: 'thing', limit: 2, cursor: nextCursor ?? '', descending: true })).rejects.toBeInstanceOf(InvalidCursor);
      for (const cursor of ['', '0', 'x'.repeat(100_000), btoa('[1,2,3]'), btoa('null'), btoa('{"length":3}'), btoa('["ascending",-1,"a"]')]) {
        await expect(store.list({ kind: 'thing', limit: 2, cursor })).rejects.toBeInstanceOf(InvalidCursor);
      }
    });
  });

  describe('counts', () => {
    test('documents are counted by kind, by index and by its value', async () => {
      const store = await newStore();
      const revision = await fill(store);
      await store.commit([put(thing('z', { kind: 'other' })), put(thing('k'))]);
      expect(await store.count('thing')).toBe(11);
      expect(await store.count('other')).toBe(1);
      expect(await store.count('thing', 'host', 'h')).toBe(5);
      expect(await store.count('thing', 'host', 'nowhere')).toBe(0);
      expect(await store.count('thing', 'host')).toBe(10);
      await store.commit([remove('a', revision), put(thing('c'), revision), put(thing('e'), revision, { indexes: { host: 'i' } })]);
      expect(await store.count('thing')).toBe(10);
      expect(await store.count('thing', 'host', 'h')).toBe(2);
      expect(await store.count('thing', 'host', 'i')).toBe(6);
    });
  });
}
