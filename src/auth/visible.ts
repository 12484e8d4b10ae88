import { sharedIndex } from '../control/registry.ts';
import type { Kind } from '../core/kind.ts';
import { memberIndex } from '../core/role.ts';
import { projectScope, seesAll } from './authorize.ts';
import type { Identity } from './identity.ts';
import { leastOf } from './matrix.ts';

export interface Index {
  readonly name: string;
  readonly value: string;
}

/**
 * Where a person's list of a kind is read from, so that what is not theirs costs nothing, not even time. `all`:
 * from everything; otherwise from these indexes, which together hold all that may be seen (each is looked at again).
 */
export function visibleIn(identity: Identity, kind: Kind): 'all' | readonly Index[] {
  const { rights, scope } = identity;
  if (rights === null || seesAll(identity)) return 'all';
  const least = leastOf(kind.name, 'read');
  if (least === 'user' || least === 'anyone') return 'all';
  if (kind.name === 'user') return [{ name: 'id', value: identity.userId }];
  if (kind.name === 'group') return [{ name: memberIndex(identity.userId), value: 'yes' }];
  const people = [identity.userId, ...rights.groups];
  if (kind.name === 'project') return [...people.map((id) => ({ name: memberIndex(id), value: 'yes' })), ...grantedProjects(identity)];
  return [
    ...(scope?.project == null ? [...rights.projects.keys()] : [scope.project]).map((id) => ({ name: 'project', value: id })),
    ...(kind.canBeShared === true
      ? [...(scope?.project == null ? rights.principals : projectScope(identity))].map((id) => ({ name: sharedIndex(id), value: 'yes' }))
      : []),
  ];
}

/** Given by an outside directory: the project does not know of it. */
function grantedProjects({ rights }: Identity): Index[] {
  if (rights === null) return [];
  return [...rights.projects.keys()].filter((id) => !rights.sources.has(id)).map((value) => ({ name: 'id', value }));
}
