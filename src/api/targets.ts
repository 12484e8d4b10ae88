import type { FastifyRequest } from 'fastify';
import { callerOf, may, seesAll } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import type { Caller } from '../control/admission.ts';
import { nameKey } from '../control/registry.ts';
import type { Slice } from '../control/slice.ts';
import { CloudError } from '../core/errors.ts';
import { isId } from '../core/ids.ts';
import type { Resource } from '../core/resource.ts';
import { findVisible } from '../kinds/finding.ts';
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
  const ids = projectsOf({ rights, scope });
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return only;
  const named = await Promise.all(ids.slice(0, 10).map((id) => cloud.store.get('project', id)));
  const names = named.flatMap((project) => (project === null ? [] : [project.name])).toSorted();
  throw new CloudError('PROJECT_NEEDED', { projects: names.length === 0 ? 'you are in none yet' : names.join(', ') });
}

function projectsOf({ rights, scope }: Pick<Identity, 'rights' | 'scope'>): string[] {
  return scope?.project == null ? [...(rights?.projects.keys() ?? [])] : [scope.project];
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
  const { kind } = slice;
  const isForUse = verb === 'read' || verb === 'use';
  // What says all by itself needs no project: who was only given a share of it is in none that could be named.
  const isExact = isId(kind.prefix, ref) || ref.includes('/');
  const isOfNone = isForUse && kind.isFoundFromAnywhere === true && project === undefined && projectsOf(identity).length === 0;
  const projectId = isExact || (isOfNone && !seesAll(identity)) ? null : await projectOf(context, request, slice, project);
  let isHidden = false;
  const mayRead = (resource: Resource) => {
    const is = may(identity, 'read', resource);
    isHidden ||= !is;
    return is;
  };
  const found = await findVisible(context.cloud.store, kind, { ref, project: projectId, isForUse }, mayRead);
  if (found === null) {
    const isOfOne = projectId !== null && !(isForUse && kind.isFoundFromAnywhere === true);
    const absent = new CloudError('NOT_FOUND', { kind: kind.name, ref, place: isOfOne ? ' in this project' : '' });
    // Who may not know of it, learns nothing.
    throw isHidden ? hidden(absent) : absent;
  }
  if (verb !== 'read' && !may(identity, verb, found)) throw new CloudError('FORBIDDEN', { verb, what: `${slice.kind.name} ${found.name}` });
  return found;
}
