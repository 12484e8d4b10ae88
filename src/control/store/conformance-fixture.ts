import type { Resource } from '../../core/resource.ts';
import type { DocumentChange, Indexed, Store, WatchEvent } from './store.ts';

/** A document of no real kind: the store knows none. */
export function thing(id: string, fields: Partial<Resource> = {}): Resource {
  return {
    kind: 'thing',
    id,
    name: id,
    project: null,
    labels: {},
    generation: 1,
    revision: 0,
    createdAt: '2026-01-02T03:04:05.678Z',
    updatedAt: '2026-01-02T03:04:05.678Z',
    deletedAt: null,
    createdBy: 'system',
    spec: {},
    status: {},
    ...fields,
  };
}

export function put(resource: Resource, expectedRevision = 0, indexed: Partial<Indexed> = {}): DocumentChange {
  return { op: 'put', resource, expectedRevision, indexed: { keys: [], indexes: {}, ...indexed } };
}

export function remove(id: string, expectedRevision: number): DocumentChange {
  return { op: 'delete', kind: 'thing', id, expectedRevision };
}

export function unchanged(id: string, expectedRevision: number): DocumentChange {
  return { op: 'unchanged', kind: 'thing', id, expectedRevision };
}

/** The ids of the whole list, page by page. */
export async function listIds(store: Store, query: Omit<Parameters<Store['list']>[0], 'kind'>): Promise<string[]> {
  const ids: string[] = [];
  let cursor = query.cursor;
  for (;;) {
    const page = await store.list({ ...query, kind: 'thing', cursor });
    ids.push(...page.items.map((item) => item.id));
    if (page.nextCursor === null) return ids;
    cursor = page.nextCursor;
  }
}

/** What is told after `fromRevision` up to the newest commit, which must have changed something. */
export async function eventsUpToNow(store: Store, fromRevision: number): Promise<WatchEvent[]> {
  const last = await store.commit([put(thing(`~last-${await store.revision()}`))]);
  const events: WatchEvent[] = [];
  for await (const event of store.watch(fromRevision, new AbortController().signal)) {
    if (event.revision === last) break;
    events.push(event);
  }
  return events;
}
