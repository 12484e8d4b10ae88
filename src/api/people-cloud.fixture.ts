import type { LightMyRequestResponse } from 'fastify';
import { putPassword, putUser } from '../auth/account.ts';
import type { LoggedIn } from '../auth/auth.ts';
import { hashPassword } from '../auth/password.ts';
import type { IdentityOptions } from '../auth/services.ts';
import type { Change } from '../control/store/store.ts';
import { nodeClock } from '../drivers/node-clock.ts';
import type { User, UserSpec } from '../kinds/user/user.ts';
import type { Mail } from '../ports/mail.ts';
import { testCloud, type TestCloud } from './api.fixture.ts';

/** Somebody's browser: it keeps the cookie, and sends the token that belongs to it. */
export interface Browser {
  ask(method: string, path: string, body?: unknown): Promise<LightMyRequestResponse>;
  readonly loggedIn: LoggedIn;
}

export interface PeopleCloud extends TestCloud {
  /** All that were sent, in order. */
  readonly mails: Mail[];
  /** Moves the clock of everything. */
  pass(ms: number): void;
  /** As anybody, from an address. */
  anyone(method: string, path: string, body?: unknown, address?: string): Promise<LightMyRequestResponse>;
  /** What was last sent to somebody, as soon as there are so many. */
  mailTo(address: string, count?: number): Promise<Mail>;
  /** The secret behind the `#` of the link in it. */
  linkTo(address: string, count?: number): Promise<string>;
  addUser(name: string, spec?: Partial<UserSpec>, password?: string): Promise<User>;
  /** In without a log-in. */
  browserOf(user: User, how?: { method?: string; mustEnrol?: boolean }): Promise<Browser>;
  /** What everything that is kept of a kind says. */
  kept(kind: string): Promise<readonly unknown[]>;
  /** What was done, not what was refused. */
  audit(action: string): Promise<readonly Record<string, unknown>[]>;
}

/** How many records a commit that a request asked for writes; null for one of the cloud's own. */
export function writtenBy(changes: readonly Change[]): number | null {
  const put = changes.filter(({ op }) => op === 'put');
  return put.some((change) => change.op === 'put' && change.resource.kind === 'audit-pending') ? put.length : null;
}

export const goodPassword = 'walnut-ferry-cobalt-17';
const siteUrl = 'https://cloud.example.org';

/** A cloud with a mailer that keeps what it is given, and mail and address set. `settings`: further ones; null: not even those. */
export async function peopleCloud(settings: Record<string, unknown> | null = {}, identity: Partial<IdentityOptions> = {}): Promise<PeopleCloud> {
  let passedMs = 0;
  const clock = { ...nodeClock, now: () => nodeClock.now() + passedMs };
  const mails: Mail[] = [];
  const cloud = await testCloud({ clock, identity: { mailer: () => ({ send: async (mail) => void mails.push(mail) }), ...identity } });
  const sent = async (address: string, count: number): Promise<Mail> => {
    for (let tries = 0; tries < 300; tries++) {
      const found = mails.filter(({ to }) => to === address);
      if (found.length >= count) return found.at(-1) as Mail;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`no mail ${count} to ${address}; there are ${JSON.stringify(mails.map(({ to, subject }) => [to, subject]))}`);
  };
  if (settings !== null) {
    const base = { site: { name: 'Lab Cloud', url: siteUrl }, mail: { host: 'mail.example.org', from: 'Lab Cloud <cloud@example.org>' } };
    const answer = await cloud.ask('PATCH', '/v1/settings', { ...base, ...settings });
    if (answer.statusCode !== 200) throw new Error(answer.body);
  }
  return {
    ...cloud,
    mails,
    pass: (ms) => (passedMs += ms),
    anyone: (method, path, body, address = '192.0.2.7') =>
      cloud.inject({ method, url: path, remoteAddress: address, ...(body === undefined ? {} : { payload: body as object }) }),
    mailTo: (address, count = 1) => sent(address, count),
    linkTo: async (address, count = 1) => /\/link#([\w-]+)/.exec((await sent(address, count)).text)?.[1] ?? '',
    async addUser(name, spec = {}, password) {
      const { user, change } = putUser(clock, name, { email: `${name}@example.org`, ...spec });
      const secret = password === undefined ? [] : [putPassword(clock, user.id, await hashPassword(password), null)];
      const revision = await cloud.store.commit([change, ...secret]);
      return { ...user, revision };
    },
    async browserOf(user, { method = 'password', mustEnrol = false } = {}) {
      const loggedIn = await cloud.auth.begin(user, { method, mustEnrol, address: '192.0.2.7', changes: [] });
      const headers = { host: 'localhost', 'x-csrf-token': loggedIn.csrfToken };
      return {
        loggedIn,
        ask: (verb, path, body) =>
          cloud.inject({
            method: verb,
            url: path,
            remoteAddress: '192.0.2.7',
            headers,
            cookies: { stratus_session_default: loggedIn.secret },
            ...(body === undefined ? {} : { payload: body as object }),
          }),
      };
    },
    kept: async (kind) => (await cloud.store.list({ kind, limit: 1_000 })).items,
    async audit(action) {
      const items = await Promise.all(['audit-pending', 'audit'].map((kind) => cloud.store.list({ kind, limit: 1_000 })));
      const specs = items.flatMap((page) => page.items.map(({ spec }) => (spec as { entry?: unknown }).entry ?? spec)) as Record<string, unknown>[];
      return specs.filter((spec) => spec['action'] === action && spec['outcome'] === 'done');
    },
  };
}
