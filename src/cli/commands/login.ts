import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Command } from 'commander';
import { checkedUrl } from '../cloud.ts';
import { ApiError, type Endpoint } from '../client.ts';
import { readConfig, writeConfig } from '../config-file.ts';
import { CommandError } from '../exit-codes.ts';
import { exchange } from '../exchange.ts';
import type { Run } from '../kind-cli.ts';
import { cloudOptions, outputOptions } from '../options.ts';
import { printData } from '../output/print.ts';
import { printable } from '../output/printable.ts';
import { Questions } from '../questions.ts';
import { fingerprintToPin } from '../trust.ts';
import type { World } from '../world.ts';

/** `stratus login URL`: user and password once, then a token of this machine's own. */
export function addLogin(program: Command, _run: Run, world: World): void {
  const command = program
    .command('login <url>')
    .summary('log in to a cloud')
    .description('Logs in to a cloud: asks for user and password, and keeps an API token, never the password.');
  command
    .option('-u, --user <name>', 'who you are there')
    .option('--name <name>', 'what to call this cloud (default: its host name)')
    .option('--token <token>', 'use this API token instead of a password; - for stdin')
    .option('--fingerprint <sha256>', "of the cloud's certificate, as its machine shows it; where no authority vouches for it");
  command.action(async (address: string, options: { user?: string; name?: string; token?: string; fingerprint?: string }) => {
    const url = checkedUrl(address);
    warnOfPlainHttp(world, url);
    const name = options.name ?? contextName(url);
    const questions = new Questions(world);
    try {
      const before = (await readConfig(world.env)).contexts[name];
      const known = before?.url === url ? before.fingerprint : undefined;
      const fingerprint = await fingerprintToPin(world, questions, url, { given: options.fingerprint, known });
      const door: Endpoint = { url, token: null, fingerprint };
      const token =
        options.token === undefined
          ? await tokenByPassword(door, options.user ?? (await questions.ask('User: ')), () => questions.ask('Password: ', true))
          : options.token === '-'
            ? await questions.ask('Token: ', true)
            : options.token;
      const { bytes } = await exchange({ ...door, token }, 'GET', '/v1/session');
      const config = await readConfig(world.env);
      const { fingerprint: _before, ...kept } = config.contexts[name] ?? {};
      const context = { ...kept, url, token, ...(fingerprint === null ? {} : { fingerprint }) };
      await writeConfig(world.env, { current: name, contexts: { ...config.contexts, [name]: context } });
      world.stdout.write(
        `Logged in to ${url} as ${printable((JSON.parse(bytes.toString()) as { user: { name: string } }).user.name)}; it is the current cloud and is called ${name}.\n`,
      );
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) throw new CommandError('notPermitted', error.message, null);
      throw error;
    } finally {
      questions.close();
    }
  });
}

/** A session for a moment, in which a token is made. */
async function tokenByPassword(door: Endpoint, user: string, askPassword: () => Promise<string>): Promise<string> {
  const password = await askPassword();
  const opened = await exchange(door, 'POST', '/v1/session', { body: { user, password } });
  const { csrfToken } = JSON.parse(opened.bytes.toString()) as { csrfToken: string };
  const headers = { cookie: (opened.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; '), 'x-csrf-token': csrfToken };
  const machine = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 30);
  const made = await exchange(door, 'POST', '/v1/tokens', {
    headers,
    body: { name: `cli-${machine === '' ? 'machine' : machine}-${randomBytes(3).toString('hex')}` },
  });
  await exchange(door, 'DELETE', '/v1/session', { headers });
  return (JSON.parse(made.bytes.toString()) as { secret: string }).secret;
}

function warnOfPlainHttp(world: World, url: string): void {
  const { protocol, hostname: host } = new URL(url);
  if (protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host))
    world.stderr.write(`Beware: ${url} is not encrypted; whoever listens learns your password.\n`);
}

function contextName(url: string): string {
  const { hostname: host, port } = new URL(url);
  return `${host.replaceAll(/[^A-Za-z0-9.-]/g, '')}${port === '' ? '' : `-${port}`}`;
}

interface WhoAmI {
  readonly user: { readonly name: string; readonly role: string };
  readonly via: string;
  readonly projects?: readonly { readonly name: string; readonly role: string }[];
  readonly groups?: readonly { readonly name: string }[];
}

export function addWhoami(program: Command, run: Run): void {
  const command = program.command('whoami').summary('who you are there').description('Shows who you are to the cloud, and which cloud that is.');
  outputOptions(cloudOptions(command)).action(
    run(async (session) => {
      const { user, via, projects = [], groups = [] }: WhoAmI = await session.client.request('GET', '/v1/session');
      if (session.format === 'name') return session.print(`${printable(user.name)}\n`);
      if (!session.isForPeople)
        return printData(session, { user, via, projects, groups, context: session.cloud.name, url: session.cloud.endpoint.url });
      await session.print(`${printable(user.name)} (${user.role}), by ${via}, at ${session.cloud.endpoint.url}\n`);
      if (projects.length > 0) await session.print(`Projects: ${projects.map(({ name, role }) => `${printable(name)} (${role})`).join(', ')}\n`);
      if (groups.length > 0) await session.print(`Groups: ${groups.map(({ name }) => printable(name)).join(', ')}\n`);
    }),
  );
}
