import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Slice } from '../control/slice.ts';
import type { Resource } from '../core/resource.ts';
import { seconds } from '../core/units.ts';
import type { ApiContext } from './context.ts';
import type { OneQuery } from './resource-schemas.ts';
import { waitFor } from './wait.ts';
import { etagOf, toWire } from './wire.ts';

const waitSecondsDefault = 60;

/** One resource as an answer, with its ETag. */
export function sendOne(reply: FastifyReply, slice: Slice, resource: Resource): FastifyReply {
  return reply.header('etag', etagOf(resource)).send(toWire(slice, resource));
}

/** After the wait that was asked for, if any: the resource as it is then, null when it is gone. */
export async function afterWait(context: ApiContext, request: FastifyRequest, reply: FastifyReply, resource: Resource): Promise<Resource | null> {
  return (await afterWaits(context, request, reply, [resource]))[0] ?? null;
}

/** The same for several, all within the one time that was given. */
export async function afterWaits(
  { cloud, closing }: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  resources: readonly Resource[],
): Promise<readonly (Resource | null)[]> {
  const { wait, timeoutSeconds = waitSecondsDefault } = request.query as OneQuery;
  if (wait === undefined) return resources;
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, closing]);
  // What is being deleted never settles: then gone is what is meant.
  return Promise.all(resources.map((resource) => waitFor(cloud, wait, resource, timeoutSeconds * seconds, signal)));
}

/** 204 when nothing is left to show. */
export function sendLeft(reply: FastifyReply, slice: Slice, resource: Resource | null): FastifyReply {
  return resource === null ? reply.code(204).send() : sendOne(reply, slice, resource);
}
