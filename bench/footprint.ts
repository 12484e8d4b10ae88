/**
 * Memory of the idle control plane and agent, and how long a control plane with 10,000 instances in its store
 * takes from its start to its first answer. Usage: bench/footprint.ts [IDLE-SECONDS]. Needs root; about two minutes.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from '../src/cli/client.ts';
import { daemonProgram, ensureCompiled } from '../src/local/daemon-program.ts';
import { homePaths, makeHome, readPrivate } from '../src/local/home.ts';
import { RealCloud } from '../test/real/real-cloud.ts';
import { median, table } from './measure.ts';

const compiled = join(import.meta.dirname, '../node_modules/.cache/stratus');

const idleSeconds = Number(process.argv[2] ?? 60);
const instances = 10_000;
const starts = 5;

await tellMemory('warm', process.env['NODE_COMPILE_CACHE']);
const coldCache = mkdtempSync(join(tmpdir(), 'stratus-cold-'));
await tellMemory('cold', coldCache);
rmSync(coldCache, { recursive: true, force: true });
await tellStart();

/** `cache`: where compiled sources are kept; undefined: where they always are. */
async function tellMemory(what: string, cache: string | undefined): Promise<void> {
  const cloud = await RealCloud.make();
  const before = process.env['NODE_COMPILE_CACHE'];
  if (cache !== undefined) process.env['NODE_COMPILE_CACHE'] = cache;
  try {
    await cloud.up('--no-first');
    await pause(idleSeconds * 1_000);
    const [server, agent] = (['server', 'agent'] as const).map((name) => memoryOf(cloud.pids(name)[0] ?? 0));
    if (server === undefined || agent === undefined) throw new Error('the control plane or the agent does not run');
    // The program's own pages are in memory once for both, and are counted once, whoever else runs it.
    const together = server.own + agent.own + Math.max(server.shared, agent.shared);
    process.stdout.write(`\nmemory after ${idleSeconds} s idle, ${what} cache of compiled sources, MB\n`);
    process.stdout.write(
      `${table([
        ['', 'own', 'program', 'RSS', 'PSS now'],
        ...Object.entries({ 'control plane': server, agent }).map(([name, memory]) => [
          name,
          ...[memory.own, memory.shared, memory.rss, memory.pss].map(megabytes),
        ]),
        ['together', megabytes(server.own + agent.own), megabytes(together - server.own - agent.own), '', megabytes(server.pss + agent.pss)],
      ])}\n`,
    );
    tellKept(`control plane and agent together: ${megabytes(together)} MB   (under 150 MB)`, together < 150e6);
  } finally {
    await cloud.destroy();
    if (before === undefined) delete process.env['NODE_COMPILE_CACHE'];
    else process.env['NODE_COMPILE_CACHE'] = before;
  }
}

function memoryOf(pid: number): { own: number; shared: number; rss: number; pss: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const bytes = (name: string) => 1_024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]);
  return { own: bytes('Anonymous'), shared: bytes('Rss') - bytes('Anonymous'), rss: bytes('Rss'), pss: bytes('Pss') };
}

async function tellStart(): Promise<void> {
  const home = homePaths(mkdtempSync(join(tmpdir(), 'stratus-bench-')));
  const port = 20_000 + (process.pid % 10_000);
  makeHome(home, { port, cidr: '10.64.0.0/10', nat: false });
  mkdirSync(dirname(home.database), { recursive: true });
  const answers = async () => {
    const [program, ...argv] = daemonProgram('server', home) as [string, ...string[]];
    const child = spawn(program, argv, { stdio: 'ignore', env: { ...process.env, NODE_COMPILE_CACHE: compiled } });
    const startedMs = performance.now();
    try {
      await first(`/v1/health`, port, null);
      const healthMs = performance.now() - startedMs;
      await first('/v1/instances', port, readPrivate(home.adminToken));
      return { healthMs, pageMs: performance.now() - startedMs };
    } finally {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  };
  try {
    await ensureCompiled(compiled);
    await answers();
    const empty: number[] = [];
    for (let start = 0; start < starts; start++) empty.push((await answers()).healthMs);
    rmSync(home.controlDir, { recursive: true });
    mkdirSync(home.controlDir);
    for (const path of [home.adminToken, home.agentToken]) rmSync(path);
    execFileSync(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'parts', 'fill.ts'),
      home.database,
      String(instances),
    ]);
    await answers();
    const full: { healthMs: number; pageMs: number }[] = [];
    for (let start = 0; start < starts; start++) full.push(await answers());
    const toFirst = median(full.map(({ healthMs }) => healthMs));
    process.stdout.write('\nstart of the control plane to its first answer, ms (medians)\n');
    process.stdout.write(
      `${table([
        ['', 'first answer', 'first page of instances'],
        ['empty store', median(empty).toFixed(0), ''],
        ['10,000 instances', toFirst.toFixed(0), median(full.map(({ pageMs }) => pageMs)).toFixed(0)],
      ])}\n`,
    );
    tellKept(`start to first answer with 10,000 instances: ${toFirst.toFixed(0)} ms   (under 1 s)`, toFirst < 1_000);
  } finally {
    rmSync(home.dir, { recursive: true });
  }
}

async function first(path: string, port: number, token: string | null): Promise<void> {
  for (;;) {
    try {
      await new Client({ url: `http://127.0.0.1:${port}`, token }).request('GET', path);
      return;
    } catch {
      await pause(5);
    }
  }
}

function tellKept(text: string, isKept: boolean): void {
  process.stdout.write(`${isKept ? '✔' : '✘'} ${text}\n`);
  if (!isKept) process.exitCode = 1;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
