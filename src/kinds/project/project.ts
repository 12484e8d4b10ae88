import { Type } from 'typebox';
import type { Kind } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import { limits } from '../../core/limits.ts';

export interface ProjectSpec {
  readonly description: string;
}
export type Project = Resource<ProjectSpec, Record<string, never>>;

/** The project that a one-person cloud never has to think about. */
export const defaultProjectName = 'default';

const description = Type.String({ maxLength: limits.descriptionLengthMax, description: 'What it is for, in your own words.' });

export const projectKind: Kind<Project> = {
  name: 'project',
  plural: 'projects',
  prefix: 'prj',
  scope: 'cloud',
  says: 'What owns resources: a course, a team, a piece of research.',
  create: Type.Object({ description: Type.Optional(description) }),
  update: Type.Object({ description: Type.Optional(description) }),
  spec: Type.Object({ description }),
  status: Type.Object({}),
  initialStatus: {},
  states: ['active'],
  state: () => 'active',
  verbs: {},
  indexes: () => ({}),
  columns: [
    { title: 'NAME', value: (project) => project.name },
    { title: 'DESCRIPTION', value: (project) => project.spec.description },
    { title: 'CREATED', value: (project) => project.createdAt },
  ],
};
