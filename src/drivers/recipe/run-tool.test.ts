import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runTool } from './run-tool.ts';

const signal = new AbortController().signal;

test('a program that fails is told with what was being done and its last words', async () => {
  await expect(runTool(['sh', '-c', 'echo no room >&2; exit 3'], { doing: 'writing the disk', signal })).rejects.toThrow(
    'writing the disk: sh failed (exit code 3): no room',
  );
});

test('a program that is not there is told as well', async () => {
  await expect(runTool(['no-such-program'], { doing: 'trying', signal })).rejects.toThrow('trying: no-such-program failed');
});

test('an abort ends the program and all of its children', async () => {
  const abort = new AbortController();
  const lines: string[] = [];
  const running = runTool(['sh', '-c', 'sleep 1000 & echo $!; wait'], {
    doing: 'sleeping',
    signal: abort.signal,
    onLine: (line) => {
      lines.push(line);
      abort.abort();
    },
  });
  await expect(running).rejects.toThrow('abort');
  expect(stateOf(lines[0] as string)).toMatch(/^(gone|Z)$/);
});

/** Z: ended, and only not yet collected by whoever inherited it. */
function stateOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] ?? '';
  } catch {
    return 'gone';
  }
}
