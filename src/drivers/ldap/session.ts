import { Client, type Entry, type Filter } from 'ldapts';
import { DriverError } from '../../core/driver-error.ts';
import type { LdapMethod } from '../../core/ldap-method.ts';
import type { Clock } from '../../ports/clock.ts';
import { directoryFailure, resultCode } from './failures.ts';
import { openSocket } from './socket.ts';

export interface Search {
  readonly filter: Filter;
  readonly scope: 'base' | 'sub';
  readonly attributes: readonly string[];
  /** Of them, those whose values are bytes. */
  readonly byteAttributes?: readonly string[];
  /** More are not told; null: the directory's own limit, beyond which it fails. */
  readonly sizeLimit: number | null;
}

/**
 * One connection, logged in as the cloud, and one deadline for all that is said on it. A log-in has a connection of its
 * own: somebody's password is tried on it, and afterwards it is somebody else's.
 */
export class LdapSession {
  readonly #method: LdapMethod;
  readonly #client: Client;
  readonly #signal: AbortSignal;

  private constructor(method: LdapMethod, client: Client, signal: AbortSignal) {
    this.#method = method;
    this.#client = client;
    this.#signal = signal;
  }

  /** Throws DriverError, also for what `work` throws of ldapts. `signal` ends it at any time. */
  static async with<T>(method: LdapMethod, clock: Clock, signal: AbortSignal, work: (session: LdapSession) => Promise<T>): Promise<T> {
    const late = new AbortController();
    const cancel = clock.after(method.timeoutMs, () => late.abort(lateness(method)));
    const either = AbortSignal.any([signal, late.signal]);
    const socket = await openSocket(method, either).catch((error: unknown) => {
      cancel();
      throw failure(method, either, 'connecting', error);
    });
    // The connection that is there is the only one: to connect anew would be to speak as nobody, and in clear.
    let isTaken = false;
    const createConnection = (): typeof socket => {
      if (isTaken) throw new Error('the connection was closed');
      isTaken = true;
      return socket;
    };
    const client = new Client({ url: 'ldap://directory', createConnection, timeout: method.timeoutMs });
    try {
      const session = new LdapSession(method, client, either);
      await session.#logInAsCloud();
      return await work(session);
    } finally {
      await client.unbind().catch(() => undefined);
      socket.destroy();
      cancel();
    }
  }

  async #logInAsCloud(): Promise<void> {
    const { bindDn, bindPassword } = this.#method;
    if (bindDn === null) return;
    // A name without a password is a log-in as nobody that succeeds (RFC 4513 §5.1.2).
    if (bindPassword === null || bindPassword === '') {
      throw new DriverError(`Log-in method ${this.#method.name} has an account for searching (${bindDn}) but no password for it.`, {
        retry: 'never',
      });
    }
    try {
      await this.#client.bind(bindDn, bindPassword);
    } catch (error) {
      throw failure(this.#method, this.#signal, `logging in as ${bindDn}`, error);
    }
  }

  /** Result code of the log-in: 0, it is the password. Nothing else may be asked after it. */
  async tryPassword(dn: string, password: string): Promise<number> {
    if (password === '' || dn === '') throw new Error('a log-in without name or password is one as nobody');
    try {
      await this.#client.bind(dn, password);
      return 0;
    } catch (error) {
      const code = resultCode(error);
      if (code !== null) return code;
      throw failure(this.#method, this.#signal, 'trying a password', error);
    }
  }

  async search(doing: string, base: string, search: Search): Promise<Entry[]> {
    try {
      const { searchEntries } = await this.#client.search(base, {
        filter: search.filter,
        scope: search.scope,
        attributes: [...search.attributes],
        explicitBufferAttributes: [...(search.byteAttributes ?? [])],
        ...(search.sizeLimit === null ? {} : { sizeLimit: search.sizeLimit }),
      });
      return searchEntries;
    } catch (error) {
      throw failure(this.#method, this.#signal, doing, error);
    }
  }
}

function failure(method: LdapMethod, signal: AbortSignal, doing: string, error: unknown): DriverError {
  // What ldapts says of a connection that we cut is not why we cut it.
  return directoryFailure(method, doing, signal.aborted ? signal.reason : error);
}

function lateness(method: LdapMethod): DriverError {
  return new DriverError(`The directory ${method.url} of log-in method ${method.name} did not answer within ${method.timeoutMs / 1_000} s.`, {
    retry: 'soon',
  });
}
