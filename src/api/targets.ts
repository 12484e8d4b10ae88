import type { FastifyRequest } from 'fastify';
import { callerOf } from '../auth/authorize.ts';
import type { Caller } from '../control/admission.ts';
import { find } from '../control/requests.ts';
import type { Slice } from '../control/slice.ts';
import { CloudError } from '../core/errors.ts';
import type { Resource } from '../core/resource.ts';
import { defaultProjectName } from '../kinds/project/project.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { hidden } from './hidden.ts';
import { originIn } from './origin.ts';

/** The caller, as admission wants it. */
export function callerIn(request: FastifyRequest): Caller {
  return callerOf(identityOf(request), request.id, originIn(request));
}

/** Id of the project that a request means, by name or id; null for kinds of the cloud's. Throws NOT_FOUND. */
export async function projectOf({ cloud }: ApiContext, slice: Slice, ref: string = defaultProjectName): Promise<string | null> {
  if (slice.kind.scope === 'cloud') return null;
  return (await find(cloud, cloud.slice('project'), ref, null)).id;
}

/** The resource that a path names, if the caller may see it. Throws NOT_FOUND. */
export async function target(
  context: ApiContext,
  slice: Slice,
  caller: Caller,
  ref: string,
  project: string | undefined,
  verb = 'read',
): Promise<Resource> {
  const found = await find(context.cloud, slice, ref, await projectOf(context, slice, project));
  try {
    caller.authorize('read', found);
  } catch {
    // Who may not know of it, learns nothing.
    throw hidden(new CloudError('NOT_FOUND', { kind: slice.kind.name, ref, place: '' }));
  }
  if (verb !== 'read') caller.authorize(verb, found);
  return found;
}
