import { mkdtemp, open, readdir, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { confinedRun, type ConfinedRun } from '../../src/drivers/file/confined/confined-run.ts';
import { confinedUser } from '../../src/drivers/file/confined/confined-argv.ts';
import { MiB } from '../../src/core/units.ts';

let dir: string;

beforeEach(async () => {
  // As the store's own folders: closed to everybody else.
  dir = await mkdtemp(join(tmpdir(), 'stratus-confined-'));
  await writeFile(join(dir, 'secret'), 'secret', { mode: 0o644 });
});

afterEach(() => rm(dir, { recursive: true }));

/** A shell stands for a converter that an image has taken over. */
const takenOver = (script: string, more: Partial<ConfinedRun> = {}) =>
  confinedRun({
    argv: ['sh', '-c', script, 'sh', dir],
    doing: 'Trying',
    files: [],
    cpuSeconds: 5,
    memoryBytes: 256 * MiB,
    fileSizeBytesMax: MiB,
    timeoutMs: 20_000,
    signal: new AbortController().signal,
    ...more,
  });

test('a confined program is nobody, without groups, capabilities or a way to regain them', async () => {
  const { output } = await takenOver('id -u; id -g; id -G; grep -E "^(CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs)" /proc/self/status');
  const [uid, gid, groups, ...rest] = output.trim().split('\n');
  expect([uid, gid, groups]).toEqual([String(confinedUser.uid), String(confinedUser.gid), String(confinedUser.gid)]);
  const status = Object.fromEntries(rest.map((line) => line.split(/:\s+/) as [string, string]));
  expect(status).toEqual({ CapPrm: '0'.repeat(16), CapEff: '0'.repeat(16), CapBnd: '0'.repeat(16), CapAmb: '0'.repeat(16), NoNewPrivs: '1' });
});

test('a confined program sees no network but its own, which is down, and no process but its own', async () => {
  const { output } = await takenOver('grep -c : /proc/net/dev; set -- /proc/[0-9]*; echo $#; wc -l < /proc/net/tcp');
  expect(output.trim().split(/\s+/)).toEqual(['1', '1', '1']);
});

test('a confined program cannot open the store, only the files that it was handed', async () => {
  const file = await open(join(dir, 'secret'));
  const { output, complaint } = await takenOver('cat /dev/fd/3; cat "$1/secret"; ls "$1"', { files: [file] });
  await file.close();
  expect(output).toBe('secret');
  expect(complaint).toMatch(/Permission denied.*Permission denied/);
});

test('a confined program cannot fill the disk through a file that it was handed', async () => {
  const path = join(dir, 'out');
  const file: FileHandle = await open(path, 'wx+', 0o600);
  await file.chown(confinedUser.uid, confinedUser.gid);
  const { exitCode } = await takenOver('head -c 4000000 /dev/zero > /dev/fd/3', { files: [file] });
  await file.close();
  expect(exitCode).not.toBe(0);
  expect((await readFile(path)).length).toBeLessThanOrEqual(MiB);
});

test('a confined program that takes too long is ended with all that it started', async () => {
  const mark = `1${Date.now() % 100_000}`;
  await expect(takenOver(`sleep ${mark} & sleep ${mark}`, { timeoutMs: 300 })).rejects.toThrow(/took longer/);
  expect(await commandLinesWith(`sleep\0${mark}`)).toEqual([]);
});

test('a confined program that burns its processor time is ended', async () => {
  await expect(takenOver('while :; do :; done', { cpuSeconds: 1 })).rejects.toThrow(/was ended \(SIGKILL\)/);
});

test('a confined program ends when its caller gives up', async () => {
  const abort = new AbortController();
  const mark = `2${Date.now() % 100_000}`;
  const pending = takenOver(`sleep ${mark}`, { signal: abort.signal });
  setTimeout(() => abort.abort(new Error('given up')), 100);
  await expect(pending).rejects.toThrow('given up');
  expect(await commandLinesWith(`sleep\0${mark}`)).toEqual([]);
});

async function commandLinesWith(text: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
    if (line.includes(text)) found.push(line);
  }
  return found;
}
