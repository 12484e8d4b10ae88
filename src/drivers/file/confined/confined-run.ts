import { spawn, type ChildProcess } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { DriverError } from '../../../core/driver-error.ts';
import { confinedArgv, type Confinement } from './confined-argv.ts';

export interface ConfinedRun extends Confinement {
  readonly argv: readonly string[];
  /** What is being done, for the error: `converting the image`. */
  readonly doing: string;
  /** Files that the program may use, as /dev/fd/3 and on; it can open nothing else of the store. */
  readonly files: readonly FileHandle[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Gets standard output; must read it to its end. Without it, output is collected. */
  readonly onOutput?: ((output: Readable) => Promise<void>) | undefined;
}

export interface ConfinedResult {
  readonly exitCode: number;
  /** At most 64 KiB; empty when `onOutput` took it. */
  readonly output: string;
  /** Its last words, in one line. */
  readonly complaint: string;
}

/** Exit code of a program that is not installed. */
export const notFound = 127;

const chainComplains = /(^|; )(setpriv|prlimit|unshare): /;

const collectedBytesMax = 64 * 1024;

/** Runs a program in confinement to its end. Throws DriverError when it cannot start, takes too long or is killed. */
export async function confinedRun(run: ConfinedRun): Promise<ConfinedResult> {
  if (process.geteuid?.() !== 0) throw new DriverError(`${run.doing}: only root can confine the program that does it.`, { retry: 'never' });
  run.signal.throwIfAborted();
  const [program = '', ...args] = confinedArgv(run.argv, run);
  const child = spawn(program, args, {
    cwd: '/',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: '/' },
    stdio: ['ignore', 'pipe', 'pipe', ...run.files.map((file) => file.fd)],
    // A group of its own, so that all of the chain is killed together.
    detached: true,
  });
  let ended: 'too-long' | 'aborted' | null = null;
  const end = (why: 'too-long' | 'aborted'): void => {
    ended ??= why;
    killGroup(child);
  };
  const timer = setTimeout(() => end('too-long'), run.timeoutMs);
  const onAbort = (): void => end('aborted');
  run.signal.addEventListener('abort', onAbort, { once: true });

  try {
    // Taken first: an error of the consumer must also end the program.
    const consumed = (run.onOutput ? run.onOutput(child.stdout!).then(() => '') : collect(child.stdout!)).catch((error: unknown) => {
      killGroup(child);
      throw error;
    });
    const [output, stderr, exit] = await allSettled(consumed, collect(child.stderr!), exitOf(child, run.doing));
    run.signal.throwIfAborted();
    if (ended === 'too-long')
      throw new DriverError(`${run.doing}: ${run.argv[0]} took longer than ${Math.round(run.timeoutMs / 1000)} s.`, { retry: 'never' });
    const complaint = stderr.trim().split('\n').slice(-3).join('; ');
    // What unshare 2.38 says, and exits with 1, in place of dying by SIGKILL as its child did.
    const killed = exit.code === null || complaint.includes('unshare: sigprocmask unblock failed');
    if (killed)
      throw new DriverError(`${run.doing}: ${run.argv[0]} was ended (${exit.killedBy ?? 'SIGKILL'}), perhaps by its limits of time and memory.`);
    if (exit.code !== 0 && exit.code !== notFound && chainComplains.test(complaint)) {
      throw new DriverError(`${run.doing}: this machine cannot confine the program that does it (${complaint}).`);
    }
    return { exitCode: exit.code ?? -1, output, complaint };
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', onAbort);
  }
}

/** Waits for all three even when one fails, so that nothing runs on behind the caller's back. */
async function allSettled<A, B, C>(a: Promise<A>, b: Promise<B>, c: Promise<C>): Promise<[A, B, C]> {
  await Promise.allSettled([a, b, c]);
  return Promise.all([a, b, c]);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended by itself a moment ago.
  }
}

async function collect(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    if (text.length < collectedBytesMax) text += String(chunk).slice(0, collectedBytesMax - text.length);
  }
  return text;
}

function exitOf(child: ChildProcess, doing: string): Promise<{ code: number | null; killedBy: string | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new DriverError(`${doing}: the program cannot be started: ${error.message}`, { cause: error })));
    child.once('close', (code, killedBy) => resolve({ code, killedBy }));
  });
}
