import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostedCloud, type HostedCloud } from './test-cloud.fixture.ts';
import { TestShell } from './test-world.fixture.ts';

let cloud: HostedCloud;
let shell: TestShell;
let file: string;
beforeAll(async () => {
  cloud = await hostedCloud();
  shell = new TestShell({ STRATUS_URL: cloud.url, STRATUS_TOKEN: cloud.token });
  file = join(shell.dir, 'audit.jsonl');
  await shell.run(['project', 'create', 'physics', '--description', 'line\u2028ends \u0085 \u202e and œ']);
  await shell.run(['project', 'create', 'physics']);
});
afterAll(async () => {
  await cloud.close();
  shell.remove();
});
const stratus = (line: string) => shell.run(line.split(' '));
const tampered = async (change: (text: string) => string | Buffer) => {
  const other = join(shell.dir, 'tampered.jsonl');
  writeFileSync(other, change(readFileSync(file, 'utf8')));
  return shell.run(['audit', 'verify', other], { env: { STRATUS_URL: '', STRATUS_TOKEN: '' } });
};

test('the log is searched, newest first', async () => {
  const { stdout } = await stratus('audit list --action project.create --no-headers');
  expect(stdout).toMatch(/admin +token +127\.0\.0\.1 +project\.create +NAME_TAKEN\n.*project\.create +physics +done\n$/);
  expect((await stratus('audit list --refused --user admin -o json')).stdout).toContain('"code": "NAME_TAKEN"');
  expect(await stratus('audit list --user ghost')).toMatchObject({ exitCode: 0, stdout: '', stderr: 'There are no such entries.\n' });
});

test('the log of a cloud is verified from outside, and its head can be kept', async () => {
  const { stdout, exitCode } = await stratus('audit verify');
  expect({ stdout, exitCode }).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+ entries, 1 to \d+: all as they were written\.\nHead: \d+:[0-9a-f]{64}\n$/),
  });
  const head = /Head: (.*)\n/.exec(stdout)?.[1] ?? '';
  expect((await shell.run(['audit', 'verify', '--head', head])).exitCode).toBe(0);
  expect(await shell.run(['audit', 'verify', '--head', `1:${'ab'.repeat(32)}`])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('line 1'),
  });
  expect((await stratus('audit verify --head nonsense')).exitCode).toBe(2);
});

describe('an export', () => {
  beforeAll(async () => {
    expect(await shell.run(['audit', 'export', file])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('is a private file that is never overwritten, and is verified without any cloud', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await shell.run(['audit', 'export', file])).exitCode).toBe(4);
    expect(await tampered((text) => text)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('all as they were written') });
    expect((await stratus('audit verify nowhere.jsonl')).exitCode).toBe(1);
  });

  test.each([
    ['an entry that was changed', (text: string) => text.replace('physics', 'physicz'), 'something in it was changed'],
    ['an entry that was removed', (text: string) => text.split('\n').toSpliced(1, 1).join('\n'), 'line 2'],
    ['an entry that was doubled', (text: string) => text.replace(/^(.*\n)/, '$1$1'), 'line 2'],
    ['a missing end', (text: string) => text.split('\n').slice(0, -2).join('\n'), 'cut off'],
    ['a space that means nothing', (text: string) => text.replace('{"action"', '{ "action"'), 'line 1, entry 1'],
    ['another end of the lines', (text: string) => text.replaceAll('\n', '\r\n'), 'line 1'],
    ['bytes that are no text', (text: string) => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0x0a])]), 'after the end'],
  ])('with %s is told, with the line', async (_what, change, words) => {
    const { exitCode, stderr } = await tampered(change);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(words) });
    expect(stderr).toMatch(/tampered\.jsonl, line \d+/);
  });
});
