import { execFile } from 'node:child_process';
import { DriverError } from '../../core/driver-error.ts';

const outputBytesMax = 16 * 1024 * 1024;
const timeoutMs = 20_000;

/**
 * Runs a program (absolute path, arguments as they are, no shell) and gives what it printed.
 * @param doing plain words for the error, e.g. `making the bridge of net-…`
 */
export type Runner = (doing: string, argv: readonly [string, ...string[]], input?: string) => Promise<string>;

export const programs = { ip: '/usr/sbin/ip', nft: '/usr/sbin/nft', dnsmasq: '/usr/sbin/dnsmasq' } as const;

/** A program ran and refused; what it printed on stderr is kept for the few callers that tell refusals apart. */
export class ProgramRefused extends DriverError {
  readonly stderr: string;

  constructor(message: string, stderr: string, cause: unknown) {
    super(message, { cause });
    this.stderr = stderr;
  }
}

export const runProgram: Runner = (doing, [program, ...args], input) =>
  new Promise((resolve, reject) => {
    const options = {
      encoding: 'utf8' as const,
      timeout: timeoutMs,
      killSignal: 'SIGKILL' as const,
      maxBuffer: outputBytesMax,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      if (error.code === 'ENOENT')
        return reject(new DriverError(`${doing}: ${program} is not installed on this host`, { retry: 'never', cause: error }));
      const says = firstLine(stderr) || (error.killed ? `no answer within ${timeoutMs} ms` : `it failed with ${error.code}`);
      reject(new ProgramRefused(`${doing}: ${program} says: ${says}`, stderr.slice(0, 2000), error));
    });
    // A program that ends before it has read everything breaks the pipe; its exit code tells the story.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 300) ?? '';
}
