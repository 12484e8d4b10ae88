import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { answers, freePort } from './slapd.ts';

export interface ProviderOptions {
  /** Default `stratuslab`. */
  readonly clientId?: string;
  /** Default `the secret of the client`; null: a public client. */
  readonly clientSecret?: string | null;
  /** Where it sends browsers back to; default one on 127.0.0.1 at which nothing listens. */
  readonly redirectUris?: readonly string[];
  /** Log-in name, which becomes `sub`, and its claims; default {@link accounts}. Every password is right. */
  readonly accounts?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** `ada` is in the groups lab and physics; `eve` has an address that nobody verified, and no group. */
export const accounts = {
  ada: { preferred_username: 'ada', name: 'Ada Lovelace', email: 'ada@example.org', email_verified: true, groups: ['lab', 'physics'] },
  eve: { preferred_username: 'eve', name: 'Eve', email: 'ada@example.org', email_verified: false },
};

export interface RunningProvider {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  readonly redirectUri: string;
  readonly pid: number;
  /** Ends it. */
  stop(): Promise<void>;
  /** Starts it anew at the same address, with other keys and no memory. */
  start(): Promise<void>;
}

/** A real provider (oidc-provider) on loopback, over plain http, as a process of its own. */
export async function startOidcProvider(options: ProviderOptions = {}): Promise<RunningProvider> {
  const port = await freePort();
  const clientSecret = options.clientSecret === undefined ? 'the secret of the client' : options.clientSecret;
  const complete = {
    port,
    clientId: options.clientId ?? 'stratuslab',
    clientSecret,
    redirectUris: options.redirectUris ?? ['http://127.0.0.1:1/back'],
    accounts: options.accounts ?? accounts,
  };
  const launch = () =>
    spawn(process.execPath, [join(import.meta.dirname, 'oidc-provider-program.ts'), JSON.stringify(complete)], { stdio: 'ignore' });
  let program = launch();
  await answers(port);
  return {
    issuer: `http://127.0.0.1:${port}`,
    clientId: complete.clientId,
    clientSecret,
    redirectUri: complete.redirectUris[0] ?? '',
    get pid() {
      return program.pid ?? 0;
    },
    async stop() {
      if (program.exitCode !== null || program.signalCode !== null) return;
      const ended = once(program, 'exit');
      program.kill();
      await ended;
    },
    async start() {
      program = launch();
      await answers(port);
    },
  };
}

/**
 * A person with a browser, by fetch: fills in the provider's forms as `login` until it sends the browser to another
 * address, which is answered, or has nothing more to ask, answered by its last page. `isUnwilling`: says no at the
 * question whether the cloud may know who it is.
 */
export async function walk(start: string, login: string, isUnwilling = false): Promise<string> {
  const cookies = new Map<string, string>();
  let [url, body, hasRefused] = [new URL(start), null as URLSearchParams | null, false];
  for (let step = 0; step < 30; step++) {
    const response = await fetch(url, {
      method: body === null ? 'GET' : 'POST',
      body,
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const each of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    body = null;
    const page = await response.text();
    const location = response.headers.get('location');
    if (location !== null) {
      url = new URL(location, url);
      if (url.origin !== new URL(start).origin) return url.href;
      continue;
    }
    const abort = /href="([^"]*\/abort)"/.exec(page)?.[1];
    if (isUnwilling && abort !== undefined && !page.includes('name="login"')) {
      hasRefused = true;
      url = new URL(abort, url);
      continue;
    }
    const form = /<form[^>]*action="([^"]*)"[^>]*>([^]*?)<\/form>/.exec(page);
    if (form === null || hasRefused) return page;
    url = new URL((form[1] ?? '').replaceAll('&amp;', '&'), url);
    body = new URLSearchParams();
    for (const [input] of (form[2] ?? '').matchAll(/<input[^>]*>/g)) {
      const name = /name="([^"]*)"/.exec(input)?.[1];
      if (name !== undefined) body.set(name, name === 'login' ? login : (/value="([^"]*)"/.exec(input)?.[1] ?? 'any password'));
    }
  }
  throw new Error('the provider asks without end');
}
