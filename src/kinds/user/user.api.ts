import type { Admission } from '../../control/admission.ts';
import type { Slice } from '../../control/slice.ts';
import { CloudError } from '../../core/errors.ts';
import { withQuota, type SetQuota } from '../../core/quota.ts';
import { memberIndex } from '../../core/role.ts';
import type { Group } from '../group/group.ts';
import type { Project } from '../project/project.ts';
import { endSharesWith } from '../sharing.ts';
import { emailKey, userKind, type User, type UserSpec } from './user.ts';

/**
 * Records that let somebody in, or say what an outside directory told of them: each has the user's id in its index
 * `user`. They go with the user.
 */
export const credentialKinds = ['password', 'session', 'token', 'totp', 'passkey', 'link', 'one-time-link'] as const;

/** Fields that decide what somebody may do, as against what they are called. */
const administered = ['role', 'isBlocked', 'email'] as const;

export const userSlice: Slice<User> = {
  kind: userKind,
  async create(admission, { name, labels, body }) {
    const spec: UserSpec = { displayName: '', email: null, role: 'user', isBlocked: false, language: 'en', ...body };
    await checkEmail(admission, spec.email, null);
    return admission.create({ kind: 'user', name, project: null, labels, spec }) as User;
  },
  async update(admission, user, body) {
    const spec: UserSpec = { ...user.spec, ...body };
    // People change their own names and languages; the rest is given to them.
    if (administered.some((field) => spec[field] !== user.spec[field])) admission.caller.authorize('administer', user);
    if (spec.email !== user.spec.email) await checkEmail(admission, spec.email, user);
    if (isActingAdministrator(user.spec) && !isActingAdministrator(spec)) await checkNotLast(admission, user);
    return spec;
  },
  async delete(admission, user) {
    if (user.id === admission.caller.userId) throw new CloudError('OWN_ACCOUNT', { name: user.name });
    if (isActingAdministrator(user.spec)) await checkNotLast(admission, user);
    await leaveEverything(admission, user);
    await endSharesWith(admission, user);
    for (const kind of credentialKinds) for (const record of await admission.list(kind, { name: 'user', value: user.id })) admission.remove(record);
    return 'record';
  },
  verbs: {
    'set-quota': async (_admission, { spec }, body: SetQuota) => ({ ...spec, quota: withQuota(spec.quota, body) }),
  },
};

async function checkEmail(admission: Admission, email: string | null, of: User | null): Promise<void> {
  if (email === null) return;
  const owner = await admission.getByKey('user', emailKey(email));
  if (owner !== null && owner.id !== of?.id) throw new CloudError('EMAIL_TAKEN', { email });
}

function isActingAdministrator({ role, isBlocked }: UserSpec): boolean {
  return role === 'administrator' && !isBlocked;
}

/** A cloud that nobody can administer is lost: one is always left. */
async function checkNotLast(admission: Admission, user: User): Promise<void> {
  const administrators = (await admission.list('user', { name: 'role', value: 'administrator' })) as User[];
  const others = administrators.filter(({ id, spec }) => id !== user.id && isActingAdministrator(spec));
  if (others.length === 0) throw new CloudError('LAST_ADMINISTRATOR', { name: user.name });
  // Two who demote each other at the same moment: one of them finds the other changed.
  for (const other of others) admission.leanOn(other);
}

/** What they have made stays, with the id of who made it. */
async function leaveEverything(admission: Admission, user: User): Promise<void> {
  const index = { name: memberIndex(user.id), value: 'yes' };
  for (const group of (await admission.list('group', index)) as Group[]) {
    const members = group.spec.members.filter((member) => member.user !== user.id);
    admission.change(group, 'remove-members', { spec: { ...group.spec, members } });
  }
  for (const project of (await admission.list('project', index)) as Project[]) {
    const members = project.spec.members.filter((member) => member.id !== user.id);
    admission.change(project, 'remove-member', { spec: { ...project.spec, members } });
  }
}
