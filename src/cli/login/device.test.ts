import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { TestApi } from '../test-api.fixture.ts';
import { TestShell } from '../test-world.fixture.ts';
import { deviceName } from './device.ts';

let api: TestApi;
let shell: TestShell;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());
beforeEach(() => {
  api.asked.length = 0;
  const made = new TestShell();
  shell = made;
  return () => made.remove();
});

const begun = {
  deviceCode: 'device',
  userCode: 'BCDF-GHJK',
  verificationUri: 'https://cloud.example.org/device',
  verificationUriComplete: 'https://cloud.example.org/device?code=BCDF-GHJK',
  intervalSeconds: 0.01,
  expiresInSeconds: 60,
};

/** A log-in to a cloud that answers these, one after the other; the last one for ever. */
async function logIn(...statuses: readonly object[]) {
  const left = [...statuses];
  api.answers = {
    'POST /v1/device-logins': () => [201, begun],
    'POST /v1/device-logins/poll': () => [200, left.length > 1 ? left.shift() : left[0]],
    'GET /v1/session': () => [200, { user: { name: 'ana' } }],
  };
  return shell.run(['login', api.url, '--device', '--name', 'lab']);
}

test('asks until somebody has decided, and then keeps what it was given', async () => {
  const { exitCode, stdout, stderr } = await logIn({ status: 'pending' }, { status: 'pending' }, { status: 'approved', token: 'sl_given' });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `Logged in to ${api.url} as ana; it is the current cloud and is called lab.\n` });
  expect(stderr).toContain('BCDF-GHJK');
  expect(stdout + stderr).not.toContain('sl_given');
  expect(api.asked.at(-1)).toEqual({ line: 'GET /v1/session', body: null, by: 'Bearer sl_given' });
  expect(api.sent('POST /v1/device-logins/poll')).toEqual({ deviceCode: 'device' });
});

test('a no, and a code that is too old, end it and keep nothing', async () => {
  expect(await logIn({ status: 'denied' })).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('somebody said no') });
  expect(await logIn({ status: 'expired' })).toMatchObject({ exitCode: 7, stderr: expect.stringContaining('Nobody said yes in time') });
  expect((await shell.run(['context', 'list', '-o', 'name'])).stdout).not.toContain('lab');
});

test('Ctrl-C ends the wait at once', async () => {
  const controller = new AbortController();
  api.answers = {
    'POST /v1/device-logins': () => [201, begun],
    'POST /v1/device-logins/poll': () => (controller.abort(), [200, { status: 'pending' }]),
  };
  const { exitCode, stderr } = await shell.run(['login', api.url, '--device'], { interrupted: controller.signal });
  expect({ exitCode, last: stderr.split('\n').at(-2) }).toEqual({
    exitCode: 130,
    last: 'Ended. Nobody was let in; the code is worthless in a few minutes.',
  });
});

test('what the page calls this command line is short, and printable ASCII whatever the machine is called', () => {
  expect(deviceName('lab1')).toBe('stratus on lab1');
  expect(deviceName(`ünï\u001b[31m${'x'.repeat(100)}`)).toMatch(/^[\x20-\x7e]{1,80}$/);
});
