import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

// A checkout in small: the real start-up files, a planted set-up and a planted `stratus`.
const dir = mkdtempSync(join(tmpdir(), 'stratus-start-'));
const here = dirname(fileURLToPath(import.meta.url));
const stratus = `
if (process.argv.includes('wait')) {
  let signals = 0;
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => (signals++, setTimeout(() => { console.log(name, signals); process.exit(7); }, 100)));
  setInterval(() => {}, 1000);
}
console.log(JSON.stringify(process.argv.slice(2)));
if (process.argv.includes('fail')) process.exit(3);
`;

beforeAll(() => {
  mkdirSync(join(dir, 'bin'));
  mkdirSync(join(dir, 'node_modules/.bin'), { recursive: true });
  symlinkSync(process.execPath, join(dir, 'node_modules/.bin/node'));
  for (const name of ['start.mjs', 'stratus']) cpSync(join(here, name), join(dir, 'bin', name));
  writeFileSync(join(dir, 'bin/setup.mjs'), 'export const runSetup = async () => false; export const tellSetupError = console.error;');
  writeFileSync(join(dir, 'bin/stratus.ts'), stratus);
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(dir, { recursive: true }));

const run = (program: string, args: string[]) => spawnSync(program, args, { encoding: 'utf8', cwd: '/' });

test('stratus runs through a symlink and from any directory', () => {
  const link = join(dir, 'link');
  symlinkSync(join(dir, 'bin/stratus'), link);
  expect(run(link, ['instance', 'list', 'with space']).stdout).toBe('["instance","list","with space"]\n');
});

test('stratus says what to do where set-up has not been done', () => {
  mkdirSync(join(dir, 'bare/bin'), { recursive: true });
  cpSync(join(here, 'stratus'), join(dir, 'bare/bin/stratus'));
  const { status, stderr } = run(join(dir, 'bare/bin/stratus'), []);
  expect(status).toBe(1);
  expect(stderr).toContain('npm run setup');
});

test('npm start passes arguments to `stratus up` and its exit code back', () => {
  const { status, stdout } = run(process.execPath, [join(dir, 'bin/start.mjs'), '--help', 'fail']);
  expect(stdout).toBe('["up","--help","fail"]\n');
  expect(status).toBe(3);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s reaches the cloud once', async (signal) => {
  const child = spawn(process.execPath, [join(dir, 'bin/start.mjs'), '--help', 'wait'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (output === '') child.kill(signal);
    output += chunk.toString();
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(output).toBe(`["up","--help","wait"]\n${signal} 1\n`);
  expect(code).toBe(7);
});
