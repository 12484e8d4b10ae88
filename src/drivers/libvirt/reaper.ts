import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DriverError } from '../../core/driver-error.ts';
import type { Accelerator } from '../../ports/hypervisor.ts';
import type { LibvirtPaths } from './libvirt-paths.ts';
import { findReaper } from './libvirt-processes.ts';
import type { DaemonName } from './libvirt-processes.ts';
import { endProcess, isGoneWithin } from '../process-identity.ts';

const scriptPath = (name: string) => fileURLToPath(new URL(name, import.meta.url));
/** An exit status that neither unshare, mount nor sh give. */
const lockTaken = 75;
const logBytesMax = 4 * 1024 * 1024;

/** Starts the reaper, or finds it running. */
export async function ensureReaper(paths: LibvirtPaths, accelerator: Accelerator): Promise<void> {
  if (isListening(paths)) return;
  const failure = startReaper(paths, accelerator);
  const deadline = performance.now() + 10_000;
  while (!isListening(paths)) {
    const reason = failure();
    if (reason !== null || performance.now() > deadline) {
      const detail = logTail(join(paths.log, 'reaper.log')) || reason || 'no answer within 10 s';
      throw new DriverError(`the reaper for libvirt did not start in ${paths.dir}: ${detail}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Asks the reaper to start a daemon; {@link daemonStartFailure} tells if that went wrong. */
export function requestDaemon(paths: LibvirtPaths, name: DaemonName): void {
  rmSync(exitFile(paths, name), { force: true });
  rotateLog(join(paths.log, `${name}.log`));
  request(paths, name);
}

/** What a daemon said when it refused to start; null while it is starting or when it did. */
export function daemonStartFailure(paths: LibvirtPaths, name: DaemonName): string | null {
  try {
    const status = readFileSync(exitFile(paths, name), 'utf8').trim();
    if (status === '0') return null;
    return logTail(join(paths.log, `${name}.start.log`)) || logTail(join(paths.log, `${name}.log`)) || `exit status ${status}`;
  } catch {
    return null;
  }
}

/** Ends the reaper; what it started lives on. */
export async function stopReaper(paths: LibvirtPaths): Promise<void> {
  const found = findReaper(paths);
  if (found === null) return;
  if (isListening(paths)) request(paths, 'quit');
  if (!(await isGoneWithin(found, 2000))) await endProcess(found, 1000);
}

function startReaper(paths: LibvirtPaths, accelerator: Accelerator): () => string | null {
  const log = join(paths.log, 'reaper.log');
  rotateLog(log);
  const output = openSync(log, 'a', 0o600);
  let failure: string | null = null;
  // A session of its own: neither a Ctrl-C nor our end reaches it. `slave`: what the administrator mounts
  // later is seen by guests, what is mounted in there is seen by nobody.
  const child = spawn(
    'flock',
    [
      ...['--nonblock', '--conflict-exit-code', `${lockTaken}`, '--no-fork', paths.lock],
      ...['unshare', '--mount', '--propagation', 'slave'],
      ...['sh', scriptPath('private-mounts.sh'), paths.dir, accelerator],
      ...['tini', '-s', '--', 'sh', scriptPath('reaper.sh'), paths.dir],
    ],
    { cwd: '/', detached: true, stdio: ['ignore', output, output], env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C' } },
  );
  closeSync(output);
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code, signal) => {
    // Beside another caller's reaper ours ends at once: the lock is taken, and theirs will listen soon.
    if (code !== lockTaken) failure = `it ended with ${signal ?? `status ${code}`}`;
  });
  child.unref();
  return () => failure;
}

/** Opening a fifo for writing without waiting works only while somebody reads it. */
function isListening(paths: LibvirtPaths): boolean {
  try {
    closeSync(openSync(paths.fifo, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch {
    return false;
  }
}

function request(paths: LibvirtPaths, word: DaemonName | 'quit'): void {
  try {
    const fifo = openSync(paths.fifo, constants.O_WRONLY | constants.O_NONBLOCK);
    writeSync(fifo, `${word}\n`);
    closeSync(fifo);
  } catch (cause) {
    throw new DriverError(`the reaper for libvirt in ${paths.dir} went away while it was asked to ${word}`, { retry: 'soon', cause });
  }
}

function exitFile(paths: LibvirtPaths, name: DaemonName): string {
  return join(paths.run, `${name}.exit`);
}

function logTail(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim().split('\n').slice(-3).join('; ').slice(-600);
  } catch {
    return '';
  }
}

/** libvirt does not rotate its own logs; done while nobody writes. */
function rotateLog(path: string): void {
  try {
    if (statSync(path).size > logBytesMax) renameSync(path, `${path}.1`);
  } catch {
    // No log yet.
  }
}
