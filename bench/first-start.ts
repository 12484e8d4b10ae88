/**
 * `npm start` in a home and a network namespace of its own: the first one step by step, then the second ones: when
 * all runs, and after the control plane was stopped. What set-up had to install on this machine is told apart;
 * where all packages are there, that is only the look at them. Needs root; takes about a minute.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { RealCloud } from '../test/real/real-cloud.ts';
import { table } from './measure.ts';

const root = join(import.meta.dirname, '..');
const secondMsMax = 5_000;

interface Start {
  readonly totalMs: number;
  readonly steps: readonly { readonly title: string; readonly ms: number; readonly isSetup: boolean }[];
}

const cloud = await RealCloud.make();
try {
  const first = await npmStart();
  const again = await npmStart();
  cloud.kill('agent');
  cloud.kill('server');
  const back = await npmStart();
  const titles = [...new Set([first, again, back].flatMap(({ steps }) => steps.map(({ title }) => title)))];
  const took = (start: Start, title: string) => seconds(start.steps.find((step) => step.title === title)?.ms);
  const setupMs = ({ steps }: Start) => steps.filter(({ isSetup }) => isSetup).reduce((sum, { ms }) => sum + ms, 0);
  const row = (title: string, of: (start: Start) => string) => [title, ...[first, again, back].map(of)];
  process.stdout.write(
    `${table([
      ['seconds', 'first', 'all runs already', 'control plane was killed'],
      ...titles.map((title) => row(title, (start) => took(start, title))),
      row('set-up, packages and npm itself', (start) => seconds(setupMs(start))),
      row('the cloud', (start) => seconds(start.totalMs - setupMs(start))),
      row('npm start, whole', (start) => seconds(start.totalMs)),
    ])}\n`,
  );
  const secondMs = Math.max(again.totalMs, back.totalMs);
  const isKept = secondMs < secondMsMax;
  process.stdout.write(`${isKept ? '✔' : '✘'} the second npm start: ${seconds(secondMs)} s   (under 5 s)\n`);
  if (!isKept) process.exitCode = 1;
} finally {
  await cloud.destroy();
}

async function npmStart(): Promise<Start> {
  const args = ['start', '--', '--detach', '--port', String(cloud.port), '--no-nat'];
  const startedMs = performance.now();
  const child = spawn('ip', ['netns', 'exec', cloud.namespace, 'npm', ...args], { cwd: root, env: cloud.env, stdio: ['ignore', 'pipe', 'inherit'] });
  const steps: { title: string; ms: number; isSetup: boolean }[] = [];
  const said: string[] = [];
  let stepMs = startedMs;
  // A step's line comes when it is done. Those of set-up have another mark than those of the cloud.
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    const [, mark, title] = /^ {2}([✓✔]) (.+?)(?:: | {2,})/.exec(line) ?? [];
    if (mark === undefined || title === undefined) continue;
    steps.push({ title, ms: performance.now() - stepMs, isSetup: mark === '✓' });
    stepMs = performance.now();
  }
  if (child.exitCode === null) await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`npm start failed:\n${said.join('\n')}`);
  return { totalMs: performance.now() - startedMs, steps };
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? '' : (ms / 1_000).toFixed(2);
}
