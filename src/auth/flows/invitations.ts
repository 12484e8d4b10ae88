import { admit, type Admission } from '../../control/admission.ts';
import { CloudError } from '../../core/errors.ts';
import { days } from '../../core/units.ts';
import { greaterRole, type ProjectRole } from '../../core/role.ts';
import type { Project } from '../../kinds/project/project.ts';
import { emailKey, type Language, type User } from '../../kinds/user/user.ts';
import { invitationMail } from '../mail/project-mails.ts';
import { issueLink, linksAbout, type OneTimeLink } from '../one-time-link.ts';
import { hashPassword } from '../password.ts';
import { remove } from '../records.ts';
import { decided, decidedCaller, deed, linkHolderAt, actorOf, type Actor, type FlowDeps } from './flow.ts';
import { passwordIn, type LinkPurpose, type UseOfLink } from './mailed-links.ts';
import { makeAccount, takeIn } from './new-account.ts';
import { checkPassword } from './passwords.ts';
import { checkMailDomain } from './registrations.ts';

const purpose = 'accept-invitation';
const invitationMs = 7 * days;
const openMax = 200;

export interface InvitationData {
  readonly email: string;
  readonly role: ProjectRole;
  /** Id of who invites: worthless once they may not any more. */
  readonly inviter: string;
  readonly inviterName: string;
}
export const invitationIn = ({ spec }: OneTimeLink) => spec.data as InvitationData;

/** Owners of projects ask people by mail to take part, with an account or without one. */
export class Invitations {
  readonly #deps: FlowDeps;

  constructor(deps: FlowDeps) {
    this.#deps = deps;
  }

  /** The one of before, to the same address, is worthless. Throws MAIL_NOT_SET, INPUT_INVALID, LIMIT_REACHED. */
  async invite(
    actor: Actor,
    project: Project,
    { email, role, language }: { email: string; role: ProjectRole; language: Language },
  ): Promise<OneTimeLink> {
    const { auth, post } = this.#deps.identity;
    const { store, clock } = auth;
    post.mustSend();
    checkMailDomain(this.#deps, email);
    const inviter = actor.origin.name;
    const { result } = await decided(store, async () => {
      const open = await this.list(project.id);
      const same = open.filter((link) => invitationIn(link).email.toLowerCase() === email.toLowerCase());
      if (open.length - same.length >= openMax)
        throw new CloudError('LIMIT_REACHED', { what: 'open invitations', asked: open.length + 1, limit: openMax, hint: 'Take some back first.' });
      const data: InvitationData = { email, role, inviter: actor.userId ?? '', inviterName: inviter };
      const { link, secret, change } = issueLink(clock, { purpose, userId: null, about: project.id, data, lifetimeMs: invitationMs });
      const said = { ...post.to(email, null), link: post.link(secret), validMs: invitationMs, inviter, project: project.name, role };
      const mail = post.put(invitationMail(said, language), 'invitation', link.spec.expiresAt);
      return { result: link, changes: [change, mail, ...same.map(remove), deed(clock, actor, 'project.invite', project, { email, role })] };
    });
    return result;
  }

  list(projectId: string): Promise<OneTimeLink[]> {
    const { store, clock } = this.#deps.identity.auth;
    return linksAbout(store, clock, projectId, purpose);
  }

  /** Throws NOT_FOUND. */
  async takeBack(actor: Actor, project: Project, id: string): Promise<void> {
    const { store, clock } = this.#deps.identity.auth;
    await decided(store, async () => {
      const link = (await this.list(project.id)).find((each) => each.id === id);
      if (link === undefined) throw new CloudError('NOT_FOUND', { kind: 'invitation', ref: id, place: ' in this project' });
      return { result: null, changes: [remove(link), deed(clock, actor, 'project.invite', project, { step: 'taken back' })] };
    });
  }

  get purpose(): LinkPurpose {
    return {
      show: async (link) => {
        const project = await this.#project(link);
        if (project === null) return null;
        const { email, inviterName } = invitationIn(link);
        const says = `${inviterName} invites you to project ${project.name}.`;
        return { says, email, project: project.name, needs: { account: true } };
      },
      use: (use) => (use.identity?.via === 'session' ? this.#join(use, use.identity.userId) : this.#makeAccount(use)),
    };
  }

  async #join({ link, visit, identity, again }: UseOfLink, userId: string): Promise<string> {
    const actor = identity === null ? linkHolderAt(visit, null, link.id) : actorOf(identity, visit.requestId);
    return this.#in(actor, link, again, async (admission) => {
      const user = (await admission.get('user', userId)) as User | null;
      if (user === null) throw new CloudError('LINK_OVER');
      return user;
    });
  }

  /** The address is proven by the link: the account is theirs at once. */
  async #makeAccount({ link, input, visit, again }: UseOfLink): Promise<string> {
    const { cloud, identity } = this.#deps;
    const { email } = invitationIn(link);
    if ((await cloud.store.getByKey('user', emailKey(email))) !== null)
      throw new CloudError('UNAUTHENTICATED', { problem: 'there is an account with this e-mail address' });
    const name = input.user;
    if (name === undefined) throw new CloudError('INPUT_INVALID', { where: 'user', problem: 'is missing' });
    const password = passwordIn(input);
    checkPassword(this.#deps, password, { name, email });
    const hash = await hashPassword(password);
    const version = identity.settings.current.conditions?.version ?? 0;
    const acceptedConditions = input.conditionsVersion === version ? version : 0;
    const { displayName = '', language = 'en' } = input;
    const actor = linkHolderAt(visit, { id: 'anyone', name }, link.id);
    return this.#in({ ...actor, userId: null }, link, again, (admission) =>
      makeAccount(this.#deps, admission, { name, displayName, email, language, acceptedConditions, password: hash }),
    );
  }

  async #in(actor: Actor, link: OneTimeLink, again: UseOfLink['again'], who: (admission: Admission) => Promise<User>): Promise<string> {
    const { result } = await admit(this.#deps.cloud, decidedCaller(actor), async (admission) => {
      admission.also([remove(await again())]);
      const still = await this.#project(link);
      if (still === null) throw new CloudError('LINK_OVER');
      const user = await who(admission);
      const before = still.spec.members.find((member) => member.id === user.id)?.role ?? null;
      const role = greaterRole(before, invitationIn(link).role) as ProjectRole;
      await takeIn(this.#deps, admission, still, user, role);
      return still.name;
    });
    return `/projects/${result}`;
  }

  /** null: it is gone, or who invited may not any more. */
  async #project(link: OneTimeLink): Promise<Project | null> {
    const { auth } = this.#deps.identity;
    const project = (await auth.store.get('project', link.spec.about ?? '')) as Project | null;
    if (project === null) return null;
    const rights = await auth.rights.fresh(invitationIn(link).inviter);
    const mayInvite = rights?.role === 'administrator' || rights?.projects.get(project.id) === 'owner';
    return mayInvite ? project : null;
  }
}
