import { admit, type Caller } from '../../control/admission.ts';
import { nameKey } from '../../control/registry.ts';
import type { Change } from '../../control/store/store.ts';
import { CloudError } from '../../core/errors.ts';
import { isId } from '../../core/ids.ts';
import { isMailAddress } from '../../core/mail-address.ts';
import type { Resource } from '../../core/resource.ts';
import { days, hours } from '../../core/units.ts';
import { projectKind, type Project } from '../../kinds/project/project.ts';
import { emailKey, type Language, type User } from '../../kinds/user/user.ts';
import { isoTime, type Clock } from '../../ports/clock.ts';
import { Allowance } from '../allowance.ts';
import { confirmEmailMail } from '../mail/account-mails.ts';
import {
  addressKnownMail,
  nameTakenMail,
  registrationApprovedMail,
  registrationRefusedMail,
  registrationWaitingMail,
} from '../mail/registration-mails.ts';
import { issueLink } from '../one-time-link.ts';
import { hashPassword, type PasswordHash } from '../password.ts';
import { all, newRecord, put, remove } from '../records.ts';
import type { Visit } from '../sign-in.ts';
import type { Courses } from './courses.ts';
import { decided, decidedCaller, deed, linkHolderAt, strangerAt, type Actor, type FlowDeps } from './flow.ts';
import { passwordIn, type LinkPurpose } from './mailed-links.ts';
import { checkUserName, makeAccount, makeOwnProject, takeIn } from './new-account.ts';
import { decoy } from './password-links.ts';
import { checkPassword } from './passwords.ts';

export const registrationKind = 'registration';
const confirmMs = 1 * days;
const toldMax = 20;

export interface RegistrationSpec {
  readonly displayName: string;
  readonly email: string;
  readonly language: Language;
  /** In their own words; empty: they said nothing. */
  readonly reason: string;
  /** Version of the conditions; 0: there were none. */
  readonly acceptedConditions: number;
  /** Id of the course whose code they gave; null: none. */
  readonly course: string | null;
  /** `unconfirmed`: nobody hears of it before the address is confirmed. `waiting`: for an administrator. */
  readonly state: 'unconfirmed' | 'waiting';
  /** Chosen with the confirmation; null before. */
  readonly password: PasswordHash | null;
}
/** `name`: the log-in name that they want. */
export type Registration = Resource<RegistrationSpec>;

export interface Applicant {
  readonly user: string;
  readonly displayName: string;
  readonly email: string;
  readonly language: Language;
  readonly reason: string;
  readonly conditionsVersion: number | null;
  readonly code: string | null;
}

/** Names and addresses are kept for who waits, not for who has confirmed nothing. */
const indexed = ({ name, spec }: Registration) => ({
  keys: spec.state === 'waiting' ? [`waiting/${name}`, `waiting-${emailKey(spec.email)}`] : [],
  indexes: { state: spec.state },
});

/** For the sweep. */
export function isRegistrationForgotten({ spec, updatedAt }: Registration, clock: Clock): boolean {
  return clock.now() - Date.parse(updatedAt) > (spec.state === 'waiting' ? 90 * days : confirmMs);
}

/** People who ask for an account of their own. */
export class Registrations {
  readonly #deps: FlowDeps;
  readonly #courses: Courses;
  readonly #fromAddress: Allowance;
  readonly #toAddress: Allowance;

  constructor(deps: FlowDeps, courses: Courses) {
    const { clock } = deps.identity.auth;
    this.#deps = deps;
    this.#courses = courses;
    // A whole class may sit behind one address.
    this.#fromAddress = new Allowance(clock, 200, 1 * hours);
    this.#toAddress = new Allowance(clock, 5, 1 * hours);
  }

  /**
   * Whether the name is free and the address is known is told to the address, and to nobody else: the same is read,
   * written and answered. Throws REGISTRATION_CLOSED, INPUT_INVALID, NOT_FOUND for a code, COURSE_FULL, COURSE_OVER,
   * MAIL_NOT_SET, RATE_LIMITED.
   */
  async request(applicant: Applicant, visit: Visit): Promise<void> {
    const { auth, post } = this.#deps.identity;
    const { store, clock } = auth;
    const { user: name, email, language, displayName, reason } = applicant;
    if (!this.#fromAddress.take(visit.address ?? 'local')) throw new CloudError('RATE_LIMITED', { retryAfterSeconds: 60 });
    const course = await this.#check(applicant);
    const isTold = this.#toAddress.take(email.toLowerCase());
    await decided(store, async () => {
      const [ofName, ofEmail, waiting] = await Promise.all([
        store.getByKey('user', nameKey(null, name)),
        store.getByKey('user', emailKey(email)),
        store.getByKey(registrationKind, `waiting/${name}`),
      ]);
      const isFree = ofName === null && ofEmail === null && waiting === null;
      const acceptedConditions = this.#deps.identity.settings.current.conditions?.version ?? 0;
      const spec: RegistrationSpec = { displayName, email, language, reason, acceptedConditions, course, state: 'unconfirmed', password: null };
      const registration: Registration = newRecord(clock, registrationKind, 'reg', name, 'anyone', spec);
      const { link, secret, change } = issueLink(clock, {
        purpose: 'confirm-registration',
        userId: null,
        data: { registration: registration.id },
        lifetimeMs: confirmMs,
      });
      const mail =
        ofEmail !== null
          ? addressKnownMail({ ...post.to(email, null), link: post.page('/forgotten-password') }, (ofEmail as User).spec.language)
          : isFree
            ? confirmEmailMail({ ...post.to(email, null), link: post.link(secret), validMs: confirmMs }, language)
            : nameTakenMail({ ...post.to(email, null), link: post.page('/register'), wanted: name }, language);
      const letter = post.put(mail, 'registration', link.spec.expiresAt);
      const kept = isFree ? [put(registration, indexed(registration)), change] : [decoy(clock), decoy(clock)];
      return { result: null, changes: [...kept, isTold ? letter : decoy(clock), deed(clock, strangerAt(visit, name), 'registration.create', null)] };
    });
  }

  async list(): Promise<Registration[]> {
    const { store, clock } = this.#deps.identity.auth;
    const found: Registration[] = [];
    for await (const registration of all(store, registrationKind))
      if (!isRegistrationForgotten(registration as Registration, clock)) found.push(registration as Registration);
    return found;
  }

  /** Makes the account. `projectRef`: the project that they are taken into, in place of one of their own. Throws NOT_FOUND, NAME_TAKEN, EMAIL_TAKEN. */
  async approve(caller: Caller, id: string, { projectRef, reason }: { projectRef: string | null; reason: string | null }): Promise<void> {
    const { cloud, identity } = this.#deps;
    const { post } = identity;
    await admit(cloud, caller, async (admission) => {
      const registration = await this.#waiting(id);
      const { spec } = registration;
      if (spec.password === null) throw notFound(id);
      const user = await makeAccount(this.#deps, admission, { ...spec, name: registration.name, password: spec.password });
      if (projectRef === null) await makeOwnProject(this.#deps, admission, user);
      else {
        const byId = isId(projectKind.prefix, projectRef);
        const project = byId ? await admission.get('project', projectRef) : await admission.getByKey('project', nameKey(null, projectRef));
        if (project === null) throw new CloudError('NOT_FOUND', { kind: 'project', ref: projectRef, place: '' });
        await takeIn(this.#deps, admission, project as Project, user, 'member');
      }
      const mails = post.notice(user, 'registration-approved', (to, language) =>
        registrationApprovedMail({ ...to, link: post.page('/log-in'), reason }, language),
      );
      const { userId, requestId, origin } = caller;
      const actor: Actor = { userId, requestId, origin: origin ?? { name: '', method: 'system', credentialId: null, address: null } };
      admission.also([remove(registration), ...mails, deed(cloud.clock, actor, 'registration.approve', registration)]);
    });
  }

  /** Throws NOT_FOUND. */
  async refuse(actor: Actor, id: string, reason: string): Promise<void> {
    const { auth, post } = this.#deps.identity;
    await decided(auth.store, async () => {
      const registration = await this.#waiting(id);
      const { email, language } = registration.spec;
      const mails = post.canSend ? [post.put(registrationRefusedMail({ ...post.to(email, null), reason }, language), 'registration-refused')] : [];
      return { result: null, changes: [remove(registration), ...mails, deed(auth.clock, actor, 'registration.refuse', registration)] };
    });
  }

  /** What the link in the first mail does. */
  get purpose(): LinkPurpose {
    const { identity } = this.#deps;
    const { store } = identity.auth;
    const read = async (data: unknown) => (await store.get(registrationKind, (data as { registration: string }).registration)) as Registration | null;
    return {
      show: async (link) => {
        const registration = await read(link.spec.data);
        if (registration?.spec.state !== 'unconfirmed') return null;
        const says = 'Confirm your e-mail address, and choose a password.';
        return { says, user: registration.name, email: registration.spec.email, needs: { password: true } };
      },
      use: async ({ link, input, visit, again }) => {
        const before = await read(link.spec.data);
        if (before?.spec.state !== 'unconfirmed') throw new CloudError('LINK_OVER');
        const name = input.user ?? before.name;
        checkUserName(name);
        const password = passwordIn(input);
        checkPassword(this.#deps, password, { name, email: before.spec.email });
        const confirmed: Registration = { ...before, name, spec: { ...before.spec, password: await hashPassword(password) } };
        const mustWait = before.spec.course === null && identity.settings.current.registration.approval;
        const actor = linkHolderAt(visit, { id: 'anyone', name }, link.id);
        const used = async () => [remove(await again())];
        if (!mustWait) {
          await this.#letIn(confirmed, actor, used);
          return '/log-in';
        }
        await this.#wait(confirmed, actor, used);
        return '/registered';
      },
    };
  }

  async #letIn(registration: Registration, actor: Actor, used: () => Promise<Change[]>): Promise<void> {
    const { cloud, identity } = this.#deps;
    const { post } = identity;
    const { name, spec } = registration;
    await admit(cloud, decidedCaller({ ...actor, userId: null }), async (admission) => {
      admission.also([...(await used()), remove(registration)]);
      const user = await makeAccount(this.#deps, admission, { ...spec, name, password: spec.password as PasswordHash });
      if (spec.course !== null) return void (await this.#courses.seat(admission, spec.course, user));
      await makeOwnProject(this.#deps, admission, user);
      const mails = post.notice(user, 'registration-approved', (to, language) =>
        registrationApprovedMail({ ...to, link: post.page('/log-in'), reason: null }, language),
      );
      admission.also(mails);
    });
  }

  /** Administrators hear of it now, and not before. Throws NAME_TAKEN, EMAIL_TAKEN: to who has proven the address. */
  async #wait(registration: Registration, actor: Actor, used: () => Promise<Change[]>): Promise<void> {
    const { store, clock } = this.#deps.identity.auth;
    const { name } = registration;
    const { email } = registration.spec;
    const waiting: Registration = { ...registration, updatedAt: isoTime(clock.now()), spec: { ...registration.spec, state: 'waiting' } };
    await decided(store, async () => {
      const gone = await used();
      const isTaken = (await store.getByKey('user', nameKey(null, name))) ?? (await store.getByKey(registrationKind, `waiting/${name}`));
      if (isTaken !== null) throw new CloudError('NAME_TAKEN', { kind: 'user', name });
      const isKnown = (await store.getByKey('user', emailKey(email))) ?? (await store.getByKey(registrationKind, `waiting-${emailKey(email)}`));
      if (isKnown !== null) throw new CloudError('EMAIL_TAKEN', { email });
      const audit = deed(clock, { ...actor, userId: null }, 'registration.create', waiting, { step: 'confirmed' });
      return { result: null, changes: [...gone, put(waiting, indexed(waiting)), ...(await this.#tell(waiting)), audit] };
    });
  }

  async #tell({ name, spec }: Registration): Promise<Change[]> {
    const { auth, post } = this.#deps.identity;
    const mails: Change[] = [];
    const { displayName, email, reason } = spec;
    const registration = { user: name, displayName, email, message: reason === '' ? null : reason };
    for await (const user of all(auth.store, 'user', { name: 'role', value: 'administrator' })) {
      if ((user as User).spec.isBlocked || mails.length === toldMax) continue;
      const mail = post.notice(user as User, 'registration-waiting', (to, language) =>
        registrationWaitingMail({ ...to, link: post.page('/registrations'), registration }, language),
      );
      mails.push(...mail);
    }
    return mails;
  }

  async #waiting(id: string): Promise<Registration> {
    const { store } = this.#deps.identity.auth;
    const registration = (await store.get(registrationKind, id)) as Registration | null;
    if (registration === null || registration.spec.state !== 'waiting') throw notFound(id);
    return registration;
  }

  /** Id of the course, if a code was given. */
  async #check({ user, email, conditionsVersion, code }: Applicant): Promise<string | null> {
    const { post, settings } = this.#deps.identity;
    const { registration, conditions } = settings.current;
    if (!registration.open && code === null) throw new CloudError('REGISTRATION_CLOSED');
    const course = code === null ? null : await this.#courses.byCode(code);
    checkUserName(user);
    if (!isMailAddress(email)) throw new CloudError('INPUT_INVALID', { where: 'email', problem: 'is not an e-mail address' });
    checkMailDomain(this.#deps, email);
    if (conditions !== null && conditionsVersion !== conditions.version)
      throw new CloudError('INPUT_INVALID', { where: 'conditionsVersion', problem: `is not the one that holds now, which is ${conditions.version}` });
    post.mustSend();
    return course?.id ?? null;
  }
}

/** Throws INPUT_INVALID for an address of somewhere else than the settings allow. */
export function checkMailDomain({ identity }: FlowDeps, email: string): void {
  const { allowedMailDomains } = identity.settings.current.registration;
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  if (allowedMailDomains.length > 0 && !allowedMailDomains.includes(domain))
    throw new CloudError('INPUT_INVALID', { where: 'email', problem: `must be an address of ${allowedMailDomains.slice(0, 10).join(', ')}` });
}

function notFound(id: string): CloudError {
  return new CloudError('NOT_FOUND', { kind: registrationKind, ref: id, place: '' });
}
