import type { ComponentType, ReactNode } from 'react';
import type { Kind } from '../core/kind.ts';
import type { Live, ResourceOf } from './cloud/contract.ts';
import type { WordsOf } from './words/words.ts';

/**
 * What a kind brings to the page. The shell lists these and knows no kind by name. What is not seen in a list (tabs,
 * forms) is brought by `later()`, so that the first page is small.
 */
export interface WebKind<K extends Kind = Kind> {
  readonly kind: K;
  readonly icon: ComponentType<{ size?: number | string; stroke?: number | string }>;
  /** Under which heading of the navigation; null: in none, found by search and links alone. */
  readonly section: 'use' | 'cloud' | null;
  /**
   * Must have `title` (plural), `one` (singular), `empty`, `deleteSays`, `states`, `columns`, `tabs` and `verbs`
   * (`name`, `says` and `hint` of each) beside the kind's own texts.
   */
  /** In the navigation only for those who see the whole cloud. */
  readonly isForWholeCloud?: true;
  /** There may be very many: read whole only by pages that need all of them. */
  readonly isReadOnDemand?: true;
  readonly words: WordsOf;
  readonly columns: readonly WebColumn<ResourceOf<K>>[];
  /** Whether the API deletes it when asked to. */
  readonly canDelete: boolean;
  /** Verbs of the kind that make sense for many at once, in order. */
  readonly bulkVerbs: readonly string[];
  /** Verbs that are done in a tab: they have no button. */
  readonly verbsInTabs?: readonly string[];
  /** Fields that only those change who may `administer` it. */
  readonly administeredFields?: readonly string[];
  /** What its page shows beside state and events, first tab first. */
  readonly tabs: readonly WebTab<ResourceOf<K>>[];
  /** Its buttons beside those of the kind's verbs, e.g. for the console. */
  readonly Actions?: ComponentType<{ resource: Live<ResourceOf<K>> }>;
  /** Short facts beside the title. */
  readonly Summary?: ComponentType<{ resource: Live<ResourceOf<K>> }>;
  /** Where a new one is made; null: it is not made here. A path, or a form on the page `/<plural>/new`. */
  readonly create: ComponentType | string | null;
  /** Instead of the table. */
  readonly List?: ComponentType;
  /** Form for a verb that has a body; opened in a dialog. `done` closes it. */
  readonly verbForms?: Readonly<Record<string, ComponentType<{ resource: Live<ResourceOf<K>>; done: () => void }>>>;
}

export interface WebColumn<R> {
  /** Key of its title in the kind's words: `columns.<id>`. */
  readonly id: string;
  /** What it is sorted and searched by. */
  readonly value: (resource: Live<R>) => string | number | null;
  /**
   * Instead of `value`, where it follows from other lists: a hook, called once for a whole table. It returns the same
   * function while nothing of it has changed. Searched beside `value`.
   */
  readonly useValue?: () => (resource: Live<R>) => string | number | null;
  /** What is shown; the value itself where absent. */
  cell?(resource: Live<R>, value: string | number | null): ReactNode;
  readonly align?: 'right';
  /** CSS width, e.g. `8rem`; shares the rest where absent. */
  readonly width?: string;
  /** On a narrow screen its title stands before it: the value alone would not say what it is. */
  readonly titleOnCard?: boolean;
  /** Left out on a narrow screen. */
  readonly wideOnly?: boolean;
  /** Left out for those who may not see this kind, of which it tells. */
  readonly tellsOf?: Pick<Kind, 'name'>;
}

export interface WebTab<R> {
  /** Key of its title in the kind's words: `tabs.<id>`; part of the address. */
  readonly id: string;
  readonly Content: ComponentType<{ resource: Live<R> }>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- a list holds kinds of any resource
export type AnyWebKind = WebKind<any>;
