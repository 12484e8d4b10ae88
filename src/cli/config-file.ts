import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseFingerprint } from '../drivers/tls-agent.ts';
import { CommandError } from './exit-codes.ts';
import type { World } from './world.ts';

/** A cloud that this user knows, and how to get in. */
export interface Context {
  readonly url: string;
  readonly token?: string;
  readonly project?: string;
  /** Of its certificate, where no authority vouches for it. */
  readonly fingerprint?: string;
}

export interface Config {
  readonly current: string | null;
  readonly contexts: Readonly<Record<string, Context>>;
}

/** Where the client keeps what is the user's: contexts, known hosts. */
export function configDir(env: World['env']): string {
  return join(env['XDG_CONFIG_HOME'] || join(env['HOME'] || homedir(), '.config'), 'stratus');
}

export function configFile(env: World['env']): string {
  return join(configDir(env), 'config.yaml');
}

/** An absent file is an empty one. */
export async function readConfig(env: World['env']): Promise<Config> {
  const path = configFile(env);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { current: null, contexts: {} };
    throw new CommandError('usage', `${path} cannot be read: ${(error as Error).message}`);
  }
  const { parse } = await import('yaml');
  try {
    return checked(parse(text, { maxAliasCount: 10 }));
  } catch (error) {
    throw new CommandError(
      'usage',
      `${path} is not a configuration: ${(error as Error).message.split('\n')[0]}`,
      'Correct it, or delete it and log in again.',
    );
  }
}

/** Tokens are in it: nobody else may read it. Whole or not at all. */
export async function writeConfig(env: World['env'], config: Config): Promise<void> {
  const path = configFile(env);
  const { stringify } = await import('yaml');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.new`;
  writeFileSync(temporary, stringify(config), { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

function checked(value: unknown): Config {
  if (value === null || value === undefined) return { current: null, contexts: {} };
  const { current = null, contexts = {} } = value as Partial<Config>;
  if (current !== null && typeof current !== 'string') throw new Error('«current» is not a name');
  if (typeof contexts !== 'object' || contexts === null) throw new Error('«contexts» is not a list of names');
  for (const [name, context] of Object.entries(contexts)) {
    if (typeof (context as Partial<Context> | null)?.url !== 'string') throw new Error(`context ${name} has no url`);
    const { fingerprint } = context as { readonly fingerprint?: unknown };
    if (fingerprint !== undefined && (typeof fingerprint !== 'string' || parseFingerprint(fingerprint) === null))
      throw new Error(`the fingerprint of context ${name} is none`);
  }
  return { current, contexts };
}
