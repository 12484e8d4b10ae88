import { describe, expect, test } from 'vitest';
import type { NewStore } from './conformance.ts';
import { put, remove, thing, unchanged } from './conformance-fixture.ts';
import { type Change, CommitConflict } from './store.ts';

export function describeDocuments(newStore: NewStore): void {
  describe('documents', () => {
    test('an empty store is at revision 0 and has nothing', async () => {
      const store = await newStore();
      expect(await store.revision()).toBe(0);
      expect(await store.get('thing', 'a')).toBeNull();
      expect(await store.getByKey('thing', 'name/a')).toBeNull();
      expect(await store.count('thing')).toBe(0);
      expect(await store.list({ kind: 'thing', limit: 1 })).toEqual({ items: [], nextCursor: null, revision: 0 });
    });

    test('a document comes back as it was put, at the revision of its commit', async () => {
      const store = await newStore();
      const document = thing('a', {
        name: 'Œuvre "quoted" \u0000 \ud83d\ude00',
        project: 'prj-1',
        revision: 99,
        spec: { deep: [{ null: null, number: 1.5e300, empty: '' }], sizeBytes: Number.MAX_SAFE_INTEGER },
      });
      expect(await store.commit([put(document)])).toBe(1);
      expect(await store.get('thing', 'a')).toEqual({ ...document, revision: 1 });
      expect(await store.get('other', 'a')).toBeNull();
    });

    test('a document given out is a copy: changing it does not change the store', async () => {
      const store = await newStore();
      const spec = { size: 1 };
      await store.commit([put(thing('a', { spec }))]);
      spec.size = 2;
      const got = (await store.get('thing', 'a')) as { spec: { size: number } } | null;
      if (got) got.spec.size = 3;
      expect((await store.get('thing', 'a'))?.spec).toEqual({ size: 1 });
    });

    test('every commit grows the revision by one and gives it to all that it puts', async () => {
      const store = await newStore();
      await store.commit([put(thing('a'))]);
      expect(await store.commit([put(thing('b')), put(thing('c'))])).toBe(2);
      expect(await store.revision()).toBe(2);
      expect((await store.get('thing', 'a'))?.revision).toBe(1);
      expect((await store.get('thing', 'b'))?.revision).toBe(2);
      expect((await store.get('thing', 'c'))?.revision).toBe(2);
    });

    test('a change made on what somebody else has changed meanwhile is refused', async () => {
      const store = await newStore();
      const first = await store.commit([put(thing('a'))]);
      const second = await store.commit([put(thing('a', { name: 'new' }), first)]);
      for (const late of [put(thing('a'), first), put(thing('a'), 0), put(thing('a'), second + 1), remove('a', first)]) {
        await expect(store.commit([late])).rejects.toMatchObject({ name: 'CommitConflict', reason: 'revision', kind: 'thing', id: 'a', key: null });
      }
      expect(await store.get('thing', 'a')).toMatchObject({ name: 'new', revision: second });
    });

    test('a document that does not exist can neither be replaced nor deleted', async () => {
      const store = await newStore();
      for (const change of [put(thing('a'), 1), remove('a', 0), remove('a', 1)]) {
        await expect(store.commit([change])).rejects.toBeInstanceOf(CommitConflict);
      }
    });

    test('a deleted document is gone, with its key and its place in lists and counts', async () => {
      const store = await newStore();
      const revision = await store.commit([put(thing('a'), 0, { keys: ['name/a'], indexes: { host: 'h' } })]);
      expect(await store.commit([remove('a', revision)])).toBe(revision + 1);
      expect(await store.get('thing', 'a')).toBeNull();
      expect(await store.getByKey('thing', 'name/a')).toBeNull();
      expect((await store.list({ kind: 'thing', limit: 10 })).items).toEqual([]);
      expect(await store.count('thing')).toBe(0);
      expect(await store.count('thing', 'host', 'h')).toBe(0);
    });

    test('a refused commit leaves nothing behind, not even a revision', async () => {
      const store = await newStore();
      await store.commit([put(thing('a'), 0, { keys: ['name/a'], indexes: { host: 'h' } })]);
      const changes = [
        put(thing('b'), 0, { keys: ['name/b'], indexes: { host: 'h' } }),
        put(thing('a', { name: 'new' }), 1, { keys: ['name/new'], indexes: { host: 'i' } }),
      ];
      await expect(store.commit([...changes, remove('c', 7)])).rejects.toMatchObject({ reason: 'revision', id: 'c' });
      await expect(store.commit([...changes, put(thing('c'), 0, { keys: ['name/b'] })])).rejects.toMatchObject({ reason: 'key', id: 'c' });
      expect(await store.revision()).toBe(1);
      expect(await store.get('thing', 'b')).toBeNull();
      expect(await store.getByKey('thing', 'name/b')).toBeNull();
      expect(await store.getByKey('thing', 'name/new')).toBeNull();
      expect((await store.getByKey('thing', 'name/a'))?.name).toBe('a');
      expect([await store.count('thing'), await store.count('thing', 'host', 'h'), await store.count('thing', 'host', 'i')]).toEqual([1, 1, 0]);
    });

    test('one commit cannot change one document twice', async () => {
      const store = await newStore();
      await expect(store.commit([put(thing('a')), put(thing('a'))])).rejects.toMatchObject({ reason: 'revision' });
      const revision = await store.commit([put(thing('a'))]);
      await expect(store.commit([put(thing('a'), revision), remove('a', revision)])).rejects.toMatchObject({ reason: 'revision' });
      await expect(store.commit([put(thing('a'), revision), remove('a', revision + 1)])).rejects.toMatchObject({ reason: 'revision' });
    });

    test('a commit that leans on a document is refused when that one has changed, and leaves it as it is', async () => {
      const store = await newStore();
      const first = await store.commit([put(thing('a'), 0, { keys: ['k'], indexes: { i: 'v' } })]);
      await store.commit([put(thing('b')), unchanged('a', first), unchanged('none', 0)]);
      expect(await store.get('thing', 'a')).toMatchObject({ revision: first });
      expect((await store.getByKey('thing', 'k'))?.id).toBe('a');
      expect(await store.count('thing', 'i', 'v')).toBe(1);
      const second = await store.commit([put(thing('a'), first)]);
      for (const leant of [unchanged('a', first), unchanged('a', 0), unchanged('none', 1)]) {
        await expect(store.commit([put(thing('c')), leant])).rejects.toMatchObject({ name: 'CommitConflict', reason: 'revision', key: null });
      }
      await expect(store.commit([remove('a', second), unchanged('a', second)])).rejects.toBeInstanceOf(CommitConflict);
      expect(await store.get('thing', 'c')).toBeNull();
    });

    test('a commit that leans on an index being empty is refused when something is in it, and leaves nothing behind', async () => {
      const store = await newStore();
      const empty = (value: string): Change => ({ op: 'empty', kind: 'thing', index: { name: 'host', value } });
      const first = await store.commit([put(thing('a'), 0, { indexes: { host: 'h' } }), empty('h'), empty('i')]);
      await expect(store.commit([put(thing('b')), empty('h')])).rejects.toMatchObject({
        name: 'CommitConflict',
        reason: 'not-empty',
        kind: 'thing',
        id: 'h',
      });
      expect(await store.get('thing', 'b')).toBeNull();
      expect(await store.revision()).toBe(first);
      const second = await store.commit([put(thing('b')), empty('i'), { ...empty('h'), kind: 'other' } as Change]);
      await store.commit([remove('a', first)]);
      await store.commit([remove('b', second), empty('h')]);
      expect(await store.count('thing')).toBe(0);
    });

    test('of many who change one document at the same time, exactly one succeeds', async () => {
      const store = await newStore();
      const revision = await store.commit([put(thing('a'))]);
      const tries = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => store.commit([put(thing('a', { name: `n${n}` }), revision)])));
      expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
      expect(await store.revision()).toBe(revision + 1);
    });

    test('a closed store refuses to work, and closing it again is free', async () => {
      const store = await newStore();
      await store.close();
      await store.close();
      await expect(store.get('thing', 'a')).rejects.toThrow('closed');
      await expect(store.commit([put(thing('a'))])).rejects.toThrow('closed');
    });
  });

  describe('unique keys', () => {
    test('a document is found by each of its keys, within its kind', async () => {
      const store = await newStore();
      await store.commit([put(thing('a'), 0, { keys: ['name/x', 'mac/1', 'name/x'] }), put(thing('b', { kind: 'other' }), 0, { keys: ['name/x'] })]);
      expect((await store.getByKey('thing', 'name/x'))?.id).toBe('a');
      expect((await store.getByKey('thing', 'mac/1'))?.id).toBe('a');
      expect((await store.getByKey('other', 'name/x'))?.id).toBe('b');
    });

    test('a key that is taken is refused with its name', async () => {
      const store = await newStore();
      await store.commit([put(thing('a'), 0, { keys: ['name/x'] })]);
      await expect(store.commit([put(thing('b'), 0, { keys: ['name/x'] })])).rejects.toMatchObject({
        name: 'CommitConflict',
        reason: 'key',
        kind: 'thing',
        id: 'b',
        key: 'name/x',
      });
      await expect(store.commit([put(thing('c'), 0, { keys: ['k'] }), put(thing('d'), 0, { keys: ['k'] })])).rejects.toMatchObject({ reason: 'key' });
    });

    test('a key is free again when its document gives it up, also within the same commit and in any order', async () => {
      const store = await newStore();
      const first = await store.commit([put(thing('a'), 0, { keys: ['x'] }), put(thing('b'), 0, { keys: ['y'] })]);
      const second = await store.commit([put(thing('a'), first, { keys: ['y'] }), put(thing('b'), first, { keys: ['x'] })]);
      expect((await store.getByKey('thing', 'x'))?.id).toBe('b');
      expect((await store.getByKey('thing', 'y'))?.id).toBe('a');
      await store.commit([put(thing('c'), 0, { keys: ['x'] }), remove('b', second)]);
      expect((await store.getByKey('thing', 'x'))?.id).toBe('c');
    });
  });
}
