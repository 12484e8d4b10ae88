import { Type } from 'typebox';
import type { Kind } from '../../core/kind.ts';
import { limits } from '../../core/limits.ts';
import { OwnQuotaSchema, SetQuotaSchema, type OwnQuota } from '../../core/quota.ts';
import type { Resource } from '../../core/resource.ts';
import { memberIndex, projectRoles, type ProjectRole } from '../../core/role.ts';
import { OneOf } from '../../core/schema.ts';

/** A person or a group in a project. */
export interface ProjectMember {
  /** Id of a user or a group. */
  readonly id: string;
  /** The name that goes with it, for people. */
  readonly name: string;
  readonly role: ProjectRole;
}

export interface ProjectSpec {
  readonly description: string;
  readonly members: readonly ProjectMember[];
  /** Its own limits; what is absent is as everywhere. */
  readonly quota?: OwnQuota;
}
export type Project = Resource<ProjectSpec, Record<string, never>>;

/** The project that a one-person cloud never has to think about. */
export const defaultProjectName = 'default';

const description = Type.String({ maxLength: limits.descriptionLengthMax, description: 'What it is for, in your own words.' });
const role = OneOf(projectRoles, { description: 'viewer sees, operator starts and stops, member creates and deletes, owner decides who is in it.' });
const ref = Type.String({ minLength: 1, maxLength: 100, description: 'Name or id.' });

export const projectKind = {
  name: 'project',
  plural: 'projects',
  prefix: 'prj',
  scope: 'cloud',
  says: 'What owns resources: a course, a team, a piece of research.',
  create: Type.Object({
    description: Type.Optional(description),
    owner: Type.Optional({ ...ref, description: 'Log-in name or id of who decides in it; you where absent.' } as typeof ref),
  }),
  update: Type.Object({ description: Type.Optional(description) }),
  spec: Type.Object({
    description,
    members: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), role })),
    quota: Type.Optional(OwnQuotaSchema),
  }),
  status: Type.Object({}),
  initialStatus: {},
  states: ['active'],
  state: () => 'active',
  verbs: {
    'set-member': {
      says: 'Take a person or a group in, or give them another role.',
      from: ['active'],
      hint: 'A project that is there can always be changed.',
      body: Type.Object({ user: Type.Optional(ref), group: Type.Optional(ref), role }),
    },
    'remove-member': {
      says: 'Let a person or a group go.',
      from: ['active'],
      hint: 'A project that is there can always be changed.',
      body: Type.Object({ user: Type.Optional(ref), group: Type.Optional(ref) }),
    },
    'set-quota': {
      says: 'Limit what it may have.',
      from: ['active'],
      hint: 'A project that is there can always be changed.',
      body: SetQuotaSchema,
    },
  },
  indexes: (project) => Object.fromEntries(project.spec.members.map(({ id }) => [memberIndex(id), 'yes'])),
  columns: [
    { title: 'NAME', value: (project) => project.name },
    { title: 'MEMBERS', value: (project) => String(project.spec.members.length) },
    { title: 'DESCRIPTION', value: (project) => project.spec.description },
    { title: 'CREATED', value: (project) => project.createdAt },
  ],
} as const satisfies Kind<Project>;
