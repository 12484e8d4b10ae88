import type { Slice } from '../../control/slice.ts';
import { CloudError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import { memberIndex } from '../../core/role.ts';
import type { Project } from '../project/project.ts';
import { endSharesWith } from '../sharing.ts';
import { findUser } from '../user/user.find.ts';
import { groupKind, type Group, type GroupMember } from './group.ts';

export const groupSlice: Slice<Group> = {
  kind: groupKind,
  async create(admission, { name, labels, body }) {
    return admission.create({ kind: 'group', name, project: null, labels, spec: { description: body.description ?? '', members: [] } }) as Group;
  },
  async update(_admission, group, body) {
    return { ...group.spec, ...body };
  },
  async delete(admission, group) {
    for (const project of (await admission.list('project', { name: memberIndex(group.id), value: 'yes' })) as Project[]) {
      const members = project.spec.members.filter((member) => member.id !== group.id);
      admission.change(project, 'remove-member', { spec: { ...project.spec, members } });
    }
    await endSharesWith(admission, group);
    return 'record';
  },
  verbs: {
    'add-members': async (admission, { name, spec }, body: { users: string[] }) => {
      const members = new Map(spec.members.map((member): [string, GroupMember] => [member.user, member]));
      for (const ref of body.users) {
        const user = await findUser(admission, ref);
        members.set(user.id, { user: user.id, name: user.name });
      }
      if (members.size > limits.membersPerGroupMax)
        throw new CloudError('LIMIT_REACHED', {
          what: `members of group ${name}`,
          asked: members.size,
          limit: limits.membersPerGroupMax,
          hint: 'Make a second group.',
        });
      return { ...spec, members: [...members.values()].toSorted((a, b) => a.name.localeCompare(b.name)) };
    },
    'remove-members': async (_admission, { name, spec }, body: { users: string[] }) => {
      const unknown = body.users.find((ref) => !spec.members.some((member) => is(member, ref)));
      if (unknown !== undefined) throw new CloudError('NOT_A_MEMBER', { who: unknown, kind: 'group', name });
      return { ...spec, members: spec.members.filter((member) => !body.users.some((ref) => is(member, ref))) };
    },
  },
};

function is(member: GroupMember, ref: string): boolean {
  return member.user === ref || member.name === ref;
}
