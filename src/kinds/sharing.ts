import { admit, type Admission, type AdmissionDeps, type Caller } from '../control/admission.ts';
import type { Slice } from '../control/slice.ts';
import { CloudError } from '../core/errors.ts';
import { isId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import type { Resource, Share } from '../core/resource.ts';
import { groupKind } from './group/group.ts';
import { projectKind } from './project/project.ts';
import { findPrincipal } from './user/user.find.ts';
import { userKind } from './user/user.ts';

/** With whom: exactly one of these. */
export interface ShareWith {
  readonly user?: string;
  readonly group?: string;
  readonly project?: string;
  readonly everyone?: true;
}

/** Whom a share with all who can log in names. */
export const withEveryone = { with: 'everyone', name: 'everyone' } as const;

/** Gives somebody outside the project this access to one resource, in place of what they had; null takes it away. Throws NOT_FOUND, FORBIDDEN. */
export async function shareResource(
  deps: AdmissionDeps,
  slice: Slice,
  caller: Caller,
  id: string,
  who: ShareWith,
  access: Share['access'] | null,
): Promise<Resource> {
  const { kind } = slice;
  const { result, revision } = await admit(deps, caller, async (admission) => {
    const resource = await admission.get(kind.name, id);
    if (resource === null) throw new CloudError('NOT_FOUND', { kind: kind.name, ref: id, place: '' });
    if (resource.deletedAt !== null) throw new CloudError('BEING_DELETED', { kind: kind.name, name: resource.name });
    const principal = (access === null ? presentIn(resource, who) : null) ?? (await principalOf(admission, who));
    if (principal.id === withEveryone.with && access !== null) await checkShareWithEveryone(admission, resource);
    const before = resource.shares ?? [];
    const others = before.filter((share) => share.with !== principal.id);
    if (access === null && others.length === before.length)
      throw new CloudError('NOT_SHARED', { kind: kind.name, name: resource.name, who: principal.name });
    const shares = access === null ? others : [...others, { with: principal.id, name: principal.name, access }];
    if (shares.length > limits.sharesPerResourceMax)
      throw new CloudError('LIMIT_REACHED', {
        what: `shares of ${kind.name} ${resource.name}`,
        asked: shares.length,
        limit: limits.sharesPerResourceMax,
        hint: 'Share it with a group or a project instead.',
      });
    const changed = admission.change(resource, 'share', { shares });
    const message =
      access === null
        ? `${kind.name} ${resource.name} is no longer shared with ${principal.name}`
        : `${kind.name} ${resource.name} was shared with ${principal.name} (${access})`;
    admission.event(changed, { type: 'request', message });
    return changed;
  });
  return { ...result, revision };
}

/** Takes away every share that names a user, a group or a project that goes: in the transaction in which it does. */
export async function endSharesWith(admission: Admission, { id, name }: Resource): Promise<void> {
  for (const resource of await admission.sharedWith(id)) {
    const shares = (resource.shares ?? []).filter((share) => share.with !== id);
    const changed = admission.change(resource, 'share', { shares });
    admission.event(changed, { type: 'request', message: `${resource.kind} ${resource.name} is no longer shared with ${name}` });
  }
}

/** Whom a share of it names so, also when that is gone or is called otherwise by now; null: none, or it could be several. */
function presentIn({ shares = [] }: Resource, who: ShareWith): { id: string; name: string } | null {
  for (const kind of [userKind, groupKind, projectKind]) {
    const ref = who[kind.name];
    if (ref === undefined || Object.values(who).filter((each) => each !== undefined).length !== 1) continue;
    const those = shares.filter((share) => isId(kind.prefix, share.with));
    const meant = those.filter((share) => (isId(kind.prefix, ref) ? share.with : share.name) === ref);
    const [only] = meant;
    if (only !== undefined && meant.length === 1) return { id: only.with, name: only.name };
  }
  return null;
}

async function principalOf(admission: Admission, { user, group, project, everyone }: ShareWith): Promise<{ id: string; name: string }> {
  const given = [user, group, project, everyone].filter((each) => each !== undefined);
  if (given.length !== 1)
    throw new CloudError('INPUT_INVALID', { where: 'user, group, project, everyone', problem: 'exactly one of them is needed' });
  if (user !== undefined) return findPrincipal(admission, 'user', userKind.prefix, user);
  if (group !== undefined) return findPrincipal(admission, 'group', groupKind.prefix, group);
  if (project !== undefined) return findPrincipal(admission, 'project', projectKind.prefix, project);
  return { id: withEveryone.with, name: withEveryone.name };
}

/** Throws FORBIDDEN unless the caller may share what the resource's project has with all who can log in. */
export async function checkShareWithEveryone(admission: Admission, resource: Resource): Promise<void> {
  const project = resource.project === null ? null : await admission.get('project', resource.project);
  if (project !== null) admission.authorize('share-with-everyone', project);
}
