import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

// A checkout in small: the real start-up file, a planted set-up and a planted cloud of two files.
const dir = mkdtempSync(join(tmpdir(), 'stratus-dev-'));
const here = dirname(fileURLToPath(import.meta.url));
const part = join(dir, 'part.ts');

beforeAll(() => {
  mkdirSync(join(dir, 'bin'));
  mkdirSync(join(dir, 'node_modules/.bin'), { recursive: true });
  symlinkSync(process.execPath, join(dir, 'node_modules/.bin/node'));
  cpSync(join(here, 'dev.mjs'), join(dir, 'bin/dev.mjs'));
  writeFileSync(
    join(dir, 'bin/setup.mjs'),
    "export const runSetup = async ({ groups, dryRun }) => (dryRun || console.log('set-up of', groups.length, 'groups'), true); export const tellSetupError = console.error;",
  );
  writeFileSync(
    join(dir, 'bin/dev.ts'),
    "import { part } from '../part.ts';\nconsole.log(process.argv.slice(2).join(' '), part, process.env['STRATUS_DEV_PASSWORD']);\nif (!process.argv.includes('--help')) setInterval(() => {}, 1_000);\n",
  );
  writeFileSync(part, "export const part = 'one';\n");
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(dir, { recursive: true }));

/** What it says, line by line. */
async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

test('npm run dev brings the npm packages by itself, without any Debian package, and its help ends', () => {
  const { status, stdout } = spawnSync(process.execPath, [join(dir, 'bin/dev.mjs'), '--help'], { encoding: 'utf8' });
  expect(stdout).toMatch(/^set-up of 0 groups\n--help one /);
  expect(status).toBe(0);
});

test('what is changed of the cloud starts it anew, with the same password', async () => {
  const child = spawn(process.execPath, [join(dir, 'bin/dev.mjs'), '--port', '5'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const passwords: string[] = [];
  for await (const line of linesOf(child)) {
    const [, what, password = ''] = /^--port 5 (one|two) (\w+)$/.exec(line) ?? [];
    if (what === undefined) continue;
    passwords.push(password);
    if (what === 'one') writeFileSync(part, "export const part = 'two';\n");
    else child.kill('SIGTERM');
  }
  expect(passwords[0]).toMatch(/^\w{12}$/);
  expect(passwords).toEqual([passwords[0], passwords[0]]);
});
