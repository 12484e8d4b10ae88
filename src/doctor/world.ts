import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the checks need of the machine; tests plant another. */
export interface DoctorWorld {
  readonly nodeVersion: string;
  isRoot(): boolean;
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** null: it cannot be read. At most 1 MiB is looked at. */
  readText(path: string): string | null;
  isWritable(path: string): boolean;
  /** Space for root on the file system that this path is, or would be, on. */
  freeBytes(path: string): number;
  /** When StratusLab's own files were written, ms since 1970. */
  installedAtMs(): number;
  /** The list of Debian packages that StratusLab needs, as JSON. */
  packageList(): string;
  /** Whether a TCP port can be listened on, on all addresses. */
  canListen(port: number): Promise<boolean>;
  /** Status -1: the program is not there. It is ended after ten seconds. */
  run(program: string, ...args: string[]): Promise<{ readonly status: number; readonly output: string }>;
}

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const doctorWorld: DoctorWorld = {
  nodeVersion: process.version,
  isRoot: () => process.getuid?.() === 0,
  now: Date.now,

  readText(path) {
    try {
      return readFileSync(path, 'utf8').slice(0, 1024 * 1024);
    } catch {
      return null;
    }
  },

  isWritable(path) {
    try {
      accessSync(path, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },

  freeBytes(path) {
    let there = path;
    while (!existsSync(there) && there !== '/') there = dirname(there);
    const { bavail, bsize } = statfsSync(there);
    return bavail * bsize;
  },

  installedAtMs: () => statSync(join(root, 'package.json')).mtimeMs,
  packageList: () => readFileSync(join(root, 'deploy', 'debian-packages.json'), 'utf8'),

  canListen(port) {
    return new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, () => server.close(() => resolve(true)));
    });
  },

  run(program, ...args) {
    const env = { ...process.env, PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
    return new Promise((resolve) => {
      execFile(program, args, { env, timeout: 10_000, killSignal: 'SIGKILL', maxBuffer: 1024 * 1024 }, (failure, stdout, stderr) => {
        const status = failure === null ? 0 : typeof failure.code === 'number' ? failure.code : -1;
        resolve({ status, output: stdout + stderr });
      });
    });
  },
};
