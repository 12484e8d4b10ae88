/**
 * The control plane's API over real HTTP on loopback, with 100, 10,000 and 100,000 instances on simulated
 * hosts: a process for each of the three and this one, which asks them in turn, so that whatever else the
 * machine does meets all three. Usage: bench/api.ts [ROUNDS]. Takes about two minutes.
 */
import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, percentile, table } from './measure.ts';

const rounds = Number(process.argv[2] ?? 20);
const sizes = [100, 10_000, 100_000];
const requestsPerRound = { get: 100, 'page of 100': 40, create: 40 };
/** For requests per second: so many people ask at once. */
const askersAtOnce = 4;

type Operation = keyof typeof requestsPerRound;
const operations = Object.keys(requestsPerRound) as Operation[];

interface Cloud {
  readonly size: number;
  readonly child: ChildProcess;
  readonly url: string;
  readonly token: string;
  readonly agent: Agent;
  readonly ids: readonly string[];
  readonly cursors: readonly string[];
  readonly results: Record<Operation, { latenciesMs: number[]; perSecond: number[] }>;
}

const dir = mkdtempSync(join(tmpdir(), 'stratus-bench-'));
const clouds: Cloud[] = [];
try {
  for (const size of sizes) clouds.push(await start(size));
  for (const cloud of clouds) for (const operation of operations) await measure(cloud, operation, false);
  for (let round = 0; round < rounds; round++) for (const operation of operations) for (const cloud of clouds) await measure(cloud, operation, true);
  tellResults();
} finally {
  for (const { child, agent } of clouds) {
    agent.destroy();
    child.disconnect();
  }
  rmSync(dir, { recursive: true });
}

async function start(size: number): Promise<Cloud> {
  const path = join(dir, `${size}.sqlite`);
  process.stdout.write(`filling a store with ${size} instances`);
  const startedMs = performance.now();
  fill(path, size);
  process.stdout.write(` took ${((performance.now() - startedMs) / 1_000).toFixed(1)} s\n`);
  const child = fork(join(import.meta.dirname, 'parts', 'api-process.ts'), [path, String(size)], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const [{ url, token }] = (await once(child, 'message')) as [{ url: string; token: string }];
  const empty = () => ({ latenciesMs: [], perSecond: [] });
  const cloud = {
    size,
    child,
    url,
    token,
    agent: new Agent({ keepAlive: true }),
    results: { get: empty(), 'page of 100': empty(), create: empty() },
  };
  const ids: string[] = [];
  const cursors = [''];
  // Of the largest cloud every page is known, so that pages from its whole length are asked for.
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { items: { id: string }[]; nextCursor: string | null } = await ask(
      cloud,
      'GET',
      `/v1/instances?limit=100&cursor=${cursor}`.replace(/&cursor=$/, ''),
    );
    ids.push(...page.items.map(({ id }) => id));
    if (page.nextCursor !== null) cursors.push(page.nextCursor);
    cursor = page.nextCursor;
  }
  // The last page is short.
  return { ...cloud, ids, cursors: cursors.length > 1 ? cursors.slice(0, -1) : cursors };
}

/** In memory, where waiting for the disk takes no time; then it goes where stores are. */
function fill(path: string, size: number): void {
  const filled = existsSync('/dev/shm') ? mkdtempSync('/dev/shm/stratus-bench-') : mkdtempSync(join(dir, 'fill-'));
  try {
    const file = join(filled, 'store.sqlite');
    const argv = ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'parts', 'fill.ts'), file, String(size)];
    execFileSync(process.execPath, argv, { stdio: 'inherit' });
    copyFileSync(file, path);
  } finally {
    rmSync(filled, { recursive: true });
  }
}

async function measure(cloud: Cloud, operation: Operation, counts: boolean): Promise<void> {
  const result = cloud.results[operation];
  const created: string[] = [];
  const one = async () => {
    if (operation === 'get') await ask(cloud, 'GET', `/v1/instances/${anyOf(cloud.ids)}`);
    else if (operation === 'page of 100') {
      const cursor = anyOf(cloud.cursors);
      await ask(cloud, 'GET', `/v1/instances?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
    } else {
      const body = { name: `new-${crypto.randomUUID()}`, image: 'tiny', type: 't1.micro' };
      const { id } = await ask<{ id: string }>(cloud, 'POST', '/v1/instances', body);
      created.push(id);
    }
  };
  const count = requestsPerRound[operation];
  for (let asked = 0; asked < count; asked++) {
    const startedMs = performance.now();
    await one();
    if (counts) result.latenciesMs.push(performance.now() - startedMs);
  }
  const startedMs = performance.now();
  const askers = Array.from({ length: askersAtOnce }, async () => {
    for (let asked = 0; asked < count / askersAtOnce; asked++) await one();
  });
  await Promise.all(askers);
  if (counts) result.perSecond.push((1_000 * count) / (performance.now() - startedMs));
  if (created.length > 0) {
    cloud.child.send(created);
    await once(cloud.child, 'message');
  }
}

function ask<T = unknown>(cloud: Pick<Cloud, 'url' | 'token' | 'agent'>, method: string, path: string, body?: unknown): Promise<T> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = { authorization: `Bearer ${cloud.token}`, ...(payload === undefined ? {} : { 'content-type': 'application/json' }) };
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, cloud.url), { method, headers, agent: cloud.agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if ((answer.statusCode ?? 0) < 400) resolve(JSON.parse(text) as T);
        else reject(new Error(`${method} ${path}: ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(payload);
  });
}

function anyOf<T>(values: readonly T[]): T {
  return values[Math.floor(Math.random() * values.length)] as T;
}

function tellResults(): void {
  const rows = [['', 'instances', 'requests/s', 'p50 ms', 'p99 ms', 'cost against 100']];
  const kept: boolean[] = [];
  for (const operation of operations) {
    const base = median(clouds[0]?.results[operation].latenciesMs ?? []);
    for (const { size, results } of clouds) {
      const { latenciesMs, perSecond } = results[operation];
      const ratio = median(latenciesMs) / base;
      rows.push([
        operation,
        size.toLocaleString('en'),
        median(perSecond).toFixed(0),
        median(latenciesMs).toFixed(2),
        percentile(latenciesMs, 99).toFixed(1),
        `${ratio.toFixed(2)} ×`,
      ]);
      if (operation !== 'get' && size === sizes.at(-1)) kept.push(ratio <= 1.5);
    }
  }
  process.stdout.write(`\n${table(rows)}\n`);
  const isKept = kept.every(Boolean);
  process.stdout.write(`${isKept ? '✔' : '✘'} a page and a create at 100,000 cost at most 1.5 × as much as at 100\n`);
  if (!isKept) process.exitCode = 1;
}
