import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Resource } from '../../core/resource.ts';
import type { NewStore } from './conformance.ts';
import { eventsUpToNow, listIds, put, remove, thing } from './conformance-fixture.ts';
import { CommitConflict, type DocumentChange, type Indexed, RevisionCompacted, type Store, type WatchEvent } from './store.ts';

/** The store as a few lines of plain data: what every implementation must look like from outside. */
interface Model {
  revision: number;
  compacted: number;
  documents: Map<string, { readonly resource: Resource; readonly indexed: Indexed }>;
  /** Revision of the last change of every document that ever was. */
  changedAt: Map<string, number>;
}

interface Real {
  readonly store: Store;
  /** What somebody knows who lists nothing and only watches, from the beginning. */
  readonly replica: Map<string, Resource>;
  readonly watch: AsyncIterator<WatchEvent>;
}

type Command = fc.AsyncCommand<Model, Real>;

interface WantedChange {
  readonly op: 'put' | 'delete';
  readonly id: string;
  readonly keys: readonly string[];
  readonly indexes: Readonly<Record<string, string>>;
  /** What is written is told apart by it. */
  readonly generation: number;
  /** Added to the revision that would be right. */
  readonly mistake: number;
}

const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
const values = ['x', 'y'];

/** What the model makes of a commit; null when it must be refused. */
function expected(model: Model, changes: readonly DocumentChange[]): Model['documents'] | null {
  const documents = new Map(model.documents);
  const touched = new Set<string>();
  for (const change of changes) {
    const id = change.op === 'put' ? change.resource.id : change.id;
    const found = model.documents.get(id);
    if (touched.has(id) || change.expectedRevision !== (found?.resource.revision ?? 0)) return null;
    if (change.op === 'delete' && found === undefined) return null;
    touched.add(id);
    if (change.op === 'delete') documents.delete(id);
    else if (change.op === 'put') documents.set(id, { resource: { ...change.resource, revision: model.revision + 1 }, indexed: change.indexed });
  }
  const keys = [...documents.values()].flatMap(({ indexed }) => [...new Set(indexed.keys)]);
  return new Set(keys).size === keys.length ? documents : null;
}

class Commit implements Command {
  readonly wanted: readonly WantedChange[];
  constructor(wanted: readonly WantedChange[]) {
    this.wanted = wanted;
  }
  check(): boolean {
    return true;
  }
  async run(model: Model, { store }: Real): Promise<void> {
    const changes = this.wanted.map(({ op, id, keys, indexes, generation, mistake }) => {
      const revision = Math.max(0, (model.documents.get(id)?.resource.revision ?? 0) + mistake);
      return op === 'put' ? put(thing(id, { generation }), revision, { keys, indexes }) : remove(id, revision);
    });
    const documents = expected(model, changes);
    if (documents === null) {
      await expect(store.commit(changes)).rejects.toBeInstanceOf(CommitConflict);
    } else {
      model.revision++;
      expect(await store.commit(changes)).toBe(model.revision);
      model.documents = documents;
      for (const { id } of this.wanted) model.changedAt.set(id, model.revision);
    }
    expect(await store.revision()).toBe(model.revision);
  }
  toString(): string {
    return `commit(${JSON.stringify(this.wanted)})`;
  }
}

class ReadEverything implements Command {
  readonly limit: number;
  constructor(limit: number) {
    this.limit = limit;
  }
  check(): boolean {
    return true;
  }
  async run(model: Model, { store }: Real): Promise<void> {
    const { limit } = this;
    for (const id of ids) expect(await store.get('thing', id)).toEqual(model.documents.get(id)?.resource ?? null);
    for (const key of values) {
      const owner = [...model.documents.values()].find(({ indexed }) => indexed.keys.includes(key));
      expect(await store.getByKey('thing', key)).toEqual(owner?.resource ?? null);
    }
    const all = [...model.documents.keys()].sort();
    expect(await store.count('thing')).toBe(all.length);
    expect(await listIds(store, { limit })).toEqual(all);
    expect(await listIds(store, { limit, descending: true })).toEqual(all.toReversed());
    for (const name of ['host', 'project']) {
      for (const value of values) {
        const some = all.filter((id) => model.documents.get(id)?.indexed.indexes[name] === value);
        expect(await store.count('thing', name, value)).toBe(some.length);
        expect(await listIds(store, { limit, index: { name, value } })).toEqual(some);
        expect(await listIds(store, { limit, index: { name, value }, descending: true })).toEqual(some.toReversed());
      }
    }
  }
  toString(): string {
    return `readEverything(${this.limit})`;
  }
}

class Compact implements Command {
  readonly back: number;
  constructor(back: number) {
    this.back = back;
  }
  check(): boolean {
    return true;
  }
  async run(model: Model, real: Real): Promise<void> {
    // The replica's watcher is kept up to date: what happens to one that is not is WatchFrom's business.
    await catchUp(model, real);
    const revision = Math.max(0, model.revision - this.back);
    await real.store.compact(revision);
    model.compacted = Math.max(model.compacted, revision);
  }
  toString(): string {
    return `compact(newest - ${this.back})`;
  }
}

class WatchFrom implements Command {
  readonly back: number;
  constructor(back: number) {
    this.back = back;
  }
  check(model: Model): boolean {
    return model.revision >= this.back;
  }
  async run(model: Model, { store }: Real): Promise<void> {
    const from = model.revision - this.back;
    if (from < model.compacted) {
      const watch = store.watch(from, new AbortController().signal)[Symbol.asyncIterator]();
      await expect(watch.next()).rejects.toBeInstanceOf(RevisionCompacted);
      return;
    }
    const events = await eventsUpToNow(store, from);
    const told = new Map<string, WatchEvent>();
    events.forEach((event, n) => {
      expect(event.revision).toBeGreaterThanOrEqual(events[n - 1]?.revision ?? from + 1);
      if (event.op === 'delete') expect(event.resource).toBeNull();
      if (ids.includes(event.id)) told.set(event.id, event);
    });
    model.revision++;
    for (const id of ids) {
      const changedAt = model.changedAt.get(id) ?? 0;
      const resource = model.documents.get(id)?.resource ?? null;
      if (changedAt <= from) expect(told.has(id)).toBe(false);
      else expect(told.get(id)).toMatchObject({ revision: changedAt, op: resource === null ? 'delete' : 'put', resource });
    }
    const last = `~last-${model.revision - 1}`;
    const { items } = await store.list({ kind: 'thing', limit: 1, descending: true });
    expect(items[0]?.id).toBe(last);
    await store.commit([remove(last, model.revision)]);
    model.revision++;
  }
  toString(): string {
    return `watchFrom(newest - ${this.back})`;
  }
}

/** Lets the replica hear all there is, the end being a document made for it. */
async function catchUp(model: Model, { store, watch, replica }: Real): Promise<void> {
  const made = await store.commit([put(thing('~end'))]);
  const last = await store.commit([remove('~end', made)]);
  model.revision += 2;
  for (;;) {
    const { value, done } = await watch.next();
    if (done === true) throw new Error('the watch ended');
    if (value.resource === null) replica.delete(value.id);
    else replica.set(value.id, value.resource);
    if (value.revision === last) break;
  }
  expect(replica).toEqual(new Map([...model.documents].map(([id, { resource }]) => [id, resource])));
}

const wantedChange: fc.Arbitrary<WantedChange> = fc.record({
  op: fc.constantFrom('put', 'put', 'put', 'delete'),
  id: fc.constantFrom(...ids),
  keys: fc.array(fc.constantFrom(...values), { maxLength: 2 }),
  indexes: fc.dictionary(fc.constantFrom('host', 'project'), fc.constantFrom(...values), { noNullPrototype: true }),
  generation: fc.nat(),
  mistake: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1, -1),
});

const commands = fc.commands(
  [
    fc.array(wantedChange, { maxLength: 4 }).map((wanted) => new Commit(wanted)),
    fc.array(wantedChange, { minLength: 1, maxLength: 1 }).map((wanted) => new Commit(wanted)),
    fc.integer({ min: 1, max: 7 }).map((limit) => new ReadEverything(limit)),
    fc.nat({ max: 10 }).map((back) => new Compact(back)),
    fc.nat({ max: 10 }).map((back) => new WatchFrom(back)),
  ],
  { maxCommands: 40 },
);

export function describeModel(newStore: NewStore): void {
  describe('whatever is done to it', () => {
    test('the store answers like a map in memory, and who only watches knows the same', async () => {
      await fc.assert(
        fc.asyncProperty(commands, async (life) => {
          const store = await newStore();
          const model: Model = { revision: 0, compacted: 0, documents: new Map(), changedAt: new Map() };
          const watch = store.watch(0, new AbortController().signal)[Symbol.asyncIterator]();
          const real: Real = { store, watch, replica: new Map() };
          await fc.asyncModelRun(() => ({ model, real }), life);
          await catchUp(model, real);
          await store.close();
        }),
        { numRuns: 100 },
      );
    }, 60_000);
  });
}
