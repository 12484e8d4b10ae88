import { QueryClient, type QueryKey } from '@tanstack/react-query';
import type { Resource } from '../../core/resource.ts';
import type { Live, Page } from './contract.ts';
import { ask } from './client.ts';

/** All resources of one kind that the reader may see, by id, in the order of creation. Never changed in place. */
export interface LiveList {
  readonly byId: ReadonlyMap<string, Live<Resource>>;
  readonly items: readonly Live<Resource>[];
  /** Everything up to this revision is in it. */
  readonly revision: number;
}

/** What a line of the watch stream says about a resource. */
export interface LiveChange {
  readonly type: 'put' | 'delete';
  readonly revision: number;
  readonly kind: string;
  readonly id: string;
  readonly resource?: Live<Resource>;
}

const pageSize = 1_000;

/** Lists are read once and then kept fresh by the watch stream, so they never grow stale by themselves. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { staleTime: Infinity, gcTime: Infinity, retry: false, refetchOnWindowFocus: false, networkMode: 'always' } },
  });
}

export const listKey = (plural: string): QueryKey => ['list', plural];

/** Page by page: the first page's revision counts, what changed since comes by the stream. */
export async function readList(plural: string, signal?: AbortSignal): Promise<LiveList> {
  const items: Live<Resource>[] = [];
  let revision = 0;
  for (let cursor: string | undefined; ;) {
    const page: Page<Resource> = await ask('GET', `/v1/${plural}`, { query: { project: '*', limit: pageSize, cursor }, signal });
    items.push(...page.items);
    revision ||= page.revision;
    if (page.nextCursor === null) return { byId: new Map(items.map((item) => [item.id, item])), items, revision };
    cursor = page.nextCursor;
  }
}

/**
 * Id → the revision at which it went. It does not come back by an answer that was on its way; what is newer than that was
 * only out of sight, and is shared again.
 */
const gone = new Map<string, number>();

/** The list after these changes; the very same one when none of them is news to it. */
export function applyChanges(list: LiveList, changes: readonly LiveChange[]): LiveList {
  const byId = new Map(list.byId);
  let hasChanged = false;
  for (const { type, id, revision, resource } of changes) {
    if (type === 'delete') {
      gone.set(id, revision);
      hasChanged = byId.delete(id) || hasChanged;
    } else if (resource !== undefined && resource.revision > (gone.get(id) ?? -1) && resource.revision > (byId.get(id)?.revision ?? -1)) {
      byId.set(id, resource);
      hasChanged = true;
    }
  }
  if (!hasChanged) return list;
  return { byId, items: [...byId.values()], revision: Math.max(list.revision, ...changes.map((change) => change.revision)) };
}

/** Tells a change that we know ourselves (an answer to a request) without waiting for the stream. */
export function putLive(client: QueryClient, plural: string, resource: Live<Resource>): void {
  client.setQueryData<LiveList>(listKey(plural), (list) =>
    list === undefined
      ? undefined
      : applyChanges(list, [{ type: 'put', revision: resource.revision, kind: resource.kind, id: resource.id, resource }]),
  );
}
