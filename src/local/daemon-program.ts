import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DaemonName } from './daemon.ts';
import type { Home } from './home.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Both are idle most of the time, and nobody waits for their garbage collector: a small nursery and one arena of
 * malloc's take a fifth less memory. Measured by bench/footprint.ts.
 */
const node = ['/usr/bin/env', 'MALLOC_ARENA_MAX=1', process.execPath, '--disable-warning=ExperimentalWarning', '--max-semi-space-size=1'];

/** Command line of the control plane or the agent of this home. */
export function daemonProgram(name: DaemonName, home: Home): string[] {
  return [...node, join(root, 'bin/stratus.ts'), name, '--home', home.dir];
}

/**
 * Compiles the sources of both once, into Node's cache, after they were installed or changed. A process that has
 * to strip and compile them itself keeps the compiler: 12 MB more each for as long as it lives, and starts later.
 * Nothing depends on it; without a cache, or when it fails, they start all the same.
 */
export async function ensureCompiled(cacheDir = process.env['NODE_COMPILE_CACHE']): Promise<void> {
  if (cacheDir === undefined) return;
  const stamp = join(cacheDir, 'compiled');
  try {
    if ((statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0) > newestSourceMs()) return;
    mkdirSync(cacheDir, { recursive: true });
    const [program, ...flags] = node as [string, ...string[]];
    const parts = ['server', 'agent'].flatMap((name) => ['--import', join(root, `bin/${name}.ts`)]);
    const startedAt = new Date();
    await promisify(execFile)(program, [...flags, ...parts, join(root, 'bin/stratus.ts'), '--version'], {
      timeout: 30_000,
      env: { ...process.env, NODE_COMPILE_CACHE: cacheDir },
    });
    writeFileSync(stamp, '');
    // What was changed while it went on is compiled the next time.
    utimesSync(stamp, startedAt, startedAt);
  } catch {
    // A cache that cannot be written is none.
  }
}

function newestSourceMs(): number {
  const files = ['src', 'bin'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }));
  return Math.max(...files.filter((file) => file.isFile()).map((file) => statSync(join(file.parentPath, file.name)).mtimeMs));
}
