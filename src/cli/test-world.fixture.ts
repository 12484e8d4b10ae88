import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { runClient } from './main.ts';
import type { Terminal, World } from './world.ts';

/** The time at which the clouds of these tests stand still. */
export const testNowMs = Date.parse('2031-05-04T12:00:00.000Z');

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | PassThrough;
  /** Columns of a terminal for stdout and stderr; absent: both are pipes. */
  readonly columns?: number;
  readonly interrupted?: AbortSignal;
}

/** A user's home directory, and `stratus` run in it as in a shell. */
export class TestShell {
  readonly dir = mkdtempSync(join(tmpdir(), 'stratus-cli-'));
  readonly env: Record<string, string>;

  constructor(env: Readonly<Record<string, string>> = {}) {
    mkdirSync(join(this.dir, 'no-cloud-here'));
    this.env = { HOME: this.dir, PATH: process.env['PATH'] ?? '', STRATUS_HOME: join(this.dir, 'no-cloud-here'), ...env };
  }

  run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return this.start(argv, options).ran;
  }

  /** The command while it runs: what it has said so far, and how it ends. */
  start(argv: readonly string[], options: RunOptions = {}): { said: () => string; ran: Promise<Ran> } {
    const [stdout, stderr] = [new Screen(options.columns), new Screen(options.columns)];
    const stdin = typeof options.stdin === 'string' || options.stdin === undefined ? new PassThrough() : options.stdin;
    if (options.stdin === undefined || typeof options.stdin === 'string') stdin.end(options.stdin ?? '');
    const world: World = {
      env: { ...this.env, ...options.env },
      stdin,
      stdout,
      stderr,
      interrupted: options.interrupted ?? new AbortController().signal,
      now: () => testNowMs,
    };
    return { said: () => stdout.text, ran: runClient(argv, world).then((exitCode) => ({ exitCode, stdout: stdout.text, stderr: stderr.text })) };
  }

  remove(): void {
    rmSync(this.dir, { recursive: true });
  }
}

class Screen extends Writable implements Terminal {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;

  constructor(columns: number | undefined) {
    super();
    this.isTTY = columns !== undefined;
    this.columns = columns ?? 0;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** What differs from run to run, made alike: ids, MAC addresses, keys of this run, how long it took. */
export function stable(text: string, replacements: Readonly<Record<string, string>> = {}): string {
  let out = text;
  for (const [from, to] of Object.entries(replacements)) out = out.replaceAll(from, to);
  return out
    .replaceAll(/\b(i|img|type|key|net|prj|host|evt|usr|grp|tok|jtk)-[0-9a-z]{26}\b/g, '<$1-id>')
    .replaceAll(/52:54:00(:[0-9a-f]{2}){3}/g, '<mac>')
    .replaceAll(/\bsl[0-9a-z]{10}\b/g, '<bridge>')
    .replaceAll(/\b\d+:[0-9a-f]{64}\b/g, '<head>')
    .replaceAll(/slj?_[A-Za-z0-9_-]{43}/g, '<secret>')
    .replaceAll(/\b[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}\b/g, '<code>')
    .replaceAll(/secret=[A-Z2-7]{32}/g, 'secret=<totp-secret>')
    .replaceAll(/\b([A-Z2-7]{4} ){7}[A-Z2-7]{4}\b/g, '<totp-secret>')
    .replaceAll(/"revision": \d+/g, '"revision": 0')
    .replaceAll(/^( *)revision: \d+$/gm, '$1revision: 0')
    .replaceAll(/01fb0000-0000-7000-8000-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(process.version, '<node>');
}
