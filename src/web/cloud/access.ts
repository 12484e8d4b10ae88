import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { leastOf, type Least } from '../../auth/matrix.ts';
import { memberRole, type Belonging } from '../../auth/member-role.ts';
import type { Kind } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import { greaterRole, isAtLeast, projectRoles, type ProjectRole } from '../../core/role.ts';
import { useUser, type User } from '../shell/session.tsx';

// What the page offers follows from the same table as what the API grants. It is a courtesy: the API decides.

/** What of a resource decides who may do something with it. */
export type Target = Pick<Resource, 'kind' | 'id' | 'project' | 'shares'>;

/** The least role that somebody lacks for `verb` of a resource; null: they may. `on` null: of any that there could be. */
export function lacking(user: User, kind: string, verb: string, on: Target | null): Least | null {
  const least = leastOf(kind, verb);
  if (least === null || user.role === 'administrator') return null;
  const isReading = verb === 'read' || verb.startsWith('read-');
  if (isProjectRole(least)) {
    const auditing = user.role === 'auditor' && isReading ? 'viewer' : null;
    const role = greaterRole(auditing, on === null ? greatestOf(user) : memberRole(on, belongingOf(user)));
    return role !== null && isAtLeast(role, least) ? null : least;
  }
  switch (least) {
    case 'self':
      return on === null || on.id === user.id || (isReading && user.role === 'auditor') ? null : least;
    case 'auditor':
      return user.role === 'user' ? least : null;
    case 'administrator':
    case 'agent':
      return least;
    default:
      return null;
  }
}

/** Why the reader's role forbids `verb`, as a sentence; null: it does not. */
export function useForbidden(): (kind: Pick<Kind, 'name'>, verb: string, on: Target | null) => string | null {
  const { t } = useTranslation();
  const user = useUser();
  return (kind, verb, on) => {
    const least = lacking(user, kind.name, verb, on);
    if (least === null) return null;
    if (!isProjectRole(least)) return t(`access.${least}`);
    const own = on === null ? null : memberRole(on, belongingOf(user));
    return own === null
      ? t('access.role', { role: t(`roles.${least}`) })
      : t('access.greaterRole', { role: t(`roles.${least}`), own: t(`roles.${own}`) });
  };
}

/** Whether a list of a kind would be refused. */
export function useMayList(): (kind: Pick<Kind, 'name'>) => boolean {
  const { role } = useUser();
  return useMemo(
    () => (kind) => {
      const least = leastOf(kind.name, 'read');
      return role === 'administrator' || (least !== 'administrator' && (least !== 'auditor' || role === 'auditor'));
    },
    [role],
  );
}

/** Sees what belongs to others too. */
export function seesWholeCloud({ role }: User): boolean {
  return role !== 'user';
}

function belongingOf({ id, projects, groups }: User): Belonging {
  const inGroups = new Set(groups.map((group) => group.id));
  const inProjects = new Map(projects.map((project) => [project.id, project.role]));
  return { userId: id, groups: inGroups, projects: inProjects, principals: new Set([id, ...inGroups, ...inProjects.keys(), 'everyone']) };
}

function greatestOf({ projects }: User): ProjectRole | null {
  return projects.reduce<ProjectRole | null>((greatest, { role }) => greaterRole(greatest, role), null);
}

function isProjectRole(least: Least): least is ProjectRole {
  return (projectRoles as readonly string[]).includes(least);
}
