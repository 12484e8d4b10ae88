import { nameKey } from '../../control/registry.ts';
import type { Admission } from '../../control/admission.ts';
import { CloudError } from '../../core/errors.ts';
import { looksLikeId } from '../../core/ids.ts';
import { limits } from '../../core/limits.ts';
import type { ProjectRole } from '../../core/role.ts';
import type { Project } from '../../kinds/project/project.ts';
import type { Language, User } from '../../kinds/user/user.ts';
import { putPassword } from '../account.ts';
import type { PasswordHash } from '../password.ts';
import type { FlowDeps } from './flow.ts';

export interface NewPerson {
  readonly name: string;
  readonly displayName: string;
  /** Confirmed by its owner. */
  readonly email: string | null;
  readonly language: Language;
  readonly acceptedConditions: number;
  readonly password: PasswordHash;
}

/** An account of an ordinary user, whatever else was sent. Throws INPUT_INVALID, EMAIL_TAKEN; NAME_TAKEN at the commit. */
export async function makeAccount({ cloud }: FlowDeps, admission: Admission, person: NewPerson): Promise<User> {
  const { name, displayName, email, language, acceptedConditions, password } = person;
  checkUserName(name);
  const body = { displayName, email, language, role: 'user', isBlocked: false, ...(acceptedConditions > 0 ? { acceptedConditions } : {}) };
  const user = (await cloud.slice('user').create?.(admission, { name, project: null, labels: {}, body })) as User;
  admission.event(user, { type: 'request', message: `user ${name} was asked for`, to: 'active' });
  admission.also([putPassword(cloud.clock, user.id, password, null)]);
  return user;
}

export function checkUserName(name: string): void {
  if (looksLikeId(name)) throw new CloudError('INPUT_INVALID', { where: 'user', problem: 'it looks like an id' });
}

/** What everybody gets who comes by registration, where the settings say so: a project of the same name, or nearly. */
export async function makeOwnProject({ cloud, identity }: FlowDeps, admission: Admission, user: User): Promise<void> {
  const { project, quota } = identity.settings.current.registration;
  if (project !== 'own') return;
  const name = await freeProjectName(admission, user.name);
  const body = { description: '', owner: user.id };
  const made = (await cloud.slice('project').create?.(admission, { name, project: null, labels: {}, body })) as Project;
  admission.event(made, { type: 'request', message: `project ${name} was asked for`, to: 'active' });
  if (quota !== null) await giveQuota(cloud, admission, made, quota);
}

/** As the verb of projects does it; where projects have no limits of their own, none is given. */
export async function giveQuota(cloud: FlowDeps['cloud'], admission: Admission, project: Project, quota: object): Promise<void> {
  const setQuota = cloud.slice('project').verbs?.['set-quota'];
  if (setQuota !== undefined) admission.change(project, 'set-quota', { spec: (await setQuota(admission, project, quota)) as Project['spec'] });
}

/** In the same transaction as what gives the right to it. */
export async function takeIn({ cloud }: FlowDeps, admission: Admission, project: Project, user: User, role: ProjectRole): Promise<Project> {
  const setMember = cloud.slice('project').verbs?.['set-member'];
  if (setMember === undefined) throw new Error('projects have no members');
  const spec = (await setMember(admission, project, { user: user.id, role })) as Project['spec'];
  return admission.change(project, 'set-member', { spec });
}

/** Projects are known by their names on networks, so these have fewer signs than log-in names. */
async function freeProjectName(admission: Admission, userName: string): Promise<string> {
  const base = userName.replaceAll(/[._-]+/g, '-').slice(0, limits.nameLengthMax - 4);
  for (let number = 1; number < 100; number++) {
    const name = number === 1 ? base : `${base.replace(/-+$/, '')}-${number}`;
    if ((await admission.getByKey('project', nameKey(null, name))) === null) return name;
  }
  throw new CloudError('NAME_TAKEN', { kind: 'project', name: base });
}
