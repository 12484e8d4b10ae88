import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { days } from '../../core/units.ts';
import { ApiError, Client, type Endpoint } from '../client.ts';
import { readConfig, writeConfig } from '../config-file.ts';
import { CommandError } from '../exit-codes.ts';
import { printable } from '../output/printable.ts';
import type { World } from '../world.ts';
import type { BriefSession } from './brief-session.ts';

/** How long a token that a log-in keeps is good: as long as one that a page lets in. */
const tokenMs = 90 * days;

/** A token of this machine's own. */
export async function tokenFrom(session: BriefSession, world: World): Promise<string> {
  const body = { name: tokenName(), expiresAt: new Date(world.now() + tokenMs).toISOString() };
  return (await session.request<{ secret: string }>('POST', '/v1/tokens', body)).secret;
}

function tokenName(): string {
  const machine = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 30);
  return `cli-${machine === '' ? 'machine' : machine}-${randomBytes(3).toString('hex')}`;
}

/** Only a token that works is kept. Whose it is, is told. */
export async function keepToken(world: World, name: string, door: Endpoint, token: string): Promise<void> {
  const { url, fingerprint = null } = door;
  const { user } = await new Client({ url, token, fingerprint })
    .request<{ user: { name: string } }>('GET', '/v1/session', { signal: world.interrupted })
    .catch(plainly);
  const config = await readConfig(world.env);
  const { fingerprint: _before, ...kept } = config.contexts[name] ?? {};
  const context = { ...kept, url, token, ...(fingerprint === null ? {} : { fingerprint }) };
  await writeConfig(world.env, { current: name, contexts: { ...config.contexts, [name]: context } });
  world.stdout.write(`Logged in to ${url} as ${printable(user.name)}; it is the current cloud and is called ${name}.\n`);
}

/** To log in is no remedy for who just tries to. */
export function plainly(error: unknown): never {
  if (error instanceof ApiError && error.status === 401) throw new CommandError('notPermitted', error.message, null);
  throw error;
}
