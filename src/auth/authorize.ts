import type { Caller } from '../control/admission.ts';
import type { Origin } from '../control/audit-entry.ts';
import { CloudError } from '../core/errors.ts';
import type { Resource } from '../core/resource.ts';
import { greaterRole, isAtLeast, lesserRole, projectRoles, type CloudRole, type ProjectRole } from '../core/role.ts';
import type { Identity } from './identity.ts';
import { leastOf } from './matrix.ts';
import { memberRole, sharedRole } from './member-role.ts';
import type { RightsBook } from './rights.ts';
import { mayVerb } from './scope.ts';

/** What of a resource decides who may do something with it. */
export type Target = Pick<Resource, 'kind' | 'id' | 'name' | 'project' | 'shares'>;

/** The one choke point: may this caller do `verb` to a resource of which this is the resulting record? Throws FORBIDDEN. */
export function authorize(identity: Identity, verb: string, resource: Target): void {
  if (!may(identity, verb, resource)) throw new CloudError('FORBIDDEN', { verb, what: `${resource.kind} ${resource.name}` });
}

export function may(identity: Identity, verb: string, resource: Target): boolean {
  const least = leastOf(resource.kind, verb);
  if (least === null || !mayDo(identity, resource.kind, verb)) return false;
  const { scope, rights } = identity;
  if (rights === null) return true;
  switch (least) {
    case 'viewer':
    case 'operator':
    case 'member':
    case 'owner': {
      const role = roleOn(identity, verb, resource);
      return role !== null && isAtLeast(role, least);
    }
    case 'self':
      return (resource.id === identity.userId && scope === null) || cloudRoleOf(identity) === 'administrator' || (reads(verb) && seesAll(identity));
    default:
      // What belongs to nobody in particular was decided at the door.
      return true;
  }
}

/** Whether any resource of the subject may be meant: the door of a route. {@link authorize} looks at the one that is. */
export function mayDo(identity: Identity | null, subject: string, verb: string): boolean {
  const least = leastOf(subject, verb);
  if (least === null) return false;
  if (least === 'anyone') return true;
  if (identity === null) return false;
  if (identity.role === 'agent') return least === 'agent' || least === 'signed-in';
  if (least === 'signed-in') return true;
  if (!mayVerb(identity.scope, subject, verb)) return false;
  switch (least) {
    case 'agent':
      return false;
    case 'auditor':
      return seesAll(identity);
    case 'administrator':
      return cloudRoleOf(identity) === 'administrator';
    default:
      return true;
  }
}

/** Sees everything there is: nothing has to be looked up for a list. */
export function seesAll(identity: Identity): boolean {
  return cloudRoleOf(identity) !== 'user' && identity.scope?.project == null;
}

function cloudRoleOf({ rights, scope }: Identity): CloudRole {
  const role = rights?.role ?? 'user';
  if (scope === null) return role;
  // A token for one project does nothing to the cloud.
  if (scope.project !== null) return 'user';
  if (scope.role === null) return role;
  if (scope.role === 'administrator') return role;
  return scope.role === 'auditor' && role !== 'user' ? 'auditor' : 'user';
}

/** The greatest role that this person has on one resource, as far as the token goes; null: it is nothing to them. */
function roleOn(identity: Identity, verb: string, resource: Target): ProjectRole | null {
  const { rights, scope } = identity;
  if (rights === null) return null;
  const cap = scope?.role ?? null;
  const own = ownRole(identity, verb, resource);
  return own !== null && cap !== null && isProjectRole(cap) ? lesserRole(own, cap) : cap === 'user' ? null : own;
}

function ownRole(identity: Identity, verb: string, resource: Target): ProjectRole | null {
  const { rights } = identity;
  if (rights === null) return null;
  if (!isInScope(identity, resource)) return sharedRole(resource, projectScope(identity));
  if (rights.role === 'administrator') return 'owner';
  const auditing = rights.role === 'auditor' && reads(verb) ? 'viewer' : null;
  return greaterRole(auditing, memberRole(resource, rights));
}

/** Whom a share must name for a token of one project: what its owner was given besides is not for it. */
export function projectScope({ scope }: Identity): ReadonlySet<string> {
  return new Set(scope?.project == null ? [] : [scope.project, 'everyone']);
}

function isInScope({ scope }: Identity, resource: Target): boolean {
  if (scope === null || scope.project === null) return true;
  return resource.kind === 'project' ? resource.id === scope.project : resource.project === scope.project;
}

function isProjectRole(role: ProjectRole | CloudRole): role is ProjectRole {
  return (projectRoles as readonly string[]).includes(role);
}

function reads(verb: string): boolean {
  return verb === 'read' || verb.startsWith('read-');
}

/**
 * What admission has to know of a caller. Rights that change while it decides are seen at its commit: what was
 * decided leans on the records that they follow from, and is decided again with the rights of then.
 */
export function callerOf(identity: Identity, requestId: string | null, book: RightsBook | null = null): Caller {
  let current: Identity = identity;
  return {
    userId: identity.userId,
    requestId,
    origin: originOf(identity),
    authorize: (verb, resource) => authorize(current, verb, resource),
    leansOn: (resource) => sourcesOf(current, resource),
    async refresh() {
      if (book === null || current.rights === null) return;
      const rights = await book.fresh(identity.userId);
      if (rights === null) throw new CloudError('UNAUTHENTICATED', { problem: 'this account is gone or blocked' });
      current = { ...current, rights };
    },
  };
}

/** Of all that rights follow from, what matters for one resource: an owner of a thousand projects leans on one. */
function sourcesOf({ rights }: Identity, resource: Target): Resource[] {
  if (rights === null) return [];
  const project = resource.kind === 'project' ? resource.id : resource.project;
  return [...rights.sources.values()].filter(({ kind, id }) => kind !== 'project' || id === project);
}

/** As it stands in the audit log. */
export function originOf({ name, method, credentialId, address }: Identity): Origin {
  return { name, method, credentialId, address };
}
