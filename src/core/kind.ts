import type { TObject, TSchema, TString } from 'typebox';
import type { Amounts } from './quota.ts';
import type { Resource } from './resource.ts';
import { oneOf } from './words.ts';

/**
 * What is common to all resources of one sort, as data: how they are named, what their owners may ask
 * for, which state follows from a record and which verbs that state allows.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds holds kinds of any spec and status
export interface Kind<R extends Resource<any, any> = Resource<any, any>> {
  /** Singular and plural as they stand in paths, commands and pages, e.g. `ssh-key`, `ssh-keys`. */
  readonly name: string;
  readonly plural: string;
  /** First part of its ids. */
  readonly prefix: string;
  /** Whose it is: a project's, or the cloud's. Names are unique within that. */
  readonly scope: 'project' | 'cloud';
  /** It can be shared with people, groups and projects outside its own project. */
  readonly canBeShared?: true;
  /**
   * By name it is found from every project: those of the default project that are shared stand behind the project's
   * own ones, to be read and used.
   */
  readonly isFoundFromAnywhere?: true;
  /** The form of its names; {@link Name} where absent. */
  readonly nameSchema?: TString;
  /** Why its names cannot be changed, where something outside the store goes by them; absent: they can. */
  readonly fixedNames?: string;
  /** One sentence for the API reference, `--help` and the empty page. */
  readonly says: string;
  /** Body of create; every field has a description. `name` and `labels` are added to it. */
  readonly create: TObject | null;
  /** Body of update, all fields optional; `name` and `labels` are added to it. */
  readonly update: TObject | null;
  readonly spec: TSchema;
  readonly status: TSchema;
  /** What a new record's status is. */
  readonly initialStatus: R['status'];
  /** Derived from the record alone, never stored. */
  state(resource: R): string;
  /** All states, in the order of a life. */
  readonly states: readonly string[];
  /** Beyond create, update and delete. */
  readonly verbs: Readonly<Record<string, Verb>>;
  /** By what, beside project and name, records are found: index name → value. */
  indexes(resource: R): Record<string, string>;
  /** Further unique keys beside the name. */
  keys?(resource: R): string[];
  /** What one takes of the quotas of its project and of who made it, until its record goes; absent: nothing. */
  takes?(resource: R): Amounts;
  /** From whom it takes the same besides: from the room of a host, say. */
  takesFrom?(resource: R): readonly { readonly kind: string; readonly id: string }[];
  /** Columns of its table in a terminal and on a page, widest use first. */
  readonly columns: readonly Column<R>[];
}

export interface Verb {
  readonly says: string;
  /** States in which the verb is possible. */
  readonly from: readonly string[];
  /** What to do when it is not; shown as the remedy. */
  readonly hint: string;
  /** Body of the request; null: none. */
  readonly body: TObject | null;
}

// oxlint-disable-next-line typescript/no-explicit-any -- see Kind
export interface Column<R extends Resource<any, any> = Resource<any, any>> {
  readonly title: string;
  value(resource: R): string;
}

/** Why `verb` is not possible on a resource in this state; null when it is. The one table for API, CLI and web. */
export function refusal(kind: Kind, verb: string, state: string): { allowed: string; hint: string } | null {
  const entry = kind.verbs[verb];
  if (entry === undefined || entry.from.includes(state)) return null;
  return { allowed: oneOf(entry.from), hint: entry.hint };
}
