import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { findLocalDaemon, type DaemonName } from './daemon.ts';
import type { Home } from './home.ts';
import { LocalError } from './local-error.ts';

const timeoutMs = 60_000;
const doctor = 'stratus doctor looks for the cause on this machine.';

/** Asks until the answer is truthy. When the process dies before, its last words are the error. */
export async function untilReady<T>(home: Home, name: DaemonName, ask: () => Promise<T | false>): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  let last: unknown = null;
  while (performance.now() < deadlineMs) {
    try {
      const answer = await ask();
      if (answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    if (findLocalDaemon(home, name) === null)
      throw new LocalError(`The ${name} ended at once. Its last words, from ${home.logFile(name)}:\n${lastWords(home, name)}`, doctor);
    await pause(50);
  }
  throw new LocalError(`The ${name} did not get ready within ${timeoutMs / 1_000} s; see ${home.logFile(name)}`, doctor, { cause: last });
}

function lastWords(home: Home, name: DaemonName): string {
  return readFileSync(home.logFile(name), 'utf8').trimEnd().split('\n').slice(-12).join('\n');
}
