import { parseFingerprint } from '../drivers/tls-agent.ts';
import { homePaths, defaultHomeDir, readPrivate, type Home } from '../local/home.ts';
import type { Endpoint } from './client.ts';
import { readConfig } from './config-file.ts';
import { CommandError } from './exit-codes.ts';
import { nearest } from './nearest.ts';
import type { World } from './world.ts';

/** The cloud that a command speaks to. */
export interface Cloud {
  /** Of its context; `local` for this machine's, `env` for one that only the environment names. */
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly project: string | null;
  /** The home of this machine's own cloud, when it is that one and its files can be read. */
  readonly home: Home | null;
}

/**
 * Which cloud is meant: --context or STRATUS_CONTEXT, else STRATUS_URL, else the home that STRATUS_HOME
 * names, else the current context, else this machine's own. STRATUS_TOKEN and STRATUS_PROJECT override.
 */
export async function chooseCloud(env: World['env'], contextName: string | undefined): Promise<Cloud> {
  const chosen = await choose(env, contextName ?? (env['STRATUS_CONTEXT'] || undefined));
  return {
    ...chosen,
    endpoint: { ...chosen.endpoint, token: env['STRATUS_TOKEN'] || chosen.endpoint.token },
    project: env['STRATUS_PROJECT'] || chosen.project,
  };
}

async function choose(env: World['env'], contextName: string | undefined): Promise<Cloud> {
  if (contextName === undefined && env['STRATUS_URL'])
    return {
      name: 'env',
      endpoint: { url: checkedUrl(env['STRATUS_URL']), token: null, fingerprint: checkedFingerprint(env['STRATUS_FINGERPRINT']) },
      project: null,
      home: null,
    };
  const named = contextName === undefined && env['STRATUS_HOME'] ? localCloud(env['STRATUS_HOME']) : null;
  if (named !== null) return named;
  const config = await readConfig(env);
  const name = contextName ?? config.current;
  if (name !== null && name !== undefined && name !== 'local') {
    const context = config.contexts[name];
    if (context === undefined) {
      const near = nearest(name, Object.keys(config.contexts));
      throw new CommandError(
        'notFound',
        `There is no context ${name}.`,
        near === null ? 'See what there is: stratus context list.' : `Did you mean ${near}?`,
      );
    }
    const { url, token = null, fingerprint, project = null } = context;
    return { name, endpoint: { url: checkedUrl(url), token, fingerprint: checkedFingerprint(fingerprint) }, project, home: null };
  }
  const local = localCloud(env['STRATUS_HOME'] || defaultHomeDir);
  if (local !== null) return local;
  throw new CommandError(
    'notPermitted',
    'You are logged in to no cloud, and there is none on this machine that you may use.',
    'Log in with: stratus login URL. Or start a cloud here, as root: npm start.',
  );
}

/** This machine's cloud, for whoever may read its administrator's token. */
export function localCloud(homeDir: string): Cloud | null {
  const home = homePaths(homeDir);
  try {
    const token = readPrivate(home.adminToken);
    return token === null ? null : { name: 'local', endpoint: { url: `unix:${home.serverSocket}`, token }, project: null, home };
  } catch {
    return null;
  }
}

export function checkedUrl(text: string): string {
  if (text.startsWith('unix:/')) return text;
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new CommandError('usage', `${text} is not the address of a cloud.`, 'Give one such as https://cloud.example.org');
  return url.origin;
}

/** As the agent of requests wants it; null for none. Throws for what is no fingerprint. */
export function checkedFingerprint(text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  const fingerprint = parseFingerprint(text);
  if (fingerprint === null)
    throw new CommandError('usage', `${text} is no fingerprint of a certificate.`, 'Give it as the cloud shows it: sha256: and 64 digits.');
  return fingerprint;
}
