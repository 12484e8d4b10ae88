import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { storeConformance } from './conformance.ts';
import { put, thing } from './conformance-fixture.ts';
import { SqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'stratus-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

storeConformance('SQLite store in memory', () => new SqliteStore(':memory:'));
storeConformance('SQLite store in a file', () => new SqliteStore(join(folder, `${files++}.db`)));

describe('SQLite store in memory', () => {
  test('needs no turn of the event loop: a simulation drives it with promises alone', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('event loop'));
    const store = new SqliteStore(':memory:');
    const abort = new AbortController();
    const heard = (async () => {
      for await (const event of store.watch(0, abort.signal)) {
        order.push(event.id);
        if (event.id === 'b') abort.abort();
      }
    })();
    await store.commit([put(thing('a'))]);
    await store.commit([put(thing('b'))]);
    await heard;
    await store.close();
    expect(order).toEqual(['a', 'b']);
  });

  test('shares nothing with another one', async () => {
    const [one, other] = [new SqliteStore(':memory:'), new SqliteStore(':memory:')];
    await one.commit([put(thing('a'))]);
    expect(await other.revision()).toBe(0);
    await Promise.all([one.close(), other.close()]);
  });
});
