import { execFile } from 'node:child_process';
import { DriverError } from '../../core/driver-error.ts';

const outputBytesMax = 256 * 1024;

/**
 * Runs a program of the host (found on PATH, arguments as they are, no shell) and gives what it printed.
 * @param doing plain words for the error, e.g. `making the disk of i-…`
 */
export function run(doing: string, program: string, args: readonly string[], timeoutMs = 60_000): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = {
      encoding: 'buffer' as const,
      timeout: timeoutMs,
      killSignal: 'SIGKILL' as const,
      maxBuffer: outputBytesMax,
      // The C locale keeps messages comparable; the rest of the environment is nobody's business.
      env: { PATH: `${process.env['PATH'] ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`, LC_ALL: 'C' },
    };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      if (error.code === 'ENOENT') {
        return reject(new DriverError(`${doing}: the program ${program} is not installed on this host`, { retry: 'never', cause: error }));
      }
      const says = lastLine(stderr.toString('utf8')) || (error.killed ? `no answer within ${timeoutMs} ms` : `it failed with ${error.code}`);
      reject(new DriverError(`${doing}: ${program} says: ${says}`, { cause: error }));
    });
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}
