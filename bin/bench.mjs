#!/usr/bin/env node
// `npm run bench [NAME [ARGUMENT…]]`: measures what docs/SPECIFICATION.md promises, each as a ratio within one run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = process.env.STRATUS_TEST_PACKAGES ?? join(root, '.cache', 'packages');
const all = readdirSync(join(root, 'bench'))
  .filter((name) => name.endsWith('.ts') && name !== 'measure.ts')
  .map((name) => name.slice(0, -3));
/** Those that build an appliance; with which arguments each is run when nothing is asked for by name. */
const building = { 'first-start': [[]], launch: [['tiny'], ['debian-12', '2']], start: [[]] };

const [first = '', ...rest] = process.argv.slice(2);
if (first !== '' && !all.includes(first)) {
  console.error(`There is no benchmark ${first}. There are: ${all.join(', ')}.`);
  process.exit(2);
}
const chosen = first === '' ? all.flatMap((name) => (building[name] ?? [[]]).map((args) => [name, ...args])) : [[first, ...rest]];

const node = join(root, 'node_modules', '.bin', 'node');
const env = { ...process.env, PATH: `${dirname(node)}:/usr/sbin:/sbin:${process.env.PATH}`, STRATUS_TEST_PACKAGES: packages };
const run = (script, ...args) =>
  spawnSync(node, ['--disable-warning=ExperimentalWarning', join(root, script), ...args], { stdio: 'inherit', env }).status === 0;

// The clouds that are measured reach no network: what their appliances are built from is fetched before.
const recipes = chosen.filter(([name]) => name in building).map(([name, image = 'tiny']) => (name === 'launch' ? image : 'tiny'));
if (recipes.length > 0) {
  mkdirSync(packages, { recursive: true });
  console.log('packages for images');
  if (!run('bin/fetch-recipes.ts', packages, ...new Set(recipes))) process.exit(1);
}
let failed = false;
for (const [name, ...args] of chosen) {
  console.log(`\n── ${[name, ...args].join(' ')}`);
  failed = !run(`bench/${name}.ts`, ...args) || failed;
}
process.exit(failed ? 1 : 0);
