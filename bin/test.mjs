#!/usr/bin/env node
// `npm test`: set-up, then everything that proves the cloud. What fails is told at the end; the rest still runs.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runSetup, tellSetupError } from './setup.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const work = mkdtempSync(join(tmpdir(), 'stratus-test-'));
const packages = process.env.STRATUS_TEST_PACKAGES ?? join(root, '.cache', 'packages');
const only = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };

if (process.getuid?.() !== 0) {
  console.error('The tests run real guests and networks: they need root.\n→ Run sudo npm test. Without root: npm run check.');
  process.exit(1);
}

// In a network namespace of its own: no packet of a guest can leave this machine, and the page finds no other host.
const inNamespace = ['unshare', '--net', join(root, 'bin', 'with-loopback.sh')];

/**
 * Each part: what it proves, the program that does, and vitest's project, whose report counts the tests. Parts of one
 * line run side by side: the page's tests wait more than they work, and so do those of guests that boot.
 * @type {[name: string, argv: string[], project?: string][][]}
 */
const stages = [
  [['types', [bin('tsc'), '-p', '.']]],
  [['types of the page', [bin('tsc'), '-p', 'src/web']]],
  [['types of its tests', [bin('tsc'), '-p', 'test/e2e']]],
  [['lint', [bin('oxlint'), '--type-aware']]],
  [['format', [bin('oxfmt'), '--check', '.']]],
  [['dead code', [bin('knip')]]],
  [['pure', vitest('pure'), 'pure']],
  // The only part that needs the outside, like set-up itself; finds its work done the second time.
  [['packages for images', [bin('node'), join(root, 'bin', 'fetch-recipes.ts'), packages, 'tiny', 'debian-12']]],
  [
    ['real', [...inNamespace, ...vitest('real')], 'real'],
    ['browser', [...inNamespace, ...vitest('browser')], 'browser'],
  ],
];

function vitest(project) {
  return [bin('vitest'), 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${join(work, `${project}.json`)}`];
}

/** The exit code; what the program prints is shown at once, or kept in `heard`. */
function run([program, ...args], heard) {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}:/usr/sbin:/sbin:${process.env.PATH}`,
      STRATUS_TEST_PACKAGES: packages,
    };
    const child = spawn(program, args, { cwd: root, stdio: heard === undefined ? 'inherit' : ['ignore', 'pipe', 'pipe'], env });
    child.stdout?.on('data', (bytes) => heard.push(bytes));
    child.stderr?.on('data', (bytes) => heard.push(bytes));
    child.on('error', () => resolve(127));
    child.on('close', (code, signal) => resolve(signal === null ? code : 1));
  });
}

function counts(project) {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(join(work, `${project}.json`), 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** Runs a part and adds it to the total; the line that tells of it. */
async function prove([name, argv, project], heard) {
  const startedMs = performance.now();
  const code = await run(argv, heard);
  const count = project === undefined ? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 } : counts(project);
  if (code !== 0 && count.failed === 0) count.failed = 1;
  for (const key of Object.keys(total)) total[key] += count[key];
  const tookS = ((performance.now() - startedMs) / 1000).toFixed(0);
  return `${code === 0 ? '✔' : '✘'} ${name.padEnd(20)} ${tookS.padStart(4)} s   ${count.passed} passed${count.failed > 0 ? `, ${count.failed} failed` : ''}`;
}

try {
  await runSetup({ groups: ['runtime', 'image', 'test'] });
} catch (error) {
  tellSetupError(error);
  process.exit(1);
}
mkdirSync(packages, { recursive: true });
const lines = [];
for (const stage of stages) {
  const [first, ...others] = stage.filter(([name]) => only.length === 0 || only.includes(name));
  if (first === undefined) continue;
  console.log(`\n── ${first[0]}`);
  const beside = others.map((part) => {
    const heard = [];
    return { heard, name: part[0], proof: prove(part, heard) };
  });
  lines.push(await prove(first));
  for (const { heard, name, proof } of beside) {
    const line = await proof;
    console.log(`\n── ${name}`);
    process.stdout.write(Buffer.concat(heard));
    lines.push(line);
  }
}
rmSync(work, { recursive: true, force: true });
spawnSync('stty', ['sane'], { stdio: process.stdin.isTTY ? 'inherit' : 'ignore' });
console.log(`\n${lines.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
