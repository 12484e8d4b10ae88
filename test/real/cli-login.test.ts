import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { testCloud, type TestCloud } from '../../src/api/api.fixture.ts';
import { findAccount } from '../../src/auth/account.ts';
import { confirmTotp, startTotp, totpCode } from '../../src/auth/totp.ts';

let cloud: TestCloud;
let url: string;
let home: string;
const running = new Set<ChildProcess>();

beforeAll(async () => {
  cloud = await testCloud();
  url = (await cloud.api.listen({ port: 0 })).url ?? '';
});
afterAll(() => cloud.close());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stratus-login-'));
  mkdirSync(join(home, 'no-cloud-here'));
  return () => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(home, { recursive: true });
  };
});

interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command as a person's shell starts it: a process of its own, with nothing but pipes. */
function start(words: readonly string[], stdin = '', env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [new URL('../../bin/stratus.ts', import.meta.url).pathname, ...words], {
    env: { PATH: process.env['PATH'] ?? '', HOME: home, STRATUS_HOME: join(home, 'no-cloud-here'), ...env },
  });
  running.add(child);
  const said = { stdout: '', stderr: '' };
  let heard = () => {};
  child.stdout.on('data', (chunk: Buffer) => ((said.stdout += chunk.toString()), heard()));
  child.stderr.on('data', (chunk: Buffer) => ((said.stderr += chunk.toString()), heard()));
  child.stdin.end(stdin);
  const ran = new Promise<Ran>((resolve) =>
    child.once('close', (exitCode) => {
      running.delete(child);
      resolve({ exitCode, ...said });
    }),
  );
  /** What it has said on stderr, once that is in it. */
  const hears = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(said.stderr)?.[0];
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (heard = resolve));
    }
  };
  return { child, ran, hears };
}

const stratus = (words: readonly string[], stdin?: string, env?: Record<string, string>) => start(words, stdin, env).ran;
const configFile = () => join(home, '.config/stratus/config.yaml');
const config = () => readFileSync(configFile(), 'utf8');
const cliTokens = async () =>
  (await cloud.ask('GET', '/v1/tokens')).json<{ items: { name: string }[] }>().items.filter(({ name }) => name.startsWith('cli-'));

test('a command line is let in from a page, and its token is worthless once it has logged out', async () => {
  const { ran, hears } = start(['login', url, '--device', '--name', 'lab']);
  const code = await hears(/[B-Z]{4}-[B-Z]{4}(?=\n\n)/);
  expect((await cloud.ask('GET', `/v1/device-logins/${code}`)).json().name).toMatch(/^stratus on /);
  expect((await cloud.ask('POST', `/v1/device-logins/${code}/approve`)).statusCode).toBe(204);
  const { exitCode, stdout, stderr } = await ran;
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `Logged in to ${url} as admin; it is the current cloud and is called lab.\n` });
  expect(stderr).toContain(`${url}/device?code=${code}`);
  expect(statSync(configFile()).mode & 0o777).toBe(0o600);
  const token = /sl_[\w-]{43}/.exec(config())?.[0] ?? '';
  expect(stdout + stderr).not.toContain(token);
  expect((await stratus(['whoami', '-o', 'name'])).stdout).toBe('admin\n');

  expect(await stratus(['logout'])).toEqual({ exitCode: 0, stdout: 'Logged out of lab.\n', stderr: '' });
  expect(config()).not.toContain('sl_');
  expect((await cloud.inject({ method: 'GET', url: '/v1/session', headers: { authorization: `Bearer ${token}` } })).statusCode).toBe(401);
  expect(await stratus(['whoami'])).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('→ Log in again: stratus login.') });
}, 30_000);

test('who says no on the page turns the command line away, and Ctrl-C ends the wait', async () => {
  const denied = start(['login', url, '--device']);
  await cloud.ask('POST', `/v1/device-logins/${await denied.hears(/[B-Z]{4}-[B-Z]{4}(?=\n\n)/)}/deny`);
  expect(await denied.ran).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('somebody said no') });
  const left = start(['login', url, '--device']);
  await left.hears(/Ctrl-C ends it/);
  left.child.kill('SIGINT');
  expect(await left.ran).toMatchObject({ exitCode: 130, stderr: expect.stringContaining('Nobody was let in') });
  expect(() => config()).toThrow('ENOENT');
}, 30_000);

test('a password and a code make a token; the session that made it is over', async () => {
  await cloud.ask('POST', '/v1/users', { name: 'ana' });
  const { store, clock } = cloud.auth;
  const ana = await findAccount(store, 'ana');
  const password = await cloud.auth.resetPassword('ana').catch(() => '');
  const { secret, change } = await startTotp(store, clock, cloud.identity.box, { id: ana?.id ?? '', name: 'ana' }, 'lab');
  await store.commit([change]);
  const confirmed = await confirmTotp(store, clock, cloud.identity.box, ana?.id ?? '', totpCode(secret, Date.now() - 30_000));
  await store.commit([confirmed?.change as never]);
  const [recoveryCode = ''] = confirmed?.recoveryCodes ?? [];

  const logIn = (code: string) => stratus(['login', url, '--password', '--user', 'ana', '--name', 'lab'], `${password}\n${code}\n`);
  expect(await logIn('000000')).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('the code is wrong') });
  expect(await logIn(totpCode(secret, Date.now()))).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await logIn(recoveryCode)).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await logIn(recoveryCode)).toMatchObject({ exitCode: 5 });
  expect((await stratus(['whoami', '-o', 'name'])).stdout).toBe('ana\n');
  expect(JSON.stringify(await store.list({ kind: 'session', limit: 1_000 }))).not.toContain(ana?.id);
}, 60_000);

test('a token is tried before it is kept, and one that is revoked later says what to do', async () => {
  const { secret } = (await cloud.ask('POST', '/v1/tokens', { name: 'robot' })).json();
  expect(await stratus(['login', url, '--token'], 'sl_wrong\n')).toMatchObject({ exitCode: 5, stdout: '' });
  expect(() => config()).toThrow('ENOENT');
  expect(await stratus(['login', url, '--token', secret])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('can be read by everybody'),
  });
  expect(await stratus(['login', url, '--token', '--name', 'one'], `${secret}\n`)).toMatchObject({ exitCode: 0 });
  expect(await stratus(['login', url, '--token', '--name', 'two'], '', { STRATUS_TOKEN: secret })).toMatchObject({ exitCode: 0 });
  await cloud.ask('DELETE', '/v1/tokens/robot');
  expect(await stratus(['list', '--context', 'one'])).toMatchObject({
    exitCode: 5,
    stderr: 'Error: This needs a log-in: the token is not valid, or not any more.\n  → Log in again: stratus login --name one.\n',
  });
  expect((await stratus(['logout'])).stdout).toBe('Logged out of two; its token was no longer good.\n');
}, 30_000);

test('without a terminal and a flag it says what to do, and asks nobody', async () => {
  expect(await stratus(['login', url], 'admin\n')).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('--token') });
  expect(await cliTokens()).toHaveLength(0);
});
