import type { Admission } from '../../control/admission.ts';
import type { Slice } from '../../control/slice.ts';
import { CloudError } from '../../core/errors.ts';
import { isId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import { withQuota, type SetQuota } from '../../core/quota.ts';
import type { ProjectRole } from '../../core/role.ts';
import { groupKind } from '../group/group.ts';
import { endSharesWith } from '../sharing.ts';
import { findPrincipal, findUser } from '../user/user.find.ts';
import { userKind } from '../user/user.ts';
import { defaultProjectName, projectKind, type Project, type ProjectMember, type ProjectSpec } from './project.ts';

/** Kinds of which a project must have none to go. */
const ownedKinds = ['instance', 'image', 'ssh-key'] as const;

interface Who {
  readonly user?: string;
  readonly group?: string;
}

export const projectSlice: Slice<Project> = {
  kind: projectKind,
  async create(admission, { name, labels, body }) {
    const ref = body.owner ?? (isId(userKind.prefix, admission.caller.userId) ? admission.caller.userId : null);
    const owner = ref === null ? null : await findUser(admission, ref);
    const members: ProjectMember[] = owner === null ? [] : [{ id: owner.id, name: owner.name, role: 'owner' }];
    return admission.create({ kind: 'project', name, project: null, labels, spec: { description: body.description ?? '', members } }) as Project;
  },
  async update(_admission, project, body) {
    return { ...project.spec, ...body };
  },
  async rename(admission, project) {
    const refuse = (reason: string, hint: string): never => {
      throw new CloudError('NOT_CHANGEABLE', { field: 'The name', kind: 'project', name: project.name, reason, hint });
    };
    if (project.name === defaultProjectName) refuse('requests that name no project go there', 'Create a project of the other name.');
    admission.leanOnEmpty('instance', 'project', project.id);
    if ((await admission.count('instance', 'project', project.id)) > 0)
      refuse('its instances are known by it on their networks', 'Create a project of the other name, or delete the instances first.');
  },
  async delete(admission, project) {
    if (project.name === defaultProjectName)
      throw new CloudError('IN_USE', { kind: 'project', name: project.name, users: 'everyone: it is the default project' });
    const used = [];
    for (const kind of ownedKinds) {
      const count = await admission.count(kind, 'project', project.id);
      admission.leanOnEmpty(kind, 'project', project.id);
      if (count > 0) used.push(`${count} ${kind}${count === 1 ? '' : 's'}`);
    }
    if (used.length > 0) throw new CloudError('IN_USE', { kind: 'project', name: project.name, users: used.join(' and ') });
    await endSharesWith(admission, project);
    return 'record';
  },
  verbs: {
    'set-quota': async (_admission, { spec }, body: SetQuota) => ({ ...spec, quota: withQuota(spec.quota, body) }),
    'set-member': async (admission, project, body: Who & { role: ProjectRole }) => {
      const { id, name } = await principalOf(admission, body);
      const others = project.spec.members.filter((member) => member.id !== id);
      if (others.length >= limits.membersPerProjectMax)
        throw new CloudError('LIMIT_REACHED', {
          what: `members of project ${project.name}`,
          asked: others.length + 1,
          limit: limits.membersPerProjectMax,
          hint: 'Take in a group instead.',
        });
      return withMembers(project, [...others, { id, name, role: body.role }]);
    },
    'remove-member': async (_admission, project, body: Who) => {
      const ref = refOf(body);
      const others = project.spec.members.filter((member) => !(isOfKind(member, body) && (member.id === ref || member.name === ref)));
      if (others.length === project.spec.members.length) throw new CloudError('NOT_A_MEMBER', { who: ref, kind: 'project', name: project.name });
      return withMembers(project, others);
    },
  },
};

function refOf({ user, group }: Who): string {
  const ref = user ?? group;
  if (ref === undefined || (user !== undefined && group !== undefined))
    throw new CloudError('INPUT_INVALID', { where: 'user, group', problem: 'exactly one of them is needed' });
  return ref;
}

function principalOf(admission: Admission, who: Who) {
  const ref = refOf(who);
  return who.user === undefined ? findPrincipal(admission, 'group', groupKind.prefix, ref) : findUser(admission, ref);
}

function isOfKind(member: ProjectMember, who: Who): boolean {
  return isId(who.user === undefined ? groupKind.prefix : userKind.prefix, member.id);
}

/** Who had an owner keeps one: otherwise only an administrator could ever take somebody in again. */
function withMembers({ name, spec }: Project, members: readonly ProjectMember[]): ProjectSpec {
  const isOwned = (all: readonly ProjectMember[]) => all.some(({ role }) => role === 'owner');
  if (isOwned(spec.members) && !isOwned(members)) throw new CloudError('LAST_OWNER', { name });
  return { ...spec, members: members.toSorted((a, b) => a.name.localeCompare(b.name)) };
}
