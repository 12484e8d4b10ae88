import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { homePaths } from '../local/home.ts';
import { hostedCloud, type HostedCloud } from './test-cloud.fixture.ts';
import { TestShell } from './test-world.fixture.ts';

let cloud: HostedCloud;
let shell: TestShell;
beforeAll(async () => {
  cloud = await hostedCloud();
});
afterAll(() => cloud.close());
beforeEach(() => {
  const made = new TestShell();
  shell = made;
  return () => made.remove();
});

const addLab = () => shell.run(['context', 'add', 'lab', '--url', cloud.url, '--token', cloud.token]);

describe('which cloud is meant', () => {
  test("a log-in keeps a token of this machine's own where nobody else can read it, and no password", async () => {
    const { exitCode, stderr } = await shell.run(['login', cloud.url, '--password', '--name', 'lab'], { stdin: `admin\n${cloud.password}\n` });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const path = join(shell.dir, '.config/stratus/config.yaml');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await shell.run(['whoami', '-o', 'name'])).stdout).toBe('admin\n');
    expect((await shell.run(['context', 'list', '-o', 'yaml'])).stdout).not.toContain('sl_');
  });

  test('a log-in with a token from stdin asks for nothing else', async () => {
    expect((await shell.run(['login', cloud.url, '--token'], { stdin: `${cloud.token}\n` })).exitCode).toBe(0);
    expect((await shell.run(['login', cloud.url, '--token', '-'], { stdin: `${cloud.token}\n` })).exitCode).toBe(0);
    expect((await shell.run(['login', cloud.url, '--token'], { env: { STRATUS_TOKEN: 'sl_wrong' } })).exitCode).toBe(5);
    expect((await shell.run(['login', cloud.url, '--token'], { stdin: '' })).exitCode).toBe(2);
    expect((await shell.run(['login', cloud.url], { stdin: '' })).exitCode).toBe(2);
    expect((await shell.run(['login'], { stdin: `${cloud.token}\n` })).exitCode).toBe(2);
  });

  test('a log-in without an address is one to the cloud that is meant', async () => {
    await addLab();
    const again = await shell.run(['login', '--token'], { stdin: `${cloud.token}\n` });
    expect(again.stdout).toBe(`Logged in to ${cloud.url} as admin; it is the current cloud and is called lab.\n`);
    expect((await shell.run(['login', '--token', '--name', 'ghost'], { stdin: `${cloud.token}\n` })).exitCode).toBe(2);
    expect((await shell.run(['login', cloud.url, '--token', '--name', 'local'], { stdin: `${cloud.token}\n` })).exitCode).toBe(2);
    expect((await shell.run(['login', '--token', '--password'])).exitCode).toBe(2);
  });

  test('the environment comes before the context, and an option before both', async () => {
    await addLab();
    const elsewhere = { STRATUS_URL: 'http://127.0.0.1:9' };
    expect((await shell.run(['list'])).exitCode).toBe(0);
    expect((await shell.run(['list'], { env: elsewhere })).exitCode).toBe(6);
    expect((await shell.run(['list', '--context', 'lab'], { env: elsewhere })).exitCode).toBe(0);
    expect((await shell.run(['--context=lab', 'list'], { env: elsewhere })).exitCode).toBe(0);
    expect((await shell.run(['list'], { env: { ...elsewhere, STRATUS_CONTEXT: 'lab' } })).exitCode).toBe(0);
    expect((await shell.run(['list'], { env: { STRATUS_TOKEN: 'sl_wrong' } })).exitCode).toBe(5);
  });

  test('STRATUS_PROJECT says whose instances are meant', async () => {
    await addLab();
    await shell.run(['project', 'create', 'physics']);
    await shell.run(['launch', 'tiny', '--name', 'theirs', '--no-start'], { env: { STRATUS_PROJECT: 'physics' } });
    expect((await shell.run(['list', '-o', 'name'])).stdout).toBe('');
    expect((await shell.run(['list', '-o', 'name', '--project', 'physics'])).stdout).toBe('theirs\n');
    expect((await shell.run(['delete', 'theirs'])).exitCode).toBe(3);
    expect((await shell.run(['delete', 'theirs', '--project', 'physics'])).exitCode).toBe(0);
  });

  test("whoever may read this machine's cloud needs no log-in", async () => {
    const home = homePaths(join(shell.dir, 'cloud'));
    for (const path of ['admin', 'run']) mkdirSync(join(home.dir, path), { recursive: true });
    writeFileSync(home.adminToken, `${cloud.token}\n`);
    await cloud.api.listen({ socketPath: home.serverSocket });
    const { stdout, exitCode } = await shell.run(['whoami'], { env: { STRATUS_HOME: home.dir } });
    expect({ said: stdout.split('\n')[0], exitCode }).toEqual({ said: `admin (administrator), by token, at unix:${home.serverSocket}`, exitCode: 0 });
    expect((await shell.run(['context', 'show', '-o', 'name'], { env: { STRATUS_HOME: home.dir } })).stdout).toBe('local\n');
  });

  test('a broken configuration is told as such', async () => {
    mkdirSync(join(shell.dir, '.config/stratus'), { recursive: true });
    for (const content of ['contexts: [', 'contexts: {lab: {}}', 'current: 7']) {
      writeFileSync(join(shell.dir, '.config/stratus/config.yaml'), content);
      const { exitCode, stderr } = await shell.run(['list']);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('config.yaml is not a configuration');
    }
  });

  test('an address that is none is refused before anything is sent', async () => {
    expect((await shell.run(['context', 'add', 'x', '--url', 'ftp://x'])).exitCode).toBe(2);
    expect((await shell.run(['context', 'add', '../x', '--url', 'https://x'])).exitCode).toBe(2);
  });
});
