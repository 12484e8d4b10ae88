import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../control/admission.ts';
import { RevisionCompacted, type WatchEvent } from '../control/store/store.ts';
import { CloudError } from '../core/errors.ts';
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
 */
export async function sendWatch(context: ApiContext, request: FastifyRequest, reply: FastifyReply, caller: Caller, query: WatchQuery): Promise<void> {
  const { cloud, closing } = context;
  const from = query.from ?? (await cloud.store.revision());
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
      if (isWanted(context, caller, query, event)) yield line(context, event);
    }
  }
  try {
    await untilRevoked(context, request, (revoked) =>
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

function isWanted({ cloud }: ApiContext, caller: Caller, query: WatchQuery, event: WatchEvent): boolean {
  const { kind, project, resource } = event;
  if (!query.kinds.has(kind) || !cloud.registry.has(kind)) return false;
  if (query.project !== null && project !== query.project && cloud.registry.get(kind).scope === 'project') return false;
  if (query.subject !== null && (resource?.spec as { subject?: { id: string } } | undefined)?.subject?.id !== query.subject) return false;
  try {
    caller.authorize('read', resource ?? ({ kind, name: event.id, project } as never));
    return true;
  } catch {
    return false;
  }
}

function line({ cloud }: ApiContext, { revision, kind, id, resource }: WatchEvent) {
  if (resource === null) return { type: 'delete', revision, kind, id };
  return { type: 'put', revision, kind, id, resource: toWire(cloud.slice(kind), resource) };
}
