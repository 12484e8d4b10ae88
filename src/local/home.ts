import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

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
    agentDir: at('agent'),
    ledger: at('agent', 'ledger.sqlite'),
    agentToken: at('agent', 'token'),
    networkDir: at('agent', 'network'),
    metricsDir: at('agent', 'metrics'),
    adminToken: at('admin', 'token'),
    /** Until it has been shown once. */
    adminPassword: at('admin', 'initial-password'),
    adminKey: at('admin', 'id_ed25519'),
    packagesDir: at('packages'),
  };
}

export function readCloud(home: Home): CloudFacts | null {
  if (!existsSync(home.cloudFile)) return null;
  return JSON.parse(readFileSync(home.cloudFile, 'utf8')) as CloudFacts;
}

export function makeHome(home: Home, decided: Omit<CloudFacts, 'cloudId' | 'createdAt'>): CloudFacts {
  // Others may pass through to what is theirs (QEMU's user to disks), not look around.
  mkdirSync(home.dir, { recursive: true });
  chmodSync(home.dir, 0o711);
  const cloud: CloudFacts = { cloudId: randomBytes(4).toString('hex'), createdAt: new Date().toISOString(), ...decided };
  writePrivate(home.cloudFile, `${JSON.stringify(cloud, null, 2)}\n`);
  return cloud;
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
}

export function readPrivate(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
}
