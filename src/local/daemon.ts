import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Home } from './home.ts';
import { writePrivate } from './home.ts';
import { argumentsOf, endProcess, identify, type ProcessIdentity } from '../drivers/process-identity.ts';

export type DaemonName = 'server' | 'agent';

/** The control plane's or the agent's process of this home; null when it does not run. */
export function findLocalDaemon(home: Home, name: DaemonName): ProcessIdentity | null {
  return findOurs(home.pidFile(name), home.dir);
}

/** @param argument one that its command line must have: a pid may have been given to somebody else. */
function findOurs(pidFile: string, argument: string): ProcessIdentity | null {
  let stored: ProcessIdentity;
  try {
    stored = JSON.parse(readFileSync(pidFile, 'utf8')) as ProcessIdentity;
  } catch {
    return null;
  }
  const living = identify(stored.pid);
  return living?.startTicks === stored.startTicks && argumentsOf(stored.pid).includes(argument) ? living : null;
}

/**
 * Starts it apart from our terminal, so that Ctrl-C and our own end reach it only by our will. Its output
 * goes to the home's log. Found running: left alone.
 */
export function ensureLocalDaemon(home: Home, name: DaemonName, argv: readonly string[]): { process: ProcessIdentity; started: boolean } {
  const running = findLocalDaemon(home, name);
  if (running !== null) return { process: running, started: false };
  mkdirSync(dirname(home.logFile(name)), { recursive: true, mode: 0o700 });
  const log = openSync(home.logFile(name), 'a', 0o600);
  const child = spawn(argv[0] as string, argv.slice(1), { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  child.unref();
  const process = child.pid === undefined ? null : identify(child.pid);
  if (process === null) throw new Error(`the ${name} could not be started; see ${home.logFile(name)}`);
  writePrivate(home.pidFile(name), JSON.stringify(process));
  return { process, started: true };
}

export async function stopLocalDaemon(home: Home, name: DaemonName): Promise<boolean> {
  const running = findLocalDaemon(home, name);
  if (running !== null) await endProcess(running, 5_000);
  rmSync(home.pidFile(name), { force: true });
  return running !== null;
}

/** While a terminal holds the cloud (`npm start` without --detach): what dies is started again by it. */
export function holdInForeground(home: Home): () => void {
  writePrivate(home.pidFile('up'), JSON.stringify(identify(process.pid)));
  return () => rmSync(home.pidFile('up'), { force: true });
}

/** Ends the `npm start` that holds the cloud, if any, and with it control plane and agent: it would start them again. */
export async function endForeground(home: Home): Promise<void> {
  const running = findOurs(home.pidFile('up'), 'up');
  if (running !== null && running.pid !== process.pid) await endProcess(running, 15_000);
  rmSync(home.pidFile('up'), { force: true });
}
