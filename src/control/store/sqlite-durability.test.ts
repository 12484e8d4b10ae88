import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventsUpToNow, listIds, put, remove, thing } from './conformance-fixture.ts';
import { StoreUnusable } from './sqlite-error.ts';
import { SqliteStore } from './sqlite-store.ts';

const writer = fileURLToPath(new URL('./sqlite-writer.fixture.ts', import.meta.url));
let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stratus-store-'));
  path = join(folder, 'store.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Lets a writer run until it has acknowledged `commits` more, kills it, and gives the last revision it said. */
async function writeUntilKilled(commits: number): Promise<number> {
  const child = spawn(process.execPath, [writer, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  let acknowledged = 0;
  let heard = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    // What it still says while the signal is on its way counts too.
    if (++heard === commits) child.kill('SIGKILL');
  }
  expect((await ended)[1]).toBe('SIGKILL');
  return acknowledged;
}

describe('the store on disk', () => {
  test('a killed control plane loses no acknowledged commit and leaves no half of one', async () => {
    for (const commits of [1, 17, 400]) {
      const acknowledged = await writeUntilKilled(commits);
      const store = new SqliteStore(path);
      const revision = await store.revision();
      // One commit may have been done and not said any more.
      expect([acknowledged, acknowledged + 1]).toContain(revision);
      for (let n = 1; n <= revision; n++) {
        expect(await store.get('thing', `a-${n}`)).toMatchObject({ revision: n });
        expect(await store.getByKey('thing', `name/b-${n}`)).toMatchObject({ revision: n });
        expect(await store.count('thing', 'pair', `${n}`)).toBe(2);
      }
      expect(await store.count('thing')).toBe(2 * revision);
      await store.close();
    }
  }, 60_000);

  test('a store that is opened again finds everything as it was', async () => {
    const first = new SqliteStore(path);
    const revision = await first.commit([put(thing('a'), 0, { keys: ['name/a'], indexes: { host: 'h' } }), put(thing('b'))]);
    await first.commit([put(thing('c'), 0, { indexes: { host: 'h' } })]);
    await first.commit([remove('b', revision)]);
    await first.compact(1);
    await first.close();

    const second = new SqliteStore(path);
    expect(await second.revision()).toBe(3);
    expect((await second.getByKey('thing', 'name/a'))?.id).toBe('a');
    expect(await listIds(second, { limit: 1, index: { name: 'host', value: 'h' } })).toEqual(['a', 'c']);
    expect(await second.count('thing')).toBe(2);
    expect((await eventsUpToNow(second, 1)).map(({ op, id }) => `${op} ${id}`)).toEqual(['put c', 'delete b']);
    await expect(eventsUpToNow(second, 0)).rejects.toMatchObject({ oldestRevision: 1 });
    await second.close();
  });

  test('what is changed a thousand times takes the room of once', async () => {
    const store = new SqliteStore(path);
    let revision = 0;
    for (let n = 0; n < 1000; n++) revision = await store.commit([put(thing('a'), revision, { keys: [`k${n}`], indexes: { host: `h${n}` } })]);
    const other = new DatabaseSync(path, { readOnly: true });
    const rows = (table: string): unknown => other.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'];
    expect(['documents', 'keys', 'index_entries', 'changes'].map(rows)).toEqual([1, 1, 1, 1]);
    expect(rows('counters')).toBe(2);
    other.close();
    await store.close();
  });

  test('nobody but its owner can read it: it holds password hashes', async () => {
    const store = new SqliteStore(path);
    await store.commit([put(thing('a'))]);
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600);
    await store.close();
  });

  test('a commit that is answered is in the write-ahead log, where another process finds it', async () => {
    const store = new SqliteStore(path);
    await store.commit([put(thing('a'))]);
    // Read by another connection while the first still holds it: it is in the log, not only in memory.
    const other = new DatabaseSync(path, { readOnly: true });
    expect(other.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(other.prepare('SELECT id FROM documents').all()).toEqual([{ id: 'a' }]);
    other.close();
    await store.close();
  });
});

describe('a file that cannot be the store', () => {
  function opening(): unknown {
    try {
      void new SqliteStore(path);
    } catch (error) {
      return error;
    }
    return null;
  }

  test('a file of another kind is refused with its name, and left as it is', () => {
    writeFileSync(path, 'My thesis.\n'.repeat(1000));
    const error = opening();
    expect(error).toBeInstanceOf(StoreUnusable);
    expect(String(error)).toContain(`the store ${path} is not a SQLite database`);
    expect(readFileSync(path, 'utf8')).toBe('My thesis.\n'.repeat(1000));
  });

  test('the database of another program is refused, and left as it is', () => {
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE books (title TEXT)');
    other.close();
    const before = readFileSync(path);
    expect(String(opening())).toContain('is a database of another program');
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('a store written by a newer version is refused with what to do', async () => {
    await new SqliteStore(path).close();
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(String(opening())).toMatch(/newer StratusLab \(schema 99, this one knows \d+\): upgrade this program/);
  });

  test('a store that has lost its end is refused or says that it is damaged', async () => {
    const store = new SqliteStore(path);
    await store.commit(Array.from({ length: 500 }, (_, n) => put(thing(`t-${n}`))));
    await store.close();
    truncateSync(path, 3 * 4096 + 100);
    await expect((async () => listIds(new SqliteStore(path), { limit: 1000 }))()).rejects.toMatchObject({
      name: 'StoreUnusable',
      message: `the store ${path} is damaged: restore it from a backup`,
    });
  });

  test('damage in the midst is told when it is met', async () => {
    const store = new SqliteStore(path);
    await store.commit(Array.from({ length: 500 }, (_, n) => put(thing(`t-${n}`))));
    await store.close();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 10 * 4096);
    writeFileSync(path, bytes);
    const damaged = new SqliteStore(path);
    await expect(listIds(damaged, { limit: 1000 })).rejects.toMatchObject({ name: 'StoreUnusable', path });
    await damaged.close();
  });

  test('a folder that does not exist is named', () => {
    path = join(folder, 'missing', 'store.db');
    expect(String(opening())).toContain(`the store ${path} cannot be opened`);
  });
});
