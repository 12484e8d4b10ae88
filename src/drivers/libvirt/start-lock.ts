import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';

const waitSecondsMax = 60;

/**
 * Does `work` while no other process does the same; waits for its turn, at most a minute. The kernel keeps the lock,
 * so that whoever dies gives it up. Throws DriverError.
 */
export async function whileAlone<Result>(lockPath: string, work: () => Promise<Result>): Promise<Result> {
  mkdirSync(dirname(lockPath), { recursive: true, mode: 0o700 });
  // Echoes once it holds the lock, and ends with our end of its input.
  const holder = spawn('flock', ['--timeout', `${waitSecondsMax}`, '--no-fork', lockPath, 'cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const hasLock = new Promise<void>((resolve, reject) => {
    const refuse = (why: string) =>
      reject(new DriverError(`the lock ${lockPath} was not to be had: ${why}; another start may be under way`, { retry: 'soon' }));
    holder.stdout.once('data', () => resolve());
    holder.once('error', ({ message }) => refuse(message));
    holder.once('exit', (status) => refuse(status === 1 ? `${waitSecondsMax} s went by` : `flock ended with status ${status}`));
  });
  // One that ended already has said why by its exit.
  holder.stdin.on('error', () => undefined);
  holder.stdin.write('\n');
  try {
    await hasLock;
    return await work();
  } finally {
    holder.stdin.end();
  }
}
