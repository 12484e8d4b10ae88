import { createHash } from 'node:crypto';
import type { Caller } from '../control/admission.ts';
import { nameKey } from '../control/registry.ts';
import type { Slice } from '../control/slice.ts';
import { InvalidCursor, type Page, type Store } from '../control/store/store.ts';
import type { Resource } from '../core/resource.ts';

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

/** A page of those that match. A page may be short, even empty, and still have a next one. */
export async function listResources(store: Store, slice: Slice, caller: Caller, query: ListQuery): Promise<Page> {
  const { kind } = slice;
  if (query.name !== undefined && hasUniqueName(slice, query)) return byName(store, slice, caller, query);
  const index =
    query.subject !== undefined
      ? { name: 'subject', value: query.subject }
      : query.project !== null
        ? { name: 'project', value: query.project }
        : undefined;
  const isFiltered =
    query.state !== undefined || query.labels.length > 0 || query.name !== undefined || (query.subject !== undefined && query.project !== null);
  const list = fingerprint(slice, query);
  let place = query.cursor === undefined ? start : decode(query.cursor, list);
  const items: Resource[] = [];
  let revision = place.revision;
  for (let read = 0; ;) {
    const page = await store.list({
      kind: kind.name,
      limit: isFiltered ? readAtOnce : query.limit,
      cursor: place.cursor,
      descending: query.descending,
      ...(index === undefined ? {} : { index }),
    });
    revision ??= page.revision;
    for (const resource of page.items) {
      if (place.behind !== '' && (query.descending ? resource.id >= place.behind : resource.id <= place.behind)) continue;
      if (!matches(slice, query, resource) || !maySee(caller, resource)) continue;
      items.push(resource);
      if (items.length === query.limit && resource.id !== page.items.at(-1)?.id) {
        return { items, nextCursor: encode({ cursor: place.cursor, behind: resource.id, revision }, list), revision };
      }
    }
    read += page.items.length;
    place = { cursor: page.nextCursor ?? undefined, behind: '', revision };
    if (place.cursor === undefined) return { items, nextCursor: null, revision };
    if (items.length === query.limit || read >= readMax) return { items, nextCursor: encode(place, list), revision };
  }
}

async function byName(store: Store, slice: Slice, caller: Caller, query: ListQuery): Promise<Page> {
  const revision = await store.revision();
  const found = await store.getByKey(slice.kind.name, nameKey(slice.kind.scope === 'project' ? query.project : null, query.name ?? ''));
  const items = found !== null && matches(slice, query, found) && maySee(caller, found) ? [found] : [];
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

function maySee(caller: Caller, resource: Resource): boolean {
  try {
    caller.authorize('read', resource);
    return true;
  } catch {
    return false;
  }
}

/** Where a list goes on: a page of the store's, and in it behind which id. */
interface Place {
  readonly cursor: string | undefined;
  readonly behind: string;
  /** Of the first page: who watches from there misses nothing of all pages. null: this is the first. */
  readonly revision: number | null;
}

const start: Place = { cursor: undefined, behind: '', revision: null };

/** A cursor belongs to one list with one set of filters. */
function fingerprint({ kind }: Slice, { project, descending, name = '', state = '', labels, subject = '' }: ListQuery): string {
  return createHash('sha256')
    .update(JSON.stringify([kind.name, project, descending, name, state, labels, subject]))
    .digest('base64url')
    .slice(0, 12);
}

function encode({ cursor, behind, revision }: Place, list: string): string {
  return Buffer.from(JSON.stringify([list, cursor ?? '', behind, revision])).toString('base64url');
}

function decode(text: string, list: string): Place {
  const [of, cursor, behind, revision] = parse(text);
  if (of !== list || typeof cursor !== 'string' || typeof behind !== 'string' || !Number.isSafeInteger(revision)) throw new InvalidCursor();
  return { cursor: cursor === '' ? undefined : cursor, behind, revision: revision as number };
}

function parse(text: string): readonly unknown[] {
  try {
    const parts = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
