import type { Resource } from '../core/resource.ts';
import { greaterRole, type ProjectRole } from '../core/role.ts';

/** What of somebody decides what they are to a resource. */
export interface Belonging {
  readonly userId: string;
  readonly groups: ReadonlySet<string>;
  /** Project id → the greatest role there. */
  readonly projects: ReadonlyMap<string, ProjectRole>;
  /** Ids that a share may name to mean this person. */
  readonly principals: ReadonlySet<string>;
}

/**
 * The role that somebody has on one resource, by membership or by a share, whatever they are in the cloud; null: none.
 * The page decides by it too what to offer.
 */
export function memberRole(
  resource: Pick<Resource, 'kind' | 'id' | 'project' | 'shares'>,
  { userId, groups, projects, principals }: Belonging,
): ProjectRole | null {
  if (resource.kind === 'project') return projects.get(resource.id) ?? null;
  if (resource.kind === 'group') return groups.has(resource.id) ? 'viewer' : null;
  if (resource.kind === 'user') return resource.id === userId ? 'owner' : null;
  const role = resource.project === null ? null : (projects.get(resource.project) ?? null);
  return greaterRole(role, sharedRole(resource, principals));
}

/** The role that a share with one of these gives on the one resource that is shared; null: none. */
export function sharedRole({ shares = [] }: Pick<Resource, 'shares'>, principals: ReadonlySet<string>): ProjectRole | null {
  let role: ProjectRole | null = null;
  for (const share of shares) if (principals.has(share.with)) role = greaterRole(role, share.access === 'use' ? 'operator' : 'viewer');
  return role;
}
