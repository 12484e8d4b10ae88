import type { Resource } from '../../core/resource.ts';

/**
 * The narrow door to whatever keeps the cloud's records. One conformance suite (`conformance.ts`) holds
 * every implementation; no SQL exists outside them.
 *
 * A revision is a number that grows by one with every commit: one order for everything.
 */
export interface Store {
  get(kind: string, id: string): Promise<Resource | null>;
  /** The one document of `kind` that owns the unique `key`; null when nobody does. */
  getByKey(kind: string, key: string): Promise<Resource | null>;
  list(query: ListQuery): Promise<Page>;
  /** Number of documents; with `index`, of those under `value`. Cheap: does not read them. */
  count(kind: string, index?: string, value?: string): Promise<number>;
  /**
   * All of the changes or none, in one transaction, at one new revision, which is returned.
   * Throws {@link CommitConflict} when a document is not at its expected revision, a unique key is taken, or an
   * index has something that should be empty.
   */
  commit(changes: readonly Change[]): Promise<number>;
  /** The last commit's revision; 0 in an empty store. */
  revision(): Promise<number>;
  /**
   * Every change after `fromRevision`, oldest first, then new ones as they come, until `signal` aborts.
   * Several changes of one document may be told as one: the newest. Throws {@link RevisionCompacted}
   * when changes after `fromRevision` are no longer known, or `fromRevision` is still to come (the store
   * was replaced): list again and watch from there.
   *
   * The changes of one commit share its revision: who stopped in the midst of one resumes from the
   * revision before. Ends when `signal` aborts or the store closes.
   */
  watch(fromRevision: number, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /**
   * Forgets the order of changes up to and including `revision`; documents stay. A live watcher that has
   * not yet told them gets {@link RevisionCompacted}, so leave the last few thousand. RangeError for a
   * revision still to come.
   */
  compact(revision: number): Promise<void>;
  close(): Promise<void>;
}

/** What a kind wants found again. Computed from the document by the kind, kept by the store. */
export interface Indexed {
  /** Unique within the kind, e.g. `name/prj-…/first`. */
  readonly keys: readonly string[];
  /** Index name → value, e.g. `{ project: 'prj-…', host: 'host-…' }`. */
  readonly indexes: Readonly<Record<string, string>>;
}

export type Change = DocumentChange | EmptyIndex;

export type DocumentChange =
  /** `expectedRevision` 0: must not exist yet. `resource.revision` is ignored; the commit's own is stored. */
  | { readonly op: 'put'; readonly resource: Resource; readonly expectedRevision: number; readonly indexed: Indexed }
  | { readonly op: 'delete'; readonly kind: string; readonly id: string; readonly expectedRevision: number }
  /** Nothing is written, but all of it is refused unless the document is at this revision (0: unless there is none). */
  | { readonly op: 'unchanged'; readonly kind: string; readonly id: string; readonly expectedRevision: number };

/** Nothing is written, but all of it is refused when, before this commit, a document of `kind` has this value in its index. */
export interface EmptyIndex {
  readonly op: 'empty';
  readonly kind: string;
  readonly index: { readonly name: string; readonly value: string };
}

export interface ListQuery {
  readonly kind: string;
  /** Only those whose index `name` has `value`. Without: all of the kind. */
  readonly index?: { readonly name: string; readonly value: string };
  /** 1 to 1,000. */
  readonly limit: number;
  /**
   * What the last page gave; documents come in order of id, oldest first (`descending`: newest first).
   * Throws {@link InvalidCursor} for one that no page in this direction gave.
   */
  readonly cursor?: string | undefined;
  /** Only those behind this id, in the order of the list; where there is no cursor. */
  readonly after?: string | undefined;
  readonly descending?: boolean;
}

export interface Page {
  readonly items: readonly Resource[];
  /** null on the last page. */
  readonly nextCursor: string | null;
  /** All items of this page and the pages before are at least as new as this; watch from here to miss nothing. */
  readonly revision: number;
}

export interface WatchEvent {
  readonly revision: number;
  readonly op: 'put' | 'delete';
  readonly kind: string;
  readonly id: string;
  /** Of the document, also when it is gone: who may see the event. */
  readonly project: string | null;
  /** null when the document is gone by now. */
  readonly resource: Resource | null;
}

/** Someone else was faster: read again and decide again. */
export class CommitConflict extends Error {
  override readonly name = 'CommitConflict';
  readonly reason: 'revision' | 'key' | 'not-empty';
  readonly kind: string;
  /** Of the document; the index's value when `reason` is `not-empty`. */
  readonly id: string;
  /** The key that is taken, when `reason` is `key`. */
  readonly key: string | null;

  constructor(reason: CommitConflict['reason'], kind: string, id: string, key: string | null = null) {
    super(
      reason === 'not-empty'
        ? `there is a ${kind} of ${id}`
        : key === null
          ? `${kind} ${id} has changed meanwhile`
          : `${kind} ${id}: key ${key} is taken`,
    );
    this.reason = reason;
    this.kind = kind;
    this.id = id;
    this.key = key;
  }
}

/** A cursor that this store did not give, or gave for the other direction. */
export class InvalidCursor extends Error {
  override readonly name = 'InvalidCursor';
  constructor() {
    super('this cursor does not belong to this list: start again from its first page');
  }
}

export class RevisionCompacted extends Error {
  override readonly name = 'RevisionCompacted';
  /** The oldest revision that can still be watched from. */
  readonly oldestRevision: number;
  constructor(oldestRevision: number) {
    super(`changes before revision ${oldestRevision} are forgotten`);
    this.oldestRevision = oldestRevision;
  }
}
