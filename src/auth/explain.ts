import type { Store } from '../control/store/store.ts';
import type { CloudRole, ProjectRole } from '../core/role.ts';
import type { Group } from '../kinds/group/group.ts';
import type { Project } from '../kinds/project/project.ts';
import type { DirectoryAnswer } from '../ports/identity.ts';
import { findAccount, passwordOf } from './account.ts';
import { granted, linksOf, type Link } from './link.ts';
import type { Rights } from './rights.ts';
import { factorsOf } from './second-factor.ts';
import type { IdentityServices } from './services.ts';
import type { OutsideMethod } from './settings/schema.ts';

/** One thing that would happen at a log-in, and why. */
export interface ExplainedStep {
  /** Of the settings; `account` and `rights` for what follows from the cloud's own records. */
  readonly method: string;
  /** It lets in, or gives something; false: it does not; null: it is only worth knowing. */
  readonly isRight: boolean | null;
  /** A sentence without a full stop. */
  readonly says: string;
}

export interface Explanation {
  readonly user: string;
  readonly steps: readonly ExplainedStep[];
  /** As they are now; null: there is no such user, or the user is blocked. */
  readonly rights: {
    readonly role: CloudRole;
    readonly groups: readonly string[];
    readonly projects: readonly { readonly name: string; readonly role: ProjectRole; /** What gives it. */ readonly from: readonly string[] }[];
  } | null;
}

/** What would happen if this person logged in, method by method, and what they may, with what gives it. Asks directories; changes nothing. */
export async function explain({ auth, methods, passkeys, settings }: IdentityServices, name: string): Promise<Explanation> {
  const { store } = auth;
  const user = await findAccount(store, name);
  const links = user === null ? [] : await linksOf(store, user.id);
  const steps: ExplainedStep[] = [];
  const say = (method: string, isRight: boolean | null, says: string) => steps.push({ method, isRight, says });

  if (user === null) say('account', null, `there is no account ${name} here`);
  else if (user.spec.isBlocked) say('account', false, `the account ${name} is blocked: nothing lets it in`);
  else say('account', true, `there is an account ${name}, whose role in the cloud is ${user.spec.role}`);
  for (const { type, name: method } of methods.order) {
    if (type === 'local') {
      const hasPassword = user !== null && (await passwordOf(store, user.id)) !== null;
      say(method, hasPassword, hasPassword ? 'it has a password here, which lets it in' : 'it has no password here');
    }
    const outside = methods.outside.find((each) => each.name === method && each.type === type);
    if (outside === undefined) continue;
    if (type === 'ldap') await explainDirectory(outside);
    else explainLinked(outside);
  }
  if (user !== null) {
    const factors = await factorsOf(store, passkeys, user.id);
    say(
      'account',
      null,
      factors.length === 0 ? 'no second factor is set up' : `after a password, a second factor is asked for: ${factors.join(' or ')}`,
    );
    const { conditions } = settings.current;
    if (conditions !== null && (user.spec.acceptedConditions ?? 0) < conditions.version)
      say('account', null, `version ${conditions.version} of the conditions has to be accepted first`);
  }
  const rights = user === null ? null : await auth.rights.fresh(user.id);
  return { user: name, steps, rights: rights === null ? null : await shown(store, rights, links) };

  async function explainDirectory(method: OutsideMethod): Promise<void> {
    const { directory } = methods.directory(method.name);
    const answer: DirectoryAnswer | Error = await directory.look(name).catch((error: Error) => error);
    if (answer instanceof Error)
      return void say(method.name, false, `the directory cannot be asked: ${answer.message}; the other methods still work`);
    if (answer.type === 'unknown') return void say(method.name, false, `the directory knows nobody named ${name}`);
    if (answer.type === 'refused') return void say(method.name, false, answer.reason);
    if (answer.type === 'wrong-password') return;
    const { identity } = answer;
    say(method.name, true, `the directory knows ${name} and asks for the password there`);
    await explainLink(method, links.find((each) => each.spec.method === method.name) ?? null, identity.subject);
    const { grants, cloudRole, missing } = await granted(store, method, identity);
    say(method.name, null, identity.groups.length === 0 ? 'it tells no groups' : `it tells the groups ${identity.groups.join('; ')}`);
    say(
      method.name,
      grants.length + (cloudRole === null ? 0 : 1) > 0,
      `by the mappings these give ${counted(grants.length, 'role')} in projects${cloudRole === null ? '' : ` and make an ${cloudRole} of the cloud`}`,
    );
    for (const project of missing) say(method.name, false, `a mapping names the project ${project}, which does not exist`);
  }

  async function explainLink(method: OutsideMethod, link: Link | null, subject: string): Promise<void> {
    if (link?.spec.subject === subject) return void say(method.name, true, 'that person is linked to this account');
    if (link !== null)
      return void say(method.name, false, `this account is linked to another person there: ${link.spec.userName ?? link.spec.subject}`);
    if (user !== null)
      return void say(method.name, false, 'that person is not linked to this account: it has to be linked by its owner or an administrator');
    say(method.name, method.createUsers, method.createUsers ? 'the first log-in makes an account' : 'it makes no accounts: an administrator has to');
  }

  function explainLinked(method: OutsideMethod): void {
    const linked = links.filter(({ spec }) => spec.method === method.name);
    for (const { spec } of linked)
      say(
        method.name,
        true,
        `${spec.userName ?? spec.subject} there is linked to this account, last seen ${spec.seenAt}${spec.groups.length === 0 ? '' : `, in ${spec.groups.join('; ')}`}`,
      );
    if (linked.length === 0) say(method.name, false, 'nobody there is linked to this account; it can only be asked when that person logs in');
  }
}

async function shown(store: Store, { role, groups, projects, sources }: Rights, links: readonly Link[]): Promise<NonNullable<Explanation['rights']>> {
  // A project that only a directory speaks of is none of the records that the rights follow from.
  const granted = await Promise.all([...projects.keys()].filter((id) => !sources.has(id)).map((id) => store.get('project', id)));
  const names = new Map([...sources.values(), ...granted].flatMap((each) => (each === null ? [] : [[each.id, each.name] as const])));
  const nameOf = (id: string) => names.get(id) ?? id;
  return {
    role,
    groups: [...groups].map(nameOf).toSorted(),
    projects: [...projects]
      .map(([id, best]) => ({ name: nameOf(id), role: best, from: originsOf(id, sources, groups, links) }))
      .toSorted((a, b) => a.name.localeCompare(b.name)),
  };
}

function originsOf(projectId: string, sources: Rights['sources'], groups: Rights['groups'], links: readonly Link[]): string[] {
  const members = (sources.get(projectId) as Project | undefined)?.spec.members ?? [];
  return [
    ...members.flatMap(({ id, name, role }) => {
      if (groups.has(id)) return [`group ${(sources.get(id) as Group | undefined)?.name ?? name} (${role})`];
      return sources.get(id)?.kind === 'user' ? [`member (${role})`] : [];
    }),
    ...links.flatMap(({ spec }) =>
      spec.grants.filter(({ project }) => project === projectId).map(({ role }) => `${spec.type}:${spec.method} (${role})`),
    ),
  ];
}

function counted(count: number, what: string): string {
  return `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`;
}
