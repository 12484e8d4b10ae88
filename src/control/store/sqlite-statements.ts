import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** CROSS JOIN is SQLite's way to fix the order: the index first, else a page could cost a walk over the kind. */
function listByIndex(comparison: string, order: string): string {
  return `
    SELECT d.id, d.body FROM index_entries e CROSS JOIN documents d ON d.kind = e.kind AND d.id = e.id
    WHERE e.kind = ? AND e.name = ? AND e.value = ? AND e.id ${comparison} ? ORDER BY e.id ${order} LIMIT ?`;
}

function listAll(comparison: string, order: string): string {
  return `SELECT id, body FROM documents WHERE kind = ? AND id ${comparison} ? ORDER BY id ${order} LIMIT ?`;
}

const statements = {
  begin: 'BEGIN IMMEDIATE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  progress: 'SELECT revision, compacted FROM progress',
  setRevision: 'UPDATE progress SET revision = ?',
  setCompacted: 'UPDATE progress SET compacted = ?',

  get: 'SELECT body FROM documents WHERE kind = ? AND id = ?',
  getByKey: 'SELECT d.body FROM keys k CROSS JOIN documents d ON d.kind = k.kind AND d.id = k.id WHERE k.kind = ? AND k.key = ?',
  listAscending: listAll('>', 'ASC'),
  listDescending: listAll('<', 'DESC'),
  listByIndexAscending: listByIndex('>', 'ASC'),
  listByIndexDescending: listByIndex('<', 'DESC'),
  count: 'SELECT documents FROM counters WHERE kind = ? AND name = ? AND value = ?',
  countAllValues: 'SELECT coalesce(sum(documents), 0) AS documents FROM counters WHERE kind = ? AND name = ?',

  before: 'SELECT row, revision, project, indexed FROM documents WHERE kind = ? AND id = ?',
  insertDocument: 'INSERT INTO documents (kind, id, revision, project, body, indexed) VALUES (?, ?, ?, ?, ?, ?)',
  updateDocument: 'UPDATE documents SET revision = ?, project = ?, body = ?, indexed = ? WHERE row = ?',
  deleteDocument: 'DELETE FROM documents WHERE row = ?',
  takeKey: 'INSERT OR IGNORE INTO keys (kind, key, id) VALUES (?, ?, ?)',
  releaseKey: 'DELETE FROM keys WHERE kind = ? AND key = ?',
  insertEntry: 'INSERT INTO index_entries (kind, name, value, id) VALUES (?, ?, ?, ?)',
  deleteEntry: 'DELETE FROM index_entries WHERE kind = ? AND name = ? AND value = ? AND id = ?',
  countUp: `
    INSERT INTO counters (kind, name, value, documents) VALUES (?, ?, ?, 1)
    ON CONFLICT DO UPDATE SET documents = documents + 1`,
  countDown: 'UPDATE counters SET documents = documents - 1 WHERE kind = ? AND name = ? AND value = ? RETURNING documents',
  deleteCounter: 'DELETE FROM counters WHERE kind = ? AND name = ? AND value = ?',

  insertChange: 'INSERT INTO changes (revision, kind, id, op, project) VALUES (?, ?, ?, ?, ?)',
  deleteChange: 'DELETE FROM changes WHERE revision = ? AND kind = ? AND id = ?',
  // A deletion is not told when the document lives again: its newer change follows.
  changes: `
    SELECT c.revision, c.kind, c.id, c.op, c.project, d.body
    FROM changes c LEFT JOIN documents d ON d.kind = c.kind AND d.id = c.id
    WHERE (c.revision, c.kind, c.id) > (?, ?, ?) AND (c.op = 'put') = (d.row IS NOT NULL)
    ORDER BY c.revision, c.kind, c.id LIMIT ?`,
  compactChanges: 'DELETE FROM changes WHERE revision <= ?',
} as const;

type Statements = { readonly [Name in keyof typeof statements]: StatementSync };
export type { Statements as SqliteStatements };

/** Every statement of the store, each prepared when first used and kept: a store in memory is made in no time. */
export function prepareStatements(database: DatabaseSync): Statements {
  const prepared = {};
  for (const [name, sql] of Object.entries(statements)) {
    Object.defineProperty(prepared, name, {
      configurable: true,
      get(): StatementSync {
        const value = database.prepare(sql);
        Object.defineProperty(prepared, name, { value });
        return value;
      },
    });
  }
  return prepared as Statements;
}
