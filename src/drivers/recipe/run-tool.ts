import { spawn } from 'node:child_process';
import { DriverError } from '../../core/driver-error.ts';
import { KiB, MiB, seconds } from '../../core/units.ts';

export interface RunOptions {
  /** What the user is told was being done, e.g. `unpacking busybox`. */
  readonly doing: string;
  readonly signal: AbortSignal;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Every full line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
}

const stdoutBytesMax = 16 * MiB;
const stderrTailBytes = 8 * KiB;
const killAfterMs = 3 * seconds;

/**
 * Runs a program by its argument list and gives its standard output. It dies with us, whatever ends us
 * (`setpriv --pdeathsig`), and with all its children when `signal` aborts. Throws DriverError.
 */
export async function runTool(argv: readonly string[], options: RunOptions): Promise<string> {
  options.signal.throwIfAborted();
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], {
    cwd: options.cwd,
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const killGroup = (how: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, how);
    } catch {
      // the group is gone already
    }
  };
  let killTimer: NodeJS.Timeout | undefined;
  const abort = () => {
    killGroup('SIGTERM');
    killTimer = setTimeout(killGroup, killAfterMs, 'SIGKILL');
  };
  options.signal.addEventListener('abort', abort, { once: true });

  let stdout = '';
  let stderr = '';
  let line = '';
  child.stdin.on('error', () => {}); // a program that ends early need not read its input
  child.stdin.end(options.input ?? '');
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (stdout.length < stdoutBytesMax) stdout += text;
    if (options.onLine === undefined) return;
    const lines = (line + text).split('\n');
    line = (lines.pop() ?? '').slice(-stderrTailBytes);
    for (const full of lines) options.onLine(full);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrTailBytes);
  });

  try {
    const ended = await new Promise<string>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, how) => resolve(code === 0 ? '' : how === null ? `exit code ${code}` : how));
    });
    options.signal.throwIfAborted();
    if (ended !== '') throw new DriverError(`${options.doing}: ${argv[0]} failed (${ended}): ${lastLines(stderr || stdout)}`);
    return stdout;
  } catch (error) {
    if (error instanceof DriverError || options.signal.aborted) throw error;
    throw new DriverError(`${options.doing}: ${argv[0]} could not be started`, { cause: error });
  } finally {
    clearTimeout(killTimer);
    options.signal.removeEventListener('abort', abort);
  }
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-6).join(' | ').slice(-1000) || 'it said nothing';
}
