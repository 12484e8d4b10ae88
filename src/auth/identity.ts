import type { CloudRole } from '../core/role.ts';
import type { Rights } from './rights.ts';
import type { Scope } from './scope.ts';

/** Who a request comes from, once proven: a person (or a program with a person's token), or the agent of a host. */
export interface Identity {
  /** Id of the user; of the token or certificate for an agent. Stands in records and events. */
  readonly userId: string;
  /** Log-in name, or name of the host. */
  readonly name: string;
  /** What a person may in the cloud as a whole, its token's limits not yet counted. */
  readonly role: CloudRole | 'agent';
  /** What a person may; null for an agent. Fresh at the beginning of the request: see {@link Rights}. */
  readonly rights: Rights | null;
  /** How this request proved it. `session`: by cookie, so that a browser may have sent it unasked. */
  readonly via: 'session' | 'token' | 'ticket' | 'certificate';
  /** How somebody logged in, where a log-in was: `password`, `passkey`, `ldap:lab`, …; otherwise as `via`. */
  readonly method: string;
  /** Id of the session or token. */
  readonly credentialId: string;
  /** Name of the host that an agent speaks for; null for people. */
  readonly host: string | null;
  /** What a session has to do before anything else is possible; null: nothing. */
  readonly pending: 'conditions' | 'second-factor' | null;
  /** What a token is limited to; null: not at all. */
  readonly scope: Scope | null;
  /** Where the request comes from; null on the cloud's own socket. */
  readonly address: string | null;
}
