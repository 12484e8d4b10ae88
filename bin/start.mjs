#!/usr/bin/env node
// `npm start`: set-up, then `stratus up` with the newer Node. Arguments, signals and exit code pass through.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runSetup, tellSetupError } from './setup.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = process.argv.slice(2);
const onlyHelp = args.includes('--help') || args.includes('-h');

if (!onlyHelp && process.getuid?.() !== 0) {
  console.error('Starting a cloud needs root: it makes networks and runs guests.\n→ Run sudo npm start.');
  process.exit(1);
}

try {
  const quiet = { write: () => true };
  await runSetup({
    anySystem: args.includes('--any-system'),
    ...(onlyHelp ? { out: quiet, groups: [], page: false } : { appliances: ['tiny'] }),
  });
} catch (error) {
  tellSetupError(error);
  process.exit(1);
}

const child = spawn(join(root, 'bin', 'stratus'), ['up', ...args.filter((arg) => arg !== '--any-system')], {
  stdio: 'inherit',
});

// A terminal gives Ctrl-C to the child as well; passed on it would arrive twice, and twice means "at once".
process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
for (const name of ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']) process.on(name, () => child.kill(name));

child.on('error', (error) => {
  console.error(error.message);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
