import { readFileSync, statSync } from 'node:fs';

/** One process and no other: a pid alone is given out again after its process ended. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between the machine's boot and the start of the process, from /proc/PID/stat. */
  readonly startTicks: string;
}

/** The living process with this pid; null for none, and for one that is dead but not yet reaped. */
export function identify(pid: number): ProcessIdentity | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return null;
  return parseProcessStat(pid, stat);
}

/** Fields follow the last `)`: a process may have spaces and parentheses in its name. */
export function parseProcessStat(pid: number, stat: string): ProcessIdentity | null {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .trim()
    .split(' ');
  const state = fields[0];
  const startTicks = fields[19];
  if (state === undefined || startTicks === undefined || !/^\d+$/.test(startTicks)) return null;
  return state === 'Z' || state === 'X' ? null : { pid, startTicks };
}

export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startTicks === process.startTicks;
}

/** The arguments a process was started with; empty when it is gone. */
export function argumentsOf(pid: number): readonly string[] {
  return (readOrNull(`/proc/${pid}/cmdline`) ?? '').split('\0').slice(0, -1);
}

/** The pid that a pid file names; null when there is no file or no sensible number in it. */
export function readPidFile(path: string): number | null {
  const text = readOrNull(path)?.trim() ?? '';
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}

/** Whether a process sees, at this path of its own mount namespace, the directory that is `dir` in ours. */
export function seesDirAt(pid: number, pathInside: string, dir: string): boolean {
  try {
    const inside = statSync(`/proc/${pid}/root${pathInside}`);
    const here = statSync(dir);
    return inside.dev === here.dev && inside.ino === here.ino;
  } catch {
    return false;
  }
}

/** Ends this very process: asks with SIGTERM, insists with SIGKILL after `graceMs`. Returns when it is gone. */
export async function endProcess(target: ProcessIdentity, graceMs: number): Promise<void> {
  signal(target, 'SIGTERM');
  if (await isGoneWithin(target, graceMs)) return;
  signal(target, 'SIGKILL');
  await isGoneWithin(target, 10_000);
}

export async function isGoneWithin(target: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isAlive(target)) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return true;
}

function signal(target: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(target)) return;
  try {
    process.kill(target.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
