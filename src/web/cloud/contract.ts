import type { Static, TObject } from 'typebox';
import type { Kind } from '../../core/kind.ts';

/** What the API adds to a record on its way out: what follows from it. */
export interface Derived {
  readonly state: string;
  /** It is as asked for. */
  readonly settled: boolean;
  /** Each verb: null when it is possible now, otherwise why not. */
  readonly verbs: Readonly<Record<string, { readonly allowed: string; readonly hint: string } | null>>;
}

// The types of requests and answers are inferred from the kinds themselves: one contract for both sides.

export type ResourceOf<K extends Kind> = K extends Kind<infer R> ? R : never;
export type Live<R> = R & Derived;
export type CreateBody<K extends Kind> = K['create'] extends TObject
  ? { name: string; labels?: Record<string, string> } & Static<K['create']>
  : never;
export type UpdateBody<K extends Kind> = { name?: string; labels?: Record<string, string> } & (K['update'] extends TObject
  ? Static<K['update']>
  : unknown);
export type VerbOf<K extends Kind> = keyof K['verbs'] & string;
export type VerbBody<K extends Kind, V extends VerbOf<K>> = K['verbs'][V]['body'] extends TObject ? Static<K['verbs'][V]['body']> : undefined;

export interface Page<R> {
  readonly items: readonly Live<R>[];
  readonly nextCursor: string | null;
  readonly revision: number;
}
