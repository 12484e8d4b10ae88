import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { LocalError } from './local-error.ts';

/** Where a one-machine cloud keeps everything: one directory, nothing of it outside. */
export const defaultHomeDir = '/var/lib/stratuslab';

/** What was decided when the cloud was made; kept in `cloud.json`. */
export interface CloudFacts {
  /** 8 hexadecimal digits: marks bridges, packet tables and processes as this cloud's. */
  readonly cloudId: string;
  /** TCP port of the API on loopback. */
  readonly port: number;
  /** IPv4 prefix of the default network. */
  readonly cidr: string;
  readonly nat: boolean;
  /** Where it listens with TLS for other machines; null, absent: nowhere. */
  readonly listen?: { readonly address: string; readonly port: number } | null;
  /** Files of a certificate that was given; null, absent: one of its own. */
  readonly tls?: { readonly certificateFile: string; readonly keyFile: string } | null;
  /** What people call it, besides its addresses. */
  readonly names?: readonly string[];
  readonly createdAt: string;
}

export type Home = ReturnType<typeof homePaths>;

export function homePaths(homeDir: string) {
  const home = resolve(homeDir);
  const at = (...parts: string[]) => join(home, ...parts);
  return {
    dir: home,
    cloudFile: at('cloud.json'),
    runDir: at('run'),
    /** The API on this machine, for the agent and the administrator's shell; only root may connect. */
    serverSocket: at('run', 'server.sock'),
    pidFile: (name: string) => at('run', `${name}.pid`),
    logFile: (name: string) => at('logs', `${name}.log`),
    controlDir: at('control'),
    database: at('control', 'cloud.sqlite'),
    /** Opens the secrets in the database. */
    secretKey: at('control', 'secret.key'),
    /** The certificate that the cloud made for itself, with its key. */
    ownCertificate: at('control', 'tls.pem'),
    /** Of the authority that makes machines hosts of this cloud, with its key. */
    hostAuthority: at('control', 'host-authority.pem'),
    agentDir: at('agent'),
    ledger: at('agent', 'ledger.sqlite'),
    agentToken: at('agent', 'token'),
    /** Of a host whose control plane is on another machine: where that is, the key and the certificate. */
    hostIdentity: at('agent', 'identity.json'),
    networkDir: at('agent', 'network'),
    metricsDir: at('agent', 'metrics'),
    adminToken: at('admin', 'token'),
    /** Until it has been shown once. */
    adminPassword: at('admin', 'initial-password'),
    adminKey: at('admin', 'id_ed25519'),
    packagesDir: at('packages'),
  };
}

/** null where there is no cloud. Throws LocalError for a file that is not what we wrote. */
export function readCloud(home: Home): CloudFacts | null {
  if (!existsSync(home.cloudFile)) return null;
  try {
    const facts = JSON.parse(readFileSync(home.cloudFile, 'utf8')) as Partial<CloudFacts> | null;
    const { cloudId, port, cidr, nat, createdAt } = facts ?? {};
    const isWhole =
      /^[0-9a-f]{8}$/.test(String(cloudId)) &&
      Number.isInteger(port) &&
      typeof cidr === 'string' &&
      typeof nat === 'boolean' &&
      typeof createdAt === 'string';
    if (isWhole) return facts as CloudFacts;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new LocalError(
    `${home.cloudFile} is damaged: it does not say which cloud this is`,
    'Put the file back from a backup; nothing was started, changed or removed.',
  );
}

/** What a home may hold before it is one: what fills caches beforehand, and what file systems put there. */
const mayBeThere = new Set(['packages', 'cache', 'lost+found']);

export function makeHome(home: Home, decided: Omit<CloudFacts, 'cloudId' | 'createdAt'>): CloudFacts {
  const another = 'Choose another directory: npm start -- --home /some/where';
  try {
    makeDir(home.dir);
    // One day `destroy` removes the directory: it must never have been somebody else's.
    const stranger = readdirSync(home.dir).find((name) => !mayBeThere.has(name));
    if (stranger !== undefined) throw new LocalError(`${home.dir} is no cloud and not empty: there is ${stranger} in it`, another);
    // Others may pass through to what is theirs (QEMU's user to disks), not look around.
    chmodSync(home.dir, 0o711);
    const cloud: CloudFacts = { cloudId: randomBytes(4).toString('hex'), createdAt: new Date().toISOString(), ...decided };
    writeCloud(home, cloud);
    return cloud;
  } catch (error) {
    if (error instanceof LocalError) throw error;
    throw new LocalError(`${home.dir} cannot be made or written to: ${(error as Error).message}`, another, { cause: error });
  }
}

/** One by one: mkdir's own `recursive` never comes back where nothing can be made at all, as under /proc. */
function makeDir(dir: string): void {
  if (existsSync(dir)) return;
  makeDir(dirname(dir));
  mkdirSync(dir);
}

export function writeCloud(home: Home, cloud: CloudFacts): void {
  writePrivate(home.cloudFile, `${JSON.stringify(cloud, null, 2)}\n`);
}

/** Whole or not at all, also after a power cut; only its owner may read it. */
export function writePrivate(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  writeSync(file, content);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
  const directory = openSync(dirname(path), 'r');
  fsyncSync(directory);
  closeSync(directory);
}

/**
 * The 32 bytes that open the secrets in the database, made at the first start. Throws LocalError for a file that is
 * not what we wrote: another key in its place would lose them.
 */
export function ensureSecretKey(home: Home): Buffer {
  const text = readPrivate(home.secretKey);
  if (text === null) {
    const key = randomBytes(32);
    writePrivate(home.secretKey, `${key.toString('hex')}\n`);
    return key;
  }
  if (/^[0-9a-f]{64}$/.test(text)) return Buffer.from(text, 'hex');
  throw new LocalError(
    `${home.secretKey} is damaged: it is not the key of this cloud's secrets`,
    'Put the file back from a backup. Without one, remove it, and set the secrets of the settings again.',
  );
}

export function readPrivate(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
}
