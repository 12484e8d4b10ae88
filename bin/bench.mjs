#!/usr/bin/env node
// `npm run bench [NAME…]`: measures what docs/SPECIFICATION.md promises, each as a ratio within one run.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = process.env.STRATUS_TEST_PACKAGES ?? join(root, '.cache', 'packages');
const all = readdirSync(join(root, 'bench'))
  .filter((name) => name.endsWith('.ts') && name !== 'measure.ts')
  .map((name) => name.slice(0, -3));
const [first = '', ...rest] = process.argv.slice(2);
const chosen = first === '' ? all : [first];
if (!chosen.every((name) => all.includes(name))) {
  console.error(`There is no benchmark ${first}. There are: ${all.join(', ')}.`);
  process.exit(2);
}
const node = join(root, 'node_modules', '.bin', 'node');
const env = { ...process.env, PATH: `${dirname(node)}:/usr/sbin:/sbin:${process.env.PATH}`, STRATUS_TEST_PACKAGES: packages };
let failed = false;
for (const name of chosen) {
  console.log(`\n── ${name}`);
  failed = spawnSync(node, [join(root, 'bench', `${name}.ts`), ...rest], { stdio: 'inherit', env }).status !== 0 || failed;
}
process.exit(failed ? 1 : 0);
