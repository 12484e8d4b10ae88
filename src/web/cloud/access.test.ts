import fc from 'fast-check';
import { expect, test } from 'vitest';
import { may } from '../../auth/authorize.ts';
import type { Identity } from '../../auth/identity.ts';
import { matrix } from '../../auth/matrix.ts';
import { cloudRoles, projectRoles } from '../../core/role.ts';
import { kinds } from '../../kinds/index.ts';
import type { User } from '../shell/session.tsx';
import { lacking } from './access.ts';

const person = 'usr-me';
const projectIds = ['prj-a', 'prj-b'];

function identityOf({ id, name, role, projects, groups }: User): Identity {
  const inGroups = new Set(groups.map((group) => group.id));
  const inProjects = new Map(projects.map((project) => [project.id, project.role] as const));
  const principals = new Set([id, ...inGroups, ...inProjects.keys(), 'everyone']);
  return {
    userId: id,
    name,
    role,
    rights: { userId: id, role, groups: inGroups, projects: inProjects, principals, sources: new Map() },
    via: 'session',
    method: 'password',
    credentialId: 'ses-1',
    host: null,
    pending: null,
    scope: null,
    address: null,
  };
}

const users = fc.record({
  id: fc.constant(person),
  name: fc.constant('me'),
  role: fc.constantFrom(...cloudRoles),
  projects: fc.uniqueArray(fc.record({ id: fc.constantFrom(...projectIds), name: fc.constant('x'), role: fc.constantFrom(...projectRoles) }), {
    selector: ({ id }) => id,
  }),
  groups: fc.constantFrom([], [{ id: 'grp-a', name: 'a' }]),
});

const rows = kinds.flatMap(({ name, scope, canBeShared }) =>
  Object.keys(matrix[name] ?? {}).map((verb) => ({ kind: name, verb, isOfProject: scope === 'project', canBeShared: canBeShared === true })),
);

const shares = fc.constantFrom(
  [],
  ...[person, 'grp-a', 'prj-b', 'everyone', 'usr-other'].flatMap((who) =>
    (['read', 'use'] as const).map((access) => [{ with: who, name: 'x', access }]),
  ),
);

test('the page offers what the API grants, to everybody, for everything', () => {
  fc.assert(
    fc.property(
      users,
      fc.constantFrom(...rows),
      fc.constantFrom(...projectIds),
      fc.constantFrom(person, 'grp-a', 'prj-a', 'x-1'),
      shares,
      (user, row, project, id, shared) => {
        const { kind, verb, isOfProject, canBeShared } = row;
        const target = { kind, id, name: 'x', project: isOfProject ? project : null, ...(canBeShared ? { shares: shared } : {}) };
        // What belongs to nobody in particular is decided at the door, before anything is looked at.
        const door = ['administrator', 'auditor', 'agent'].includes(matrix[kind]?.[verb] ?? '');
        if (!door) expect(lacking(user, kind, verb, target) === null).toBe(may(identityOf(user), verb, target));
        // Who may not do it to anything, may not do it to one.
        if (lacking(user, kind, verb, target) === null && !canBeShared && isOfProject) expect(lacking(user, kind, verb, null)).toBeNull();
      },
    ),
  );
});
