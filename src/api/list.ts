import { createHash } from 'node:crypto';
import { may } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { visibleIn, type Index } from '../auth/visible.ts';
import { nameKey } from '../control/registry.ts';
import type { Slice } from '../control/slice.ts';
import { InvalidCursor, type Page, type Store } from '../control/store/store.ts';
import type { Resource } from '../core/resource.ts';
import { inOrder } from './in-order.ts';

export interface ListQuery {
  /** Id; null: all projects, or a kind of the cloud's. */
  readonly project: string | null;
  readonly limit: number;
  readonly descending: boolean;
  readonly cursor?: string | undefined;
  readonly name?: string | undefined;
  readonly state?: string | undefined;
  /** `key=value`, or `key` for any value. All must hold. */
  readonly labels: readonly string[];
  /** Id of what events are about. */
  readonly subject?: string | undefined;
}

/** Documents read for one page at most: what filters leave of more than that comes with the next page. */
const readMax = 5_000;
const readAtOnce = 500;

/** A page of those that match and that the caller may see. A page may be short, even empty, and still have a next one. */
export async function listResources(store: Store, slice: Slice, identity: Identity, query: ListQuery): Promise<Page> {
  const { kind } = slice;
  if (query.name !== undefined && hasUniqueName(slice, query)) return byName(store, slice, identity, query);
  const sources = sourcesOf(slice, identity, query);
  const isFiltered =
    query.state !== undefined || query.labels.length > 0 || query.name !== undefined || (query.subject !== undefined && query.project !== null);
  const list = fingerprint(slice, query);
  const place = query.cursor === undefined ? null : decode(query.cursor, list);
  // Before the documents: who watches from there misses nothing of all pages.
  const revision = place?.revision ?? (await store.revision());
  const atOnce = isFiltered ? readAtOnce : query.limit + 1;
  const all = inOrder(store, kind.name, sources, { after: place?.after, descending: query.descending, atOnce });
  const items: Resource[] = [];
  let read = 0;
  let last: string | null = null;
  for await (const resource of all) {
    if (items.length === query.limit || read === readMax) return { items, nextCursor: encode({ after: last ?? '', revision }, list), revision };
    read++;
    last = resource.id;
    if (matches(slice, query, resource) && may(identity, 'read', resource)) items.push(resource);
  }
  return { items, nextCursor: null, revision };
}

/** What is read for a list: what was asked for, as far as it can hold anything that the caller may see. */
function sourcesOf({ kind }: Slice, identity: Identity, query: ListQuery): readonly (Index | null)[] {
  if (query.subject !== undefined) return [{ name: 'subject', value: query.subject }];
  if (query.project !== null) return [{ name: 'project', value: query.project }];
  const visible = visibleIn(identity, kind);
  return visible === 'all' ? [null] : visible;
}

async function byName(store: Store, slice: Slice, identity: Identity, query: ListQuery): Promise<Page> {
  const revision = await store.revision();
  const found = await store.getByKey(slice.kind.name, nameKey(slice.kind.scope === 'project' ? query.project : null, query.name ?? ''));
  const items = found !== null && matches(slice, query, found) && may(identity, 'read', found) ? [found] : [];
  return { items, nextCursor: null, revision };
}

/** A name is unique within one project, or within the cloud; events have none but their id. */
function hasUniqueName({ kind }: Slice, query: ListQuery): boolean {
  return query.subject === undefined && kind.name !== 'event' && (kind.scope === 'cloud' || query.project !== null);
}

function matches({ kind }: Slice, query: ListQuery, resource: Resource): boolean {
  if (query.name !== undefined && resource.name !== query.name) return false;
  if (query.subject !== undefined && query.project !== null && resource.project !== query.project) return false;
  if (query.state !== undefined && kind.state(resource) !== query.state) return false;
  return query.labels.every((label) => {
    const at = label.indexOf('=');
    const key = at < 0 ? label : label.slice(0, at);
    return Object.hasOwn(resource.labels, key) && (at < 0 || resource.labels[key] === label.slice(at + 1));
  });
}

/** Where a list goes on. */
interface Place {
  /** Behind this id. */
  readonly after: string;
  /** Of the first page: who watches from there misses nothing of all pages. */
  readonly revision: number;
}

/** A cursor belongs to one list with one set of filters. */
function fingerprint({ kind }: Slice, { project, descending, name = '', state = '', labels, subject = '' }: ListQuery): string {
  return createHash('sha256')
    .update(JSON.stringify([kind.name, project, descending, name, state, labels, subject]))
    .digest('base64url')
    .slice(0, 12);
}

function encode({ after, revision }: Place, list: string): string {
  return Buffer.from(JSON.stringify([list, after, revision])).toString('base64url');
}

function decode(text: string, list: string): Place {
  const [of, after, revision] = parse(text);
  if (of !== list || typeof after !== 'string' || !Number.isSafeInteger(revision)) throw new InvalidCursor();
  return { after, revision: revision as number };
}

function parse(text: string): readonly unknown[] {
  try {
    const parts = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
