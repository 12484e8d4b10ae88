import { useMemo } from 'react';
import type { Kind } from '../../core/kind.ts';
import { defaultProjectName, projectKind } from '../../kinds/project/project.ts';
import { lacking } from '../cloud/access.ts';
import { useList } from '../cloud/cloud.tsx';
import { useUser } from '../shell/session.tsx';

/** Projects in which the reader may make something of a kind, and the one to begin with; undefined while they are read, or where there is none. */
export function useProjectsFor(kind: Pick<Kind, 'name'>, { isWanted = true } = {}) {
  const user = useUser();
  const list = useList(projectKind, { isWanted });
  const projects = useMemo(
    () => list.items?.filter(({ id }) => lacking(user, kind.name, 'create', { kind: kind.name, id: '', project: id }) === null),
    [list.items, user, kind.name],
  );
  return { ...list, items: projects, first: (projects?.find(({ name }) => name === defaultProjectName) ?? projects?.[0])?.id };
}
