#!/usr/bin/env node
// `npm run dev`: the npm packages where they are missing, then bin/dev.ts with the newer Node, which starts again
// when a file that it has loaded changes. The page's own files are vite's: they are exchanged in the open page.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runSetup, tellSetupError } from './setup.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const onlyHelp = args.includes('--help') || args.includes('-h');

/** Neither guests nor networks: any system will do, and no Debian package is asked for. */
const npmAlone = { groups: [], page: false, anySystem: true };
try {
  const isMissing = await runSetup({ ...npmAlone, dryRun: true, out: { write: () => true } });
  if (isMissing) await runSetup(npmAlone);
} catch (error) {
  tellSetupError(error);
  process.exit(1);
}

const watch = onlyHelp ? [] : ['--watch', '--watch-preserve-output'];
const child = spawn(join(root, 'node_modules', '.bin', 'node'), [...watch, join(root, 'bin', 'dev.ts'), ...args], {
  stdio: 'inherit',
  // Each start has a new cloud; whoever works on it keeps the password.
  env: { STRATUS_DEV_PASSWORD: randomBytes(6).toString('hex'), ...process.env },
});

// A terminal gives Ctrl-C to the child as well.
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
for (const name of ['SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));

child.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
