import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { TestApi } from './test-api.fixture.ts';
import { TestShell } from './test-world.fixture.ts';

let api: TestApi;
let shell: TestShell;

const account = {
  user: { name: 'ana', spec: { displayName: 'Ana Silva', email: null, role: 'user' } },
  hasPassword: true,
  totp: { isConfirmed: true, recoveryCodesLeft: 9 },
  passkeys: [
    { id: 'pk-1', name: 'laptop', createdAt: '2031-01-01T00:00:00.000Z', lastUsedAt: null },
    { id: 'pk-2', name: 'key', createdAt: '2031-01-01T00:00:00.000Z', lastUsedAt: null },
  ],
  links: [{ id: 'lnk-1', method: 'lab', type: 'ldap', userName: 'asilva', seenAt: '2031-02-01T00:00:00.000Z' }],
  sessions: [
    { id: 'ses-1', method: 'password', createdAt: '2031-01-01T00:00:00.000Z', lastUsedAt: '2031-02-01T00:00:00.000Z', address: null, isThis: false },
  ],
  conditions: { accepted: 1, current: 2 },
};
const signIn = {
  methods: [
    { type: 'ldap', name: 'lab', label: 'The lab' },
    { type: 'oidc', name: 'uni', label: 'University' },
  ],
  conditions: { version: 2, text: { en: 'Be kind.', fr: 'Soyez aimables.' } },
};
const session = { user: { name: 'ana' }, pending: null, csrfToken: 'csrf' };
const wrong = { code: 'UNAUTHENTICATED', detail: 'This needs a log-in: name or password is wrong.', remedy: 'Log in.' };

beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());
beforeEach(() => {
  api.asked.length = 0;
  const made = new TestShell({ STRATUS_URL: api.url, STRATUS_TOKEN: 'sl_token' });
  shell = made;
  api.answers = {
    'GET /v1/session': () => [200, session],
    'DELETE /v1/session': () => [204, null],
    'GET /v1/account': () => [200, account],
    'GET /v1/sign-in': () => [200, signIn],
    'POST /v1/session': ({ password }) => (password === 'right' ? [202, { attempt: 'half', factors: ['code'] }] : [401, wrong]),
    'POST /v1/session/code': ({ code }) => (code === '111111' ? [201, session] : [401, { ...wrong, detail: 'the code is wrong' }]),
  };
  return () => made.remove();
});

/** Somebody at a terminal who answers each question when it is asked. */
async function answering(words: readonly string[], replies: readonly string[]) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const { ran } = shell.start(words, { stdin });
  for (const reply of replies) {
    stdin.write(`${reply}\n`);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  return ran;
}

test('what people prove themselves with is changed in a session of their own, which ends with the command', async () => {
  api.answers['DELETE /v1/account/passkeys/pk-1'] = () => [204, null];
  expect(await shell.run(['account', 'passkeys', 'remove', 'laptop'], { stdin: 'right\n111111\n' })).toMatchObject({
    exitCode: 0,
    stdout: 'laptop is taken away\n',
  });
  expect(api.lines).toEqual([
    'GET /v1/account',
    'GET /v1/session',
    'POST /v1/session',
    'POST /v1/session/code',
    'DELETE /v1/account/passkeys/pk-1',
    'DELETE /v1/session',
  ]);
  expect(api.asked.map(({ by }) => by)).toEqual(['Bearer sl_token', 'Bearer sl_token', 'nobody', 'nobody', 'session csrf', 'session csrf']);
});

test('a wrong password or code changes nothing', async () => {
  expect(await shell.run(['account', 'email', 'ana@example.org'], { stdin: 'wrong\n' })).toMatchObject({ exitCode: 5 });
  expect(await shell.run(['account', 'email', 'ana@example.org'], { stdin: 'right\n000000\n' })).toMatchObject({
    exitCode: 5,
    stderr: 'Error: the code is wrong.\n',
  });
  expect(api.lines.filter((line) => line.includes('/account'))).toEqual([]);
});

test('a session ends also when what was done in it is refused', async () => {
  api.answers['POST /v1/account/password'] = () => [
    400,
    { detail: 'This password will not do: it is shorter than 12 characters.', remedy: 'Take a longer one.' },
  ];
  const { exitCode, stderr } = await shell.run(['account', 'password'], { stdin: 'right\n111111\nshort\n' });
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: 'Error: This password will not do: it is shorter than 12 characters.\n  → Take a longer one.\n',
  });
  expect(api.sent('POST /v1/account/password')).toEqual({ current: 'right', new: 'short' });
  expect(api.lines.at(-1)).toBe('DELETE /v1/session');
});

test('a new password is typed twice in a terminal, and never shown', async () => {
  api.answers['POST /v1/account/password'] = () => [204, null];
  const typed = await answering(['account', 'password'], ['right', '111111', 'a good new one', 'another new one']);
  expect(typed).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('two different passwords') });
  expect(typed.stderr).not.toContain('good new');
  expect((await answering(['account', 'password'], ['right', '111111', 'a good new one', 'a good new one'])).exitCode).toBe(0);
});

test('codes of an app are asked for once one of them was right; recovery codes go to stdout alone', async () => {
  expect(await shell.run(['account', 'totp', 'enable'])).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('totp disable') });
  api.answers['GET /v1/account'] = () => [200, { ...account, totp: null }];
  expect(await shell.run(['account', 'recovery-codes'])).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('totp enable') });
  expect(api.lines).not.toContain('POST /v1/session');
  api.answers['POST /v1/account/totp'] = () => [200, { secret: 'ABCDEFGHIJ', uri: 'otpauth://totp/lab:ana?secret=ABCDEFGHIJ' }];
  api.answers['POST /v1/account/totp/confirm'] = ({ code }) =>
    code === '222222' ? [200, { recoveryCodes: ['aaaa-bbbb', 'cccc-dddd'] }] : [400, { detail: 'The code is wrong.' }];
  const { exitCode, stdout, stderr } = await answering(['account', 'totp', 'enable', '-o', 'name'], ['right', '111111', '999999', '222222']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'aaaa-bbbb\ncccc-dddd\n' });
  expect(stderr).toContain('otpauth://totp/lab:ana?secret=ABCDEFGHIJ\n  ABCD EFGH IJ\n');
  expect(stderr).toContain('The code is wrong.');
  api.answers['DELETE /v1/account/totp'] = () => [204, null];
  api.answers['GET /v1/account'] = () => [200, account];
  expect((await shell.run(['account', 'totp', 'disable'], { stdin: 'right\n111111\n333333\n' })).exitCode).toBe(0);
  expect(api.sent('DELETE /v1/account/totp')).toEqual({ code: '333333' });
});

test('an account is shown with what it can be proven by, and what is still asked of it', async () => {
  const { stdout } = await shell.run(['account', 'show']);
  expect(stdout).toContain('codes of an app; 9 recovery codes left');
  expect(stdout).toContain('laptop, key');
  expect(stdout).toContain('lab (asilva)');
  expect(stdout).toContain('version 2, not accepted yet');
  expect(JSON.parse((await shell.run(['account', 'show', '-o', 'json'])).stdout)).toEqual(account);
});

test('conditions are shown before they are accepted, in the language of the reader', async () => {
  api.answers['POST /v1/account/conditions'] = () => [204, null];
  const refused = await shell.run(['account', 'accept-conditions'], { env: { LANG: 'fr_CH.UTF-8' } });
  expect(refused).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('Soyez aimables.') });
  expect((await answering(['account', 'accept-conditions'], ['n'])).exitCode).toBe(1);
  expect(api.lines).not.toContain('POST /v1/account/conditions');
  expect((await answering(['account', 'accept-conditions'], ['y'])).stdout).toBe('Version 2 of the conditions is accepted.\n');
  expect((await shell.run(['account', 'accept-conditions', '--yes'])).exitCode).toBe(0);
  expect(api.sent('POST /v1/account/conditions')).toEqual({ version: 2 });
});

test("a directory's account is linked by its password; what needs a browser is told so", async () => {
  api.answers['POST /v1/account/links/ldap/lab'] = () => [201, { id: 'lnk-1' }];
  expect((await shell.run(['account', 'links', 'add', 'lab', '--user', 'asilva'], { stdin: 'right\n111111\nthere\n' })).exitCode).toBe(0);
  expect(api.sent('POST /v1/account/links/ldap/lab')).toEqual({ user: 'asilva', password: 'there' });
  expect((await shell.run(['account', 'links', 'add', 'uni'])).stderr).toContain('cannot be linked from a terminal');
  expect((await shell.run(['account', 'links', 'add', 'la'])).stderr).toContain('Did you mean lab?');
  api.answers['DELETE /v1/account/links/lnk-1'] = () => [204, null];
  expect((await shell.run(['account', 'links', 'remove', 'lab'], { stdin: 'right\n111111\n' })).exitCode).toBe(0);
});

test('sessions end one by one or all at once, and never by mistake', async () => {
  api.answers['DELETE /v1/account/sessions/ses-1'] = () => [204, null];
  api.answers['DELETE /v1/account/sessions'] = () => [204, null];
  expect((await shell.run(['account', 'sessions', 'list'])).stdout).toContain('this machine');
  expect((await shell.run(['account', 'sessions', 'end', 'ses-1'])).stdout).toBe('ses-1 has ended\n');
  expect((await shell.run(['account', 'sessions', 'end', 'ses-1', '--all'])).exitCode).toBe(2);
  expect((await shell.run(['account', 'sessions', 'end', '--all'])).exitCode).toBe(0);
});

test('what is asked of people at their first log-in is done in it: conditions, then a second factor', async () => {
  let pending: string | null = 'conditions';
  api.answers['POST /v1/session'] = () => [201, { ...session, pending }];
  api.answers['GET /v1/session'] = () => [200, { ...session, pending }];
  api.answers['POST /v1/account/conditions'] = () => ((pending = 'second-factor'), [204, null]);
  api.answers['POST /v1/account/totp'] = () => [200, { secret: 'ABCDEFGH', uri: 'otpauth://totp/x' }];
  api.answers['POST /v1/account/totp/confirm'] = () => ((pending = null), [200, { recoveryCodes: ['aaaa-bbbb'] }]);
  api.answers['POST /v1/tokens'] = () => (pending === null ? [201, { secret: 'sl_new' }] : [403, { detail: 'First do more.' }]);
  const url = shell.env['STRATUS_URL'] ?? '';
  const { exitCode, stderr, stdout } = await answering(['login', url, '--password', '--name', 'lab'], ['ana', 'right', 'y', '222222']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `Logged in to ${url} as ana; it is the current cloud and is called lab.\n` });
  expect(stderr).toContain('Be kind.');
  expect(stderr).toContain('aaaa-bbbb');
  expect(api.lines.slice(-2)).toEqual(['DELETE /v1/session', 'GET /v1/session']);
  // Nobody is there to say yes: nothing is accepted in silence.
  pending = 'conditions';
  expect(await shell.run(['login', url, '--password'], { stdin: 'ana\nright\n' })).toMatchObject({
    exitCode: 5,
    stderr: expect.stringContaining('have to be accepted'),
  });
  expect(pending).toBe('conditions');
});

test('who has only a passkey is told to log in by the page', async () => {
  api.answers['POST /v1/session'] = () => [202, { attempt: 'half', factors: ['passkey'] }];
  const { exitCode, stderr } = await shell.run(['login', shell.env['STRATUS_URL'] ?? '', '--password'], { stdin: 'ana\nright\n' });
  expect({ exitCode, stderr }).toEqual({ exitCode: 5, stderr: expect.stringContaining('Log in without --password') });
});

test('Ctrl-C at a question ends the command as Ctrl-C does, and nothing was sent', async () => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const { ran } = shell.start(['login', api.url, '--password'], { stdin });
  setTimeout(() => stdin.write('\u0003'), 60);
  expect((await ran).exitCode).toBe(130);
  expect(api.lines).toEqual([]);
});
