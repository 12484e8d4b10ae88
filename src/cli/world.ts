import type { Readable, Writable } from 'node:stream';

/** What a command reads from and writes to: the process's own, or a test's. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(mode: boolean): unknown };
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
  /** ms since 1970. */
  now(): number;
}

export type Terminal = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export function processWorld(): World {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  // `stratus list | head`: who reads no more has what it wanted.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    interrupted: interrupt.signal,
    now: () => Date.now(),
  };
}

/** Width that lines have to fit in; null where nobody looks at a screen. */
export function widthOf(out: Terminal): number | null {
  return out.isTTY === true ? (out.columns ?? 80) : null;
}

/** Colours only for eyes that can see and want them (NO_COLOR, TERM=dumb; FORCE_COLOR insists). */
export function wantsColour(out: Terminal, env: World['env']): boolean {
  if (env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0') return true;
  return out.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
