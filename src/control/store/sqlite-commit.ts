import { type Change, CommitConflict, type DocumentChange, type EmptyIndex, type Indexed } from './store.ts';
import type { SqliteStatements } from './sqlite-statements.ts';

interface Document {
  readonly row: number;
  readonly revision: number;
  readonly project: string | null;
  /** What {@link pack} made of its keys and index values. */
  readonly indexed: string;
}

interface Step {
  readonly change: DocumentChange;
  readonly kind: string;
  readonly id: string;
  /** null when it does not exist yet. */
  readonly before: Document | null;
  readonly indexed: string;
  readonly given: Finding;
  readonly taken: Finding;
}

/** What documents are found by. */
interface Finding {
  readonly keys: readonly string[];
  readonly entries: readonly (readonly [name: string, value: string])[];
}

const nothing: Finding = { keys: [], entries: [] };

/** Writes all changes at `revision`; the caller holds the transaction and rolls it back when this throws. */
export function applyChanges(sql: SqliteStatements, changes: readonly Change[], revision: number): void {
  const seen = new Set<string>();
  const steps: Step[] = [];
  for (const change of changes) {
    if (change.op === 'empty') checkEmpty(sql, change);
    else steps.push(prepareStep(sql, change, seen));
  }
  // First everything that is given up, so that a key can pass from one document to another in one commit.
  for (const step of steps) giveUp(sql, step);
  for (const step of steps) take(sql, step);
  for (const step of steps) write(sql, step, revision);
}

function checkEmpty(sql: SqliteStatements, { kind, index }: EmptyIndex): void {
  const found = sql.count.get(kind, index.name, index.value) as { documents: number } | undefined;
  if ((found?.documents ?? 0) > 0) throw new CommitConflict('not-empty', kind, index.value);
}

function prepareStep(sql: SqliteStatements, change: DocumentChange, seen: Set<string>): Step {
  const { kind, id } = change.op === 'put' ? change.resource : change;
  const before = (sql.before.get(kind, id) as Document | undefined) ?? null;
  const asExpected = before === null ? change.op !== 'delete' && change.expectedRevision === 0 : before.revision === change.expectedRevision;
  // Twice in one commit: the second cannot be right about the revision that it changes.
  const name = JSON.stringify([kind, id]);
  if (!asExpected || seen.has(name)) throw new CommitConflict('revision', kind, id);
  seen.add(name);

  if (change.op === 'unchanged') return { change, kind, id, before, indexed: '', given: nothing, taken: nothing };
  const indexed = change.op === 'put' ? pack(change.indexed) : '';
  if (before?.indexed === indexed) return { change, kind, id, before, indexed, given: nothing, taken: nothing };
  const had = before === null ? nothing : unpack(before.indexed);
  const has = change.op === 'put' ? unpack(indexed) : nothing;
  return { change, kind, id, before, indexed, given: difference(had, has), taken: difference(has, had) };
}

function giveUp(sql: SqliteStatements, { kind, id, given }: Step): void {
  for (const key of given.keys) sql.releaseKey.run(kind, key);
  for (const [name, value] of given.entries) {
    sql.deleteEntry.run(kind, name, value, id);
    countDown(sql, kind, name, value);
  }
}

function take(sql: SqliteStatements, { kind, id, taken }: Step): void {
  for (const key of taken.keys) {
    if (sql.takeKey.run(kind, key, id).changes === 0) throw new CommitConflict('key', kind, id, key);
  }
  for (const [name, value] of taken.entries) {
    sql.insertEntry.run(kind, name, value, id);
    sql.countUp.run(kind, name, value);
  }
}

function write(sql: SqliteStatements, { change, kind, id, before, indexed }: Step, revision: number): void {
  if (change.op === 'unchanged') return;
  const project = change.op === 'put' ? change.resource.project : (before?.project ?? null);
  if (change.op === 'put') {
    const body = JSON.stringify({ ...change.resource, revision });
    if (before === null) {
      sql.insertDocument.run(kind, id, revision, project, body, indexed);
      sql.countUp.run(kind, '', '');
    } else {
      sql.updateDocument.run(revision, project, body, indexed, before.row);
    }
  } else if (before !== null) {
    sql.deleteDocument.run(before.row);
    countDown(sql, kind, '', '');
  }
  if (before !== null) sql.deleteChange.run(before.revision, kind, id);
  sql.insertChange.run(revision, kind, id, change.op, project);
}

/** A counter at nothing goes away, else every value ever used would stay. */
function countDown(sql: SqliteStatements, kind: string, name: string, value: string): void {
  const left = sql.countDown.get(kind, name, value) as { documents: number } | undefined;
  if (left?.documents === 0) sql.deleteCounter.run(kind, name, value);
}

function pack({ keys, indexes }: Indexed): string {
  // The empty name counts the whole kind.
  if ('' in indexes) throw new TypeError('an index must have a name');
  return JSON.stringify({ keys: [...new Set(keys)], entries: Object.entries(indexes) } satisfies Finding);
}

function unpack(indexed: string): Finding {
  return JSON.parse(indexed) as Finding;
}

/** What is in `a` and not in `b`. */
function difference(a: Finding, b: Finding): Finding {
  if (b === nothing) return a;
  const values = new Map(b.entries);
  return {
    keys: a.keys.filter((key) => !b.keys.includes(key)),
    entries: a.entries.filter(([name, value]) => values.get(name) !== value),
  };
}
