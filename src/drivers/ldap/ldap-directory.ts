import type { Entry } from 'ldapts';
import { comparableName, comparableNameOf, formatDistinguishedName, parseDistinguishedName } from '../../core/distinguished-name.ts';
import { DriverError } from '../../core/driver-error.ts';
import type { LdapMethod } from '../../core/ldap-method.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Directory, DirectoryAnswer, MethodFinding, Refusal } from '../../ports/identity.ts';
import { checkDirectory } from './check.ts';
import { groupsOf, userNamed, userWith } from './filters.ts';
import { attributesOfPerson, isPossibleUserName, personOf, type Person } from './person.ts';
import { LdapSession } from './session.ts';

const groupsMax = 1_000;
const passwordLengthMax = 1_024;

/** LDAP result codes of a log-in (RFC 4511 appendix A.2). */
const wrongPassword = [48, 49];
/** What directories answer for accounts that are locked or expired: constraintViolation, insufficientAccessRights, unwillingToPerform. */
const lockedOut = [19, 50, 53];

/** Searches who it is, then tries the password as that entry. */
export class LdapDirectory implements Directory {
  readonly #method: LdapMethod;
  readonly #clock: Clock;
  readonly #closed = new AbortController();

  constructor(method: LdapMethod, clock: Clock) {
    this.#method = method;
    this.#clock = clock;
  }

  async logIn(userName: string, password: string): Promise<DirectoryAnswer> {
    // Many directories take an empty password for a log-in as nobody, and say yes to it.
    if (password === '' || password.length > passwordLengthMax) return { type: 'wrong-password' };
    if (!isPossibleUserName(userName)) return { type: 'unknown' };
    return this.#session(async (session) => {
      const found = await this.#find(session, userName);
      // Whoever is not there is asked for in the same steps: how long it takes must not tell who is.
      const person = found !== null && 'dn' in found ? found : nobody(this.#method);
      const groups = await this.#groups(session, person);
      const code = await session.tryPassword(person.dn, password);
      if (found === null) return { type: 'unknown' };
      if ('type' in found) return found;
      if (code === 0) return this.#admit(person, groups);
      if (wrongPassword.includes(code)) return { type: 'wrong-password' };
      if (lockedOut.includes(code))
        return { type: 'refused', code: 'locked', reason: `The directory does not let ${userName} in (LDAP result ${code}).` };
      throw new DriverError(`The directory ${this.#method.url} answers a log-in with LDAP result ${code}.`);
    });
  }

  async look(userName: string): Promise<DirectoryAnswer> {
    if (!isPossibleUserName(userName)) return { type: 'unknown' };
    return this.#session(async (session) => {
      const found = await this.#find(session, userName);
      if (found === null) return { type: 'unknown' };
      return 'type' in found ? found : this.#admit(found, await this.#groups(session, found));
    });
  }

  async byCertificateSubject(subject: string): Promise<DirectoryAnswer> {
    const attribute = this.#method.certificateAttribute;
    const name = parseDistinguishedName(subject);
    if (attribute === null || name === null) return { type: 'unknown' };
    return this.#session(async (session) => {
      const entries = await session.search('looking for a certificate', this.#method.userBase, {
        ...this.#personSearch(),
        filter: userWith(this.#method, attribute, formatDistinguishedName(name)),
      });
      const person = this.#only(entries, null);
      if (person === null) return { type: 'unknown' };
      if ('type' in person) return person;
      // How directories compare names differs: theirs finds, ours decides.
      if (!person.certificateSubjects.includes(comparableName(name))) return { type: 'unknown' };
      return this.#admit(person, await this.#groups(session, person));
    });
  }

  check(): Promise<MethodFinding[]> {
    return checkDirectory(this.#method, this.#clock, this.#closed.signal);
  }

  close(): void {
    this.#closed.abort(new DriverError(`Log-in method ${this.#method.name} is closed.`, { retry: 'soon' }));
  }

  #session(work: (session: LdapSession) => Promise<DirectoryAnswer>): Promise<DirectoryAnswer> {
    return LdapSession.with(this.#method, this.#clock, this.#closed.signal, work);
  }

  async #find(session: LdapSession, userName: string): Promise<Person | Refusal | null> {
    const search = { ...this.#personSearch(), filter: userNamed(this.#method, userName) };
    return this.#only(await session.search(`looking for people below ${this.#method.userBase}`, this.#method.userBase, search), userName);
  }

  #personSearch() {
    // Two are one too many; how many more there are is of no interest.
    return { scope: 'sub', attributes: attributesOfPerson(this.#method), byteAttributes: [this.#method.subjectAttribute], sizeLimit: 2 } as const;
  }

  #only(entries: readonly Entry[], userName: string | null): Person | Refusal | null {
    const [entry] = entries;
    if (entry === undefined) return null;
    if (entries.length > 1) return { type: 'refused', code: 'not-unique', reason: 'More than one entry of the directory goes by this name.' };
    const person = personOf(this.#method, entry, userName);
    return person ?? { type: 'refused', code: 'not-usable', reason: "The directory's entry has no usable DN." };
  }

  /** Comparable DNs. */
  async #groups(session: LdapSession, person: Person): Promise<string[]> {
    const base = this.#method.groupBase ?? this.#method.requiredGroup;
    if (base === null) return [];
    const filter = groupsOf(this.#method, person.dn, person.userName ?? '');
    const entries = await session.search(`looking for groups below ${base}`, base, { filter, scope: 'sub', attributes: ['1.1'], sizeLimit: null });
    if (entries.length > groupsMax) throw new DriverError(`${person.dn} is in more than ${groupsMax} groups of the directory.`, { retry: 'never' });
    return entries.flatMap((entry) => comparableNameOf(entry.dn) ?? []);
  }

  #admit(person: Person, groups: readonly string[]): DirectoryAnswer {
    const { requiredGroup, name } = this.#method;
    if (requiredGroup !== null && !groups.includes(comparableNameOf(requiredGroup) ?? '')) {
      return { type: 'refused', code: 'not-in-required-group', reason: `Only members of ${requiredGroup} may use this cloud.` };
    }
    const { subject, userName, displayName, email, certificateSubjects } = person;
    return { type: 'found', identity: { method: name, type: 'ldap', subject, userName, displayName, email, groups, certificateSubjects } };
  }
}

/** Somebody who cannot exist: no directory lets a name with this value be made by chance. */
function nobody(method: LdapMethod): Person {
  const userName = 'nobody-of-stratuslab-0d9f6c4e';
  return {
    dn: `${method.userAttribute}=${userName},${method.userBase}`,
    subject: '',
    userName,
    displayName: null,
    email: null,
    certificateSubjects: [],
  };
}
