import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Auth } from '../auth/auth.ts';
import { may } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { concerns, showsSame, type Rights } from '../auth/rights.ts';
import { sharedIndex } from '../control/registry.ts';
import { RevisionCompacted, type WatchEvent } from '../control/store/store.ts';
import { CloudError } from '../core/errors.ts';
import type { Resource } from '../core/resource.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { streamLines } from './line-stream.ts';
import { problemOf, toCloudError } from './problem.ts';
import { untilRevoked } from './revoked.ts';
import { toWire } from './wire.ts';

export interface WatchQuery {
  readonly kinds: ReadonlySet<string>;
  /** Id; null: of all projects. What belongs to the cloud itself is told in either case. */
  readonly project: string | null;
  /** Only events about this resource. */
  readonly subject: string | null;
  /** Tell what changed after this revision; null: from now on. */
  readonly from: number | null;
}

/**
 * Changes as they come. A bookmark says up to which revision everything has been told: whoever comes back
 * with `from` that revision misses nothing, and may hear the newest again.
 *
 * What may be seen is decided for every line, with the rights of then: where they change, the stream ends with
 * RIGHTS_CHANGED before anything that came later is told.
 */
export async function sendWatch(context: ApiContext, request: FastifyRequest, reply: FastifyReply, query: WatchQuery): Promise<void> {
  const { cloud, auth, closing } = context;
  let identity = identityOf(request);
  const from = query.from ?? (await cloud.store.revision());
  const shared = await sharedWith(context, identity, query);
  // The changes of one commit share a revision: of the newest one seen, some may still be to come.
  let told = from;
  const tooOld = (error: unknown) => (error instanceof RevisionCompacted ? new CloudError('WATCH_TOO_OLD', { revision: from }) : error);
  async function* lines(signal: AbortSignal): AsyncIterable<unknown> {
    const events = cloud.store.watch(from, signal)[Symbol.asyncIterator]();
    let next = events.next();
    // Not before the store has had the chance to say that it cannot begin there.
    await Promise.race([next, new Promise((resolve) => setImmediate(resolve))]);
    yield { type: 'bookmark', revision: told };
    for (let step = await next; step.done !== true; step = await (next = events.next())) {
      const event = step.value;
      told = Math.max(told, event.revision - 1);
      if (identity.rights !== null && concerns(event, identity.rights)) identity = { ...identity, rights: await sameRights(auth, identity.rights) };
      const seen = isWanted(context, query, event) ? asSeen(identity, shared, event) : null;
      if (seen !== null) yield line(context, seen);
    }
  }
  try {
    await untilRevoked(context, request, null, (revoked) =>
      streamLines(reply, {
        clock: cloud.clock,
        closing: AbortSignal.any([closing, revoked]),
        lines,
        idle: () => ({ type: 'bookmark', revision: told }),
        failed: (error) => ({ ...problemOf(toCloudError(tooOld(error), request.id), request.id), type: 'error' }),
      }),
    );
  } catch (error) {
    throw tooOld(error);
  }
}

/** Read anew; throws RIGHTS_CHANGED where they give or take anything. */
async function sameRights(auth: Auth, before: Rights): Promise<Rights> {
  const now = await auth.rights.fresh(before.userId);
  if (now === null || !showsSame(before, now)) throw new CloudError('RIGHTS_CHANGED');
  return now;
}

/** Ids of all that the caller sees only because it is shared: an end of that is told as if it were deleted. */
async function sharedWith({ cloud }: ApiContext, { rights }: Identity, { kinds }: WatchQuery): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const kind of cloud.registry.kinds) {
    if (kind.canBeShared !== true || !kinds.has(kind.name)) continue;
    for (const principal of rights?.principals ?? []) {
      let after: string | undefined;
      do {
        const page = await cloud.store.list({ kind: kind.name, index: { name: sharedIndex(principal), value: 'yes' }, limit: 1_000, after });
        for (const { id } of page.items) ids.add(id);
        after = page.nextCursor === null ? undefined : page.items.at(-1)?.id;
      } while (after !== undefined);
    }
  }
  return ids;
}

function isWanted({ cloud }: ApiContext, query: WatchQuery, { kind, project, resource }: WatchEvent): boolean {
  if (!query.kinds.has(kind) || !cloud.registry.has(kind)) return false;
  if (query.project !== null && project !== query.project && cloud.registry.get(kind).scope === 'project') return false;
  return query.subject === null || (resource?.spec as { subject?: { id: string } } | undefined)?.subject?.id === query.subject;
}

/** The event as this caller may know of it; null: not at all. */
function asSeen(identity: Identity, shared: Set<string>, event: WatchEvent): WatchEvent | null {
  const { kind, id, project } = event;
  const resource: Resource | null = event.resource;
  const isSeen = may(identity, 'read', resource ?? { kind, id, name: id, project });
  if (isSeen) {
    if ((resource?.shares ?? []).length > 0) shared.add(id);
    return event;
  }
  // Also when it is gone, nobody but those who saw it hear of it.
  return shared.delete(id) ? { ...event, op: 'delete', resource: null } : null;
}

function line({ cloud }: ApiContext, { revision, kind, id, resource }: WatchEvent) {
  if (resource === null) return { type: 'delete', revision, kind, id };
  return { type: 'put', revision, kind, id, resource: toWire(cloud.slice(kind), resource) };
}
