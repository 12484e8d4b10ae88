import type { Endpoint } from '../client.ts';
import { exchange } from '../exchange.ts';
import { CommandError } from '../exit-codes.ts';
import type { Questions } from '../questions.ts';
import type { World } from '../world.ts';

/** How the cloud answers to who has proven themselves. */
export interface Opened {
  readonly user: { readonly name: string };
  /** What has to be done before anything else is possible. */
  readonly pending?: string | null;
  readonly csrfToken: string;
}

/** The first factor was right; a second one is asked for. */
interface HalfWay {
  readonly attempt: string;
  readonly factors: readonly string[];
}

/** Where requests of somebody who is let in go. */
export interface Asking {
  // oxlint-disable-next-line typescript/no-explicit-any -- the caller names what it expects
  request<T = any>(method: string, path: string, body?: unknown): Promise<T>;
}

/** A session for as long as one command takes: tokens are made from it, and it may what a token may not. Its cookie is never written down. */
export class BriefSession implements Asking {
  readonly #door: Endpoint;
  readonly #headers: Record<string, string>;
  readonly #signal: AbortSignal;
  readonly userName: string;
  readonly pending: string | null;

  private constructor(door: Endpoint, { user, pending = null, csrfToken }: Opened, setCookies: readonly string[], signal: AbortSignal) {
    this.#door = { ...door, token: null };
    this.#headers = { cookie: setCookies.map((each) => each.split(';')[0]).join('; '), 'x-csrf-token': csrfToken };
    this.#signal = signal;
    this.userName = user.name;
    this.pending = pending;
  }

  /** By what was sent to one of the routes that let people in; what the cloud asks for besides is given back. */
  static async begin(door: Endpoint, path: string, body: unknown, { interrupted }: World): Promise<BriefSession | HalfWay> {
    const { headers, bytes } = await exchange({ ...door, token: null }, 'POST', path, { body, signal: interrupted });
    const answer = JSON.parse(bytes.toString()) as Opened | HalfWay;
    return 'attempt' in answer ? answer : new BriefSession(door, answer, headers['set-cookie'] ?? [], interrupted);
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the caller names what it expects
  async request<T = any>(method: string, path: string, body?: unknown): Promise<T> {
    const { bytes } = await exchange(this.#door, method, path, {
      headers: this.#headers,
      signal: this.#signal,
      ...(body === undefined ? {} : { body }),
    });
    return (bytes.length === 0 ? null : JSON.parse(bytes.toString())) as T;
  }

  async end(): Promise<void> {
    await exchange(this.#door, 'DELETE', '/v1/session', { headers: this.#headers });
  }
}

/** Work with a session that ends with it, whatever comes of it. */
export async function briefly<T>(session: BriefSession, work: (session: BriefSession) => Promise<T>): Promise<T> {
  try {
    return await work(session);
  } finally {
    // It ends by itself when the cloud cannot be told.
    await session.end().catch(() => undefined);
  }
}

/** Asks for the password and, where the cloud wants one, the second factor. Nothing of it stands in a list of processes. */
export async function openByPassword(
  world: World,
  questions: Questions,
  door: Endpoint,
  given: string | undefined,
): Promise<{ session: BriefSession; password: string }> {
  const user = given ?? (await questions.ask('User: '));
  const password = await questions.ask(given === undefined ? 'Password: ' : `Password of ${given}: `, true);
  if (password === '') throw new CommandError('usage', 'No password was given.');
  const first = await BriefSession.begin(door, '/v1/session', { user, password }, world);
  return { session: first instanceof BriefSession ? first : await openByCode(world, questions, door, first), password };
}

async function openByCode(world: World, questions: Questions, door: Endpoint, { attempt, factors }: HalfWay): Promise<BriefSession> {
  if (!factors.includes('code'))
    throw new CommandError(
      'notPermitted',
      'Your second factor is a passkey, which needs a browser.',
      'Log in without --password: a page then lets this command line in.',
    );
  const code = await questions.ask('Code of your app, or a recovery code: ', true);
  const session = await BriefSession.begin(door, '/v1/session/code', { attempt, code }, world);
  if (session instanceof BriefSession) return session;
  throw new CommandError('refused', 'The cloud asks for a second factor again.');
}
