import { InvalidCursor, type ListQuery } from './store.ts';

/** Where a list goes on: behind a document, not at a number of documents, so that a page costs the same everywhere. */
export interface Cursor {
  /** Of the last document told. */
  readonly lastId: string;
  /** Of the list's first page: whoever watches from there misses no change, however long the paging took. */
  readonly revision: number;
}

const cursorLengthMax = 1024;

export function encodeCursor(cursor: Cursor, descending: boolean): string {
  const text = JSON.stringify([descending ? 'descending' : 'ascending', cursor.revision, cursor.lastId]);
  return Buffer.from(text).toString('base64url');
}

/** null for the first page. */
export function decodeCursor(query: ListQuery): Cursor | null {
  if (query.cursor === undefined) return null;
  if (query.cursor.length > cursorLengthMax) throw new InvalidCursor();
  const parts = parse(Buffer.from(query.cursor, 'base64url').toString());
  if (!Array.isArray(parts) || parts.length !== 3) throw new InvalidCursor();
  const [direction, revision, lastId] = parts as unknown[];
  if (direction !== (query.descending ? 'descending' : 'ascending')) throw new InvalidCursor();
  if (typeof revision !== 'number' || !Number.isSafeInteger(revision) || revision < 0) throw new InvalidCursor();
  if (typeof lastId !== 'string') throw new InvalidCursor();
  return { lastId, revision };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidCursor();
  }
}
