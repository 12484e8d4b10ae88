import { idFromUuid } from '../core/ids.ts';
import { recordOf, type Resource } from '../core/resource.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import type { Change, Indexed, Store } from '../control/store/store.ts';

/** Accounts, sessions and tokens are records of the store that belong to no kind: no list and no watch shows them. */
export function newRecord<Spec>(clock: Clock, kind: string, prefix: string, name: string, createdBy: string, spec: Spec): Resource<Spec> {
  return recordOf({ kind, id: idFromUuid(prefix, clock.uuid()), name, createdBy, at: isoTime(clock.now()), spec });
}

export function put(resource: Resource, indexed: Indexed): Change {
  return { op: 'put', resource, expectedRevision: resource.revision, indexed };
}

export function remove({ kind, id, revision }: Resource): Change {
  return { op: 'delete', kind, id, expectedRevision: revision };
}

export async function* all(store: Store, kind: string, index?: { name: string; value: string }): AsyncIterable<Resource> {
  let cursor: string | undefined;
  do {
    const page = await store.list({ kind, limit: 500, cursor, ...(index === undefined ? {} : { index }) });
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
