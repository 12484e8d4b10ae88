import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostedCloud, hostKey, type HostedCloud } from '../../cli/test-cloud.fixture.ts';
import { TestShell } from '../../cli/test-world.fixture.ts';
import { hostKeysIn } from './host-keys.cli.ts';
import { lastLines, readable } from './log.cli.ts';

let cloud: HostedCloud;
let shell: TestShell;
let id: string;
let address: string;
beforeAll(async () => {
  cloud = await hostedCloud();
  shell = new TestShell({ STRATUS_URL: cloud.url, STRATUS_TOKEN: cloud.token });
  mkdirSync(join(shell.dir, 'bin'));
  // An ssh that writes down what it was asked, and fails as asked.
  writeFileSync(join(shell.dir, 'bin/ssh'), `#!/bin/sh\nprintf '%s\\n' "$@" > ${shell.dir}/ssh-asked\nexit 3\n`);
  chmodSync(join(shell.dir, 'bin/ssh'), 0o755);
  shell.env['PATH'] = `${shell.dir}/bin:${shell.env['PATH']}`;
  await shell.run(['launch', 'tiny', '--name', 'web', '--no-key', '-q']);
  const web = JSON.parse((await shell.run(['show', 'web', '-o', 'json'])).stdout);
  [id, address] = [web.id, web.spec.nics[0].address];
});
afterAll(async () => {
  await cloud.close();
  shell.remove();
});

describe('stratus ssh', () => {
  test('runs ssh with address and user, trusts the key from the serial log alone, and ends as ssh does', async () => {
    expect((await shell.run(['ssh', 'web', '--', 'uname', '-a'])).exitCode).toBe(3);
    const asked = readFileSync(join(shell.dir, 'ssh-asked'), 'utf8').trim().split('\n');
    expect(asked.slice(asked.indexOf('-l'))).toEqual(['-l', 'root', '--', address, 'uname', '-a']);
    expect(asked).toContain(`HostKeyAlias=${id}`);
    expect(asked).toContain('StrictHostKeyChecking=yes');
    expect(readFileSync(join(shell.dir, '.config/stratus/known_hosts/env'), 'utf8')).toBe(`${id} ${hostKey}\n`);
    await shell.run(['ssh', 'web', 'ls', '-l', '--project', 'theirs']);
    expect(readFileSync(join(shell.dir, 'ssh-asked'), 'utf8')).toContain(`${address}\nls\n-l\n--project\ntheirs\n`);
    expect(readFileSync(join(shell.dir, '.config/stratus/known_hosts/env'), 'utf8')).toBe(`${id} ${hostKey}\n`);
  });

  test('takes host keys only between the markers, the last time they were printed', () => {
    const block = (...lines: string[]) => `-----BEGIN SSH HOST KEY KEYS-----\r\n${lines.join('\r\n')}\r\n-----END SSH HOST KEY KEYS-----\r\n`;
    const old = hostKey.replace('AAAAC3', 'AAAAC4');
    expect(hostKeysIn(`${block(`${old} root@x`)}boot\n${block(`${hostKey} root@x`, `[   12.3] cloud-init[9]: ${hostKey} again`)}`)).toEqual([
      hostKey,
    ]);
    expect(hostKeysIn(`${hostKey}\n`)).toEqual([]);
    expect(hostKeysIn(`-----BEGIN SSH HOST KEY KEYS-----\n${hostKey}\n`)).toEqual([]);
    expect(hostKeysIn(block('* ssh-ed25519 @cert-authority', 'ssh-ed25519 short'))).toEqual([]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (noise) => {
        for (const key of hostKeysIn(block(noise))) expect(key).toMatch(/^[a-z0-9-]+ [A-Za-z0-9+/=]+$/);
      }),
    );
  });
});

describe('stratus console', () => {
  test('brings what is typed there and what is said here, until Ctrl-]', async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
    const { said, ran } = shell.start(['console', 'web'], { stdin, columns: 80 });
    await expect.poll(said).toBe('guest login: ');
    stdin.write('hello');
    await expect.poll(said).toBe('guest login: HELLO');
    stdin.write(' there');
    await expect.poll(said).toBe('guest login: HELLO THERE');
    stdin.write('\u001dnever sent');
    expect(await ran).toMatchObject({
      exitCode: 0,
      stdout: 'guest login: HELLO THERE',
      stderr: expect.stringMatching(/^Connected to web\. Ctrl-\] leaves.*The console is closed\.\n$/s),
    });
  });

  test('with piped input ends when the guest has said its last', async () => {
    expect(await shell.run(['console', 'web'], { stdin: 'reboot\n' })).toMatchObject({ exitCode: 0, stdout: 'guest login: REBOOT\n', stderr: '' });
  });

  test('ends when the guest closes it', async () => {
    const stdin = new PassThrough();
    const { said, ran } = shell.start(['console', 'web'], { stdin });
    await expect.poll(said).toBe('guest login: ');
    stdin.write('bye');
    expect(await ran).toMatchObject({ exitCode: 0, stdout: 'guest login: BYE\r\n' });
  });

  test('of an instance that is off says why not', async () => {
    await shell.run(['stop', 'web', '-q']);
    expect(await shell.run(['console', 'web'])).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('The console of web cannot be opened: it is stopped.'),
    });
    await shell.run(['start', 'web', '-q']);
  });
});

describe('the serial log', () => {
  test('reads without the colours and cursor movements of its terminal', () => {
    expect(readable('\u001b[1;32mok\u001b[0m\r\n10 %\r20 %\r\nbell\u0007\ttab\r\n')).toBe('ok\n20 %\nbell\\x07\ttab\n');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex -- what must not be left
        expect(readable(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
      }),
    );
  });

  test('can be had by its last lines', () => {
    const log = Buffer.from('one\ntwo\nthree\n');
    expect(lastLines(log, 2).toString()).toBe('two\nthree\n');
    expect(lastLines(log, 9).toString()).toBe('one\ntwo\nthree\n');
    expect(lastLines(log, 0).toString()).toBe('');
    expect(lastLines(Buffer.from('no end'), 1).toString()).toBe('no end');
    expect(lastLines(Buffer.alloc(0), 3).toString()).toBe('');
  });

  test('as the guest wrote it comes with --raw', async () => {
    expect((await shell.run(['instance', 'log', 'web', '--raw'])).stdout).toContain('\u001b[1mLinux version 6.1');
  });
});

describe('stratus events --follow', () => {
  test('tells what happened, then what happens, each once, one JSON value a line', async () => {
    const interrupt = new AbortController();
    const { said, ran } = shell.start(['events', '--follow', '--instance', 'web', '-o', 'json'], { interrupted: interrupt.signal });
    await expect.poll(said).toContain('was asked for');
    expect(said()).not.toContain('pause');
    await shell.run(['instance', 'pause', 'web', '-q']);
    await expect.poll(said).toContain('instance web is paused');
    interrupt.abort();
    const { stdout, exitCode } = await ran;
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; spec: { message: string } });
    expect(exitCode).toBe(130);
    expect(events.slice(-2).map(({ spec }) => spec.message)).toEqual(['instance web: pause was asked for', 'instance web is paused']);
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
  });
});
