import { Type } from 'typebox';
import type { Kind } from '../../core/kind.ts';
import { limits } from '../../core/limits.ts';
import type { Resource } from '../../core/resource.ts';
import { memberIndex } from '../../core/role.ts';

/** Somebody in a group; the name goes with the id, for people: log-in names never change. */
export interface GroupMember {
  readonly user: string;
  readonly name: string;
}
export interface GroupSpec {
  readonly description: string;
  readonly members: readonly GroupMember[];
}
export type Group = Resource<GroupSpec, Record<string, never>>;

const description = Type.String({ maxLength: limits.descriptionLengthMax, description: 'Who they are, in your own words.' });
const members = Type.Array(Type.Object({ user: Type.String(), name: Type.String() }));
const who = Type.Object({
  users: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 500, description: 'Log-in names or ids.' }),
});

export const groupKind = {
  name: 'group',
  plural: 'groups',
  prefix: 'grp',
  scope: 'cloud',
  says: 'People who are given the same: a class, a team, those of a directory.',
  create: Type.Object({ description: Type.Optional(description) }),
  update: Type.Object({ description: Type.Optional(description) }),
  spec: Type.Object({ description, members }),
  status: Type.Object({}),
  initialStatus: {},
  states: ['active'],
  state: () => 'active',
  verbs: {
    'add-members': { says: 'Take people in.', from: ['active'], hint: 'A group that is there can always be changed.', body: who },
    'remove-members': { says: 'Let people go.', from: ['active'], hint: 'A group that is there can always be changed.', body: who },
  },
  indexes: (group) => Object.fromEntries(group.spec.members.map(({ user }) => [memberIndex(user), 'yes'])),
  columns: [
    { title: 'NAME', value: (group) => group.name },
    { title: 'MEMBERS', value: (group) => String(group.spec.members.length) },
    { title: 'DESCRIPTION', value: (group) => group.spec.description },
    { title: 'CREATED', value: (group) => group.createdAt },
  ],
} as const satisfies Kind<Group>;
