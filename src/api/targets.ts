import type { FastifyRequest } from 'fastify';
import { callerOf, may } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import type { Caller } from '../control/admission.ts';
import { nameKey } from '../control/registry.ts';
import { find } from '../control/requests.ts';
import type { Slice } from '../control/slice.ts';
import { CloudError } from '../core/errors.ts';
import { isId } from '../core/ids.ts';
import type { Resource } from '../core/resource.ts';
import { defaultProjectName, projectKind } from '../kinds/project/project.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { hidden } from './hidden.ts';

/** The caller, as admission wants it. */
export function callerIn({ auth }: ApiContext, request: FastifyRequest): Caller {
  return callerOf(identityOf(request), request.id, auth.rights);
}

/** Id of the project that a request means, by name or id; null for kinds of the cloud's. Throws NOT_FOUND, PROJECT_NEEDED. */
export async function projectOf(context: ApiContext, request: FastifyRequest, slice: Slice, ref?: string): Promise<string | null> {
  if (slice.kind.scope === 'cloud') return null;
  const identity = identityOf(request);
  const found = await projectFor(context, identity, ref ?? defaultProjectName);
  if (found !== null) return found.id;
  if (ref !== undefined) throw new CloudError('NOT_FOUND', { kind: 'project', ref, place: '' });
  return onlyProject(context, identity);
}

async function projectFor({ cloud }: ApiContext, identity: Identity, ref: string): Promise<Resource | null> {
  const { store } = cloud;
  const found = isId(projectKind.prefix, ref) ? await store.get('project', ref) : await store.getByKey('project', nameKey(null, ref));
  return found !== null && may(identity, 'read', found) ? found : null;
}

/** Who is in one project only need not name it. */
async function onlyProject({ cloud }: ApiContext, { rights, scope }: Identity): Promise<string> {
  const ids = scope?.project == null ? [...(rights?.projects.keys() ?? [])] : [scope.project];
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return only;
  const named = await Promise.all(ids.slice(0, 10).map((id) => cloud.store.get('project', id)));
  const names = named.flatMap((project) => (project === null ? [] : [project.name])).toSorted();
  throw new CloudError('PROJECT_NEEDED', { projects: names.length === 0 ? 'you are in none yet' : names.join(', ') });
}

/** The resource that a path names, if the caller may see it. Throws NOT_FOUND. */
export async function target(
  context: ApiContext,
  request: FastifyRequest,
  slice: Slice,
  ref: string,
  project: string | undefined,
  verb = 'read',
): Promise<Resource> {
  const identity = identityOf(request);
  // An id says all by itself: who was only given a share of it is in no project that could be named.
  const projectId = isId(slice.kind.prefix, ref) ? null : await projectOf(context, request, slice, project);
  const found = await find(context.cloud, slice, ref, projectId);
  // Who may not know of it, learns nothing.
  if (!may(identity, 'read', found)) throw hidden(new CloudError('NOT_FOUND', { kind: slice.kind.name, ref, place: '' }));
  if (verb !== 'read' && !may(identity, verb, found)) throw new CloudError('FORBIDDEN', { verb, what: `${slice.kind.name} ${found.name}` });
  return found;
}
