import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { ApiError, type Client } from '../cli/client.ts';
import type { Home } from './home.ts';
import { LocalError } from './local-error.ts';
import type { Progress } from './progress.ts';

const run = promisify(execFile);
const applianceName = 'tiny';
const instanceName = 'first';

export interface First {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly loginUser: string;
}

/** The first appliance, the administrator's key and the first instance: made when missing, followed until one can log in. */
export async function firstInstance(home: Home, client: Client, progress: Progress): Promise<First> {
  await progress.step(
    'first appliance',
    (tell) => ensureImage(client, tell),
    (text) => text,
  );
  const key = await progress.step(
    'ssh key',
    () => ensureKey(home, client),
    (name) => name,
  );
  return progress.step(
    'first instance',
    (tell) => ensureInstance(client, key, tell),
    (first) => `${first.name} runs at ${first.address}`,
  );
}

async function ensureImage(client: Client, tell: (what: string) => void): Promise<string> {
  let image = await getOrNull(client, `/v1/images/${applianceName}`);
  image ??= await client.request('POST', '/v1/images', {
    body: { name: applianceName, public: true, source: { type: 'recipe', recipe: applianceName } },
  });
  if (image.state === 'failed') image = await client.request('POST', `/v1/images/${image.id}/retry`);
  while (image.state === 'importing') {
    const { progress } = image.status;
    if (progress !== null) tell(`${progress.step}${progress.percent === null ? '' : ` ${Math.floor(progress.percent)} %`}`);
    image = await client.request('GET', `/v1/images/${image.id}`, { query: { wait: 'settled', timeoutSeconds: 1 } });
  }
  if (image.state !== 'available')
    throw new LocalError(
      `The appliance ${applianceName} could not be built: ${image.status.failure?.reason ?? image.state}`,
      'npm start tries again; npm start -- --no-first goes on without it.',
    );
  return `${applianceName}, ${Math.round(image.status.content.sizeBytes / 1_048_576)} MiB`;
}

async function ensureKey(home: Home, client: Client): Promise<string> {
  if (!existsSync(home.adminKey)) {
    mkdirSync(dirname(home.adminKey), { recursive: true, mode: 0o700 });
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'stratus', '-f', home.adminKey]);
  }
  const name = 'admin';
  if ((await getOrNull(client, `/v1/ssh-keys/${name}`)) === null) {
    await client.request('POST', '/v1/ssh-keys', { body: { name, publicKey: readFileSync(`${home.adminKey}.pub`, 'utf8').trim() } });
  }
  return name;
}

async function ensureInstance(client: Client, key: string, tell: (what: string) => void): Promise<First> {
  let instance = await getOrNull(client, `/v1/instances/${instanceName}`);
  instance ??= await client.request('POST', '/v1/instances', { body: { name: instanceName, image: applianceName, type: 't1.micro', keys: [key] } });
  for (;;) {
    // Whoever stopped it meanwhile wants it so.
    const isUp = instance.status.seen?.reachableSince != null || instance.spec.power !== 'running' || instance.state === 'stopped';
    if (isUp) return { id: instance.id, name: instance.name, address: instance.spec.nics[0].address, loginUser: instance.spec.image.loginUser };
    if (instance.state === 'failed')
      throw new LocalError(
        `The instance ${instanceName} failed: ${instance.status.failure.reason}`,
        `stratus log ${instanceName} shows its console; stratus delete ${instanceName} and npm start make it anew.`,
      );
    tell(instance.status.waitingFor?.reason ?? (instance.state === 'running' ? 'the guest boots' : instance.state));
    instance = await client.request('GET', `/v1/instances/${instance.id}`, { query: { wait: 'ready', timeoutSeconds: 1 } });
  }
}

// oxlint-disable-next-line typescript/no-explicit-any -- a resource as it is on the wire
async function getOrNull(client: Client, path: string): Promise<any> {
  try {
    return await client.request('GET', path);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
