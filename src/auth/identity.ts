import type { Role } from './matrix.ts';

/** Who a request comes from, once proven. */
export interface Identity {
  /** Id of the account; of the token for an agent. Stands in records and events. */
  readonly userId: string;
  /** Of the account, or of the host. */
  readonly name: string;
  readonly role: Role;
  /** `session`: by cookie, so that a browser may have sent it unasked. */
  readonly via: 'session' | 'token' | 'ticket' | 'certificate';
  /** Id of the session or token. */
  readonly credentialId: string;
  /** Name of the host that an agent speaks for; null for people. */
  readonly host: string | null;
}
