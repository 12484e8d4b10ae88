import type { DatabaseSync } from 'node:sqlite';
import type { Resource } from '../../core/resource.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { applyChanges } from './sqlite-commit.ts';
import { explained } from './sqlite-error.ts';
import { openDatabase } from './sqlite-schema.ts';
import { prepareStatements, type SqliteStatements } from './sqlite-statements.ts';
import { CommitBell, follow } from './sqlite-watch.ts';
import { type Change, type ListQuery, type Page, type Store, type WatchEvent } from './store.ts';

const limitMax = 1000;
/** Sorts behind every id: the largest character there is. */
const afterEveryId = '\u{10ffff}';

/**
 * The store in one file, for one process: a watcher hears of the commits of its own process only.
 *
 * Every method does its work before it returns, in one transaction, and there are no timers: with
 * `:memory:` a simulation is as deterministic as its own order of calls. The change of a deleted
 * document is kept until {@link Store.compact}.
 */
export class SqliteStore implements Store {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #statements: SqliteStatements;
  readonly #bell = new CommitBell();

  /** @param path of a file, made when missing, or `:memory:`. Throws StoreUnusable when it is not a store of ours. */
  constructor(path: string) {
    this.#path = path;
    this.#database = explained(path, () => openDatabase(path));
    this.#statements = prepareStatements(this.#database);
  }

  async get(kind: string, id: string): Promise<Resource | null> {
    return this.#run((sql) => toResource(sql.get.get(kind, id)));
  }

  async getByKey(kind: string, key: string): Promise<Resource | null> {
    return this.#run((sql) => toResource(sql.getByKey.get(kind, key)));
  }

  async list(query: ListQuery): Promise<Page> {
    const { kind, index, limit, descending = false } = query;
    if (!Number.isInteger(limit) || limit < 1 || limit > limitMax) {
      throw new RangeError(`a page has 1 to ${limitMax} documents, not ${limit}`);
    }
    const cursor = decodeCursor(query);
    return this.#run((sql) => {
      // Before the documents: these are then at least as new as this.
      const revision = cursor?.revision ?? progress(sql).revision;
      const start = cursor?.lastId ?? query.after ?? (descending ? afterEveryId : '');
      const rows = (
        index === undefined
          ? (descending ? sql.listDescending : sql.listAscending).all(kind, start, limit + 1)
          : (descending ? sql.listByIndexDescending : sql.listByIndexAscending).all(kind, index.name, index.value, start, limit + 1)
      ) as { id: string; body: string }[];
      const told = rows.slice(0, limit);
      const lastId = rows.length > limit ? told.at(-1)?.id : undefined;
      return {
        items: told.map((row) => JSON.parse(row.body) as Resource),
        nextCursor: lastId === undefined ? null : encodeCursor({ lastId, revision }, descending),
        revision,
      };
    });
  }

  async count(kind: string, index = '', value?: string): Promise<number> {
    return this.#run((sql) => {
      const row = index !== '' && value === undefined ? sql.countAllValues.get(kind, index) : sql.count.get(kind, index, value ?? '');
      return (row as { documents: number } | undefined)?.documents ?? 0;
    });
  }

  async commit(changes: readonly Change[]): Promise<number> {
    const revision = this.#transaction((sql) => {
      const next = progress(sql).revision + 1;
      applyChanges(sql, changes, next);
      sql.setRevision.run(next);
      return next;
    });
    this.#bell.ring();
    return revision;
  }

  async revision(): Promise<number> {
    return this.#run((sql) => progress(sql).revision);
  }

  watch(fromRevision: number, signal: AbortSignal): AsyncIterable<WatchEvent> {
    return follow({ bell: this.#bell, isOpen: () => this.#database.isOpen, read: (read) => this.#run(read) }, fromRevision, signal);
  }

  async compact(revision: number): Promise<void> {
    this.#transaction((sql) => {
      const { revision: newest, compacted } = progress(sql);
      if (revision > newest) throw new RangeError(`revision ${revision} is still to come: the last one is ${newest}`);
      if (revision <= compacted) return;
      sql.compactChanges.run(revision);
      sql.setCompacted.run(revision);
    });
  }

  /** Ends every watch. Doing it twice is free. */
  async close(): Promise<void> {
    if (!this.#database.isOpen) return;
    this.#database.close();
    this.#bell.ring();
  }

  #run<T>(work: (sql: SqliteStatements) => T): T {
    if (!this.#database.isOpen) throw new Error('the store is closed');
    return explained(this.#path, () => work(this.#statements));
  }

  #transaction<T>(work: (sql: SqliteStatements) => T): T {
    return this.#run((sql) => {
      sql.begin.run();
      try {
        const result = work(sql);
        sql.commit.run();
        return result;
      } catch (error) {
        // SQLite has already rolled back by itself when the disk is full or fails.
        if (this.#database.isTransaction) sql.rollback.run();
        throw error;
      }
    });
  }
}

function progress(sql: SqliteStatements): { revision: number; compacted: number } {
  return sql.progress.get() as { revision: number; compacted: number };
}

function toResource(row: object | undefined): Resource | null {
  return row === undefined ? null : (JSON.parse((row as { body: string }).body) as Resource);
}
