import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostedCloud, type HostedCloud } from './test-cloud.fixture.ts';
import { TestShell } from './test-world.fixture.ts';

let cloud: HostedCloud;
let shell: TestShell;
beforeAll(async () => {
  cloud = await hostedCloud();
  shell = new TestShell({ STRATUS_URL: cloud.url, STRATUS_TOKEN: cloud.token });
});
afterAll(async () => {
  await cloud.close();
  shell.remove();
});

describe('waiting', () => {
  test('shows what is waited for, with the deadline on a terminal, and keeps stdout clean', async () => {
    await shell.run(['launch', 'tiny', '--name', 'slow-for-ever', '--no-key', '-q']);
    const plain = await shell.run(['stop', 'slow-for-ever', '--timeout', '3', '-o', 'json']);
    expect(plain).toMatchObject({ exitCode: 7, stdout: '' });
    expect(plain.stderr).toContain('slow-for-ever: the guest was asked to power off\n');
    expect(plain.stderr).toContain('is not settled after 3 s; it is stopping: the guest was asked to power off.');
    const onTerminal = await shell.run(['wait', 'instance', 'slow-for-ever', '--timeout', '1'], { columns: 100 });
    expect(onTerminal.stderr).toContain('\r\u001b[Kslow-for-ever: the guest was asked to power off (90 s left, then its power is cut)');
  });

  test('ends when the cloud is done', async () => {
    await shell.run(['launch', 'tiny', '--name', 'slow', '--no-key', '-q']);
    expect(await shell.run(['stop', 'slow', '-o', 'name'])).toMatchObject({ exitCode: 0, stdout: 'slow\n' });
    expect((await shell.run(['show', 'slow', '-o', 'json'])).stdout).toContain('"state": "stopped"');
  });

  test("ends at once when what was asked for has failed, with the console's last words", async () => {
    const { exitCode, stderr } = await shell.run(['launch', 'tiny', '--name', 'broken', '--no-key']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Instance broken failed: the firmware found nothing to boot from\nIts last console lines:\n    No bootable device.\n');
  });

  test('without waiting says that it is under way', async () => {
    const { stdout } = await shell.run(['launch', 'tiny', '--name', 'later', '--no-key', '--no-wait', '-q']);
    expect(stdout).toBe('');
    expect((await shell.run(['delete', 'later', '--no-wait'])).stdout).toBe('later is being deleted\n');
  });

  test('ends with Ctrl-C and says that the cloud goes on', async () => {
    await shell.run(['launch', 'tiny', '--name', 'slow-for-ever-too', '--no-key', '-q']);
    const interrupt = new AbortController();
    const running = shell.run(['stop', 'slow-for-ever-too'], { interrupted: interrupt.signal });
    await expect.poll(async () => (await shell.run(['show', 'slow-for-ever-too', '-o', 'json'])).stdout).toContain('"state": "stopping"');
    interrupt.abort();
    expect(await running).toMatchObject({
      exitCode: 130,
      stderr: expect.stringContaining('Interrupted. The cloud goes on: stratus instance show slow-for-ever-too'),
    });
  });

  test('for what can never be ready ends at once', async () => {
    await shell.run(['launch', 'tiny', '--name', 'off', '--no-key', '--no-start', '-q']);
    expect(await shell.run(['wait', 'instance', 'off', '--for', 'ready'])).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('is stopped: it will not be ready like that'),
    });
  });
});

describe('many at once', () => {
  test('a list streams page after page, whole', async () => {
    for (const base of ['a', 'b', 'c'])
      await shell.run([
        'launch',
        'tiny',
        '--name',
        base,
        '--count',
        '40',
        '--type',
        't1.micro',
        '--no-start',
        '--no-wait',
        '-q',
        '--label',
        'many=yes',
      ]);
    const { stdout } = await shell.run(['list', '--label', 'many=yes', '-o', 'name']);
    expect(stdout.trim().split('\n')).toHaveLength(120);
    expect(JSON.parse((await shell.run(['list', '--label', 'many', '-o', 'json'])).stdout)).toHaveLength(120);
    expect((await shell.run(['list', '--label', 'many', '--limit', '7', '--no-headers'])).stdout.trim().split('\n')).toHaveLength(7);
  });
});
