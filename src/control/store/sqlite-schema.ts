import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnusable } from './sqlite-error.ts';

/** `StLb`: in the file's header, so that we never write into somebody else's database. */
const applicationId = 0x53744c62;
const busyTimeoutMs = 5000;

/**
 * Forward only: the n-th brings a file from schema version n-1 to n. A released one is never edited.
 *
 * There are no foreign keys between these tables: a commit knows from `indexed` which rows it has to
 * take away, and a key would need an index of its own on each of them.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE documents (
    row INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    project TEXT,
    body TEXT NOT NULL,
    indexed TEXT NOT NULL,
    UNIQUE (kind, id)
  ) STRICT;

  CREATE TABLE keys (
    kind TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE index_entries (
    kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (kind, name, value, id)
  ) STRICT, WITHOUT ROWID;

  -- How many documents: of a kind (name and value empty), and under each value of each index.
  CREATE TABLE counters (
    kind TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, documents INTEGER NOT NULL,
    PRIMARY KEY (kind, name, value)
  ) STRICT, WITHOUT ROWID;

  -- The newest change of each document, so that it grows with the documents and not with the writes.
  CREATE TABLE changes (
    revision INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
    op TEXT NOT NULL CHECK (op IN ('put', 'delete')),
    project TEXT,
    PRIMARY KEY (revision, kind, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE progress (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    revision INTEGER NOT NULL,
    compacted INTEGER NOT NULL
  ) STRICT;
  INSERT INTO progress VALUES (1, 0, 0);
  `,
];

/** Opens or makes the database and brings it to this program's schema. `:memory:` does no I/O at all. */
export function openDatabase(path: string): DatabaseSync {
  const inMemory = path === ':memory:';
  if (!inMemory) createPrivate(path);
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  try {
    refuseForeign(database, path);
    if (!inMemory) {
      // FULL: the answer to a commit is given when the disk has it, so that a power cut takes nothing back.
      database.exec(`
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA journal_size_limit = ${64 * 1024 * 1024};
        PRAGMA cache_size = -${8 * 1024};
      `);
    }
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The file holds password hashes and tokens; SQLite gives its side files the same mode. */
function createPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw new StoreUnusable(path, 'cannot be opened: check its folder and the permissions', error);
  }
}

function refuseForeign(database: DatabaseSync, path: string): void {
  const version = pragma(database, 'user_version');
  if (pragma(database, 'application_id') === applicationId) {
    if (version <= migrations.length) return;
    throw new StoreUnusable(
      path,
      `was written by a newer StratusLab (schema ${version}, this one knows ${migrations.length}): ` +
        'upgrade this program, or restore the backup made before the upgrade',
    );
  }
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'];
  if (version !== 0 || tables !== 0) throw new StoreUnusable(path, 'is a database of another program: choose another file');
}

function migrate(database: DatabaseSync): void {
  if (pragma(database, 'user_version') === migrations.length) return;
  database.exec('BEGIN IMMEDIATE');
  // Read again under the lock: another process may have done it while we waited.
  for (const migration of migrations.slice(pragma(database, 'user_version'))) database.exec(migration);
  database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}; COMMIT`);
}

function pragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
