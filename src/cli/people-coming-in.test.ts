import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { TestApi } from './test-api.fixture.ts';
import { testNowMs, TestShell } from './test-world.fixture.ts';

let api: TestApi;
let shell: TestShell;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());
beforeEach(() => {
  api.asked.length = 0;
  api.answers = {};
  const made = new TestShell({ STRATUS_URL: api.url, STRATUS_TOKEN: 'sl_token' });
  shell = made;
  return () => made.remove();
});

const at = new Date(testNowMs).toISOString();
const run = async (line: string) => shell.run(line.split(' ').map((word) => word.replaceAll('_', ' ')));

test('who asks for an account is listed, approved or refused with a reason', async () => {
  const one = {
    id: 'reg-1',
    user: 'ana',
    displayName: 'Ana\u001b[31m',
    email: 'ana@example.org',
    reason: 'My thesis',
    state: 'waiting',
    createdAt: at,
  };
  api.answers['GET /v1/registrations'] = () => [200, { items: [one] }];
  const { stdout } = await run('registration list');
  expect(stdout).toContain('reg-1  ana   Ana\\e[31m  ana@example.org  waiting');
  expect((await run('registration list -o name')).stdout).toBe('reg-1\n');
  expect(JSON.parse((await run('registrations ls -o json')).stdout)).toEqual([one]);
  for (const verb of ['approve', 'refuse']) api.answers[`POST /v1/registrations/reg-1/${verb}`] = () => [204, null];
  expect((await run('registration approve reg-1 --in-project physics')).stdout).toBe('reg-1 is approved\n');
  expect((await run('registration refuse reg-1 --reason Not_of_this_lab')).stdout).toBe('reg-1 is refused\n');
  expect(api.sent('POST /v1/registrations/reg-1/approve')).toEqual({ project: 'physics' });
  expect(api.sent('POST /v1/registrations/reg-1/refuse')).toEqual({ reason: 'Not of this lab' });
  expect((await run('registration refuse reg-1')).exitCode).toBe(2);
  expect((await shell.run(['__complete', 'registration', 'approve', 'r'])).stdout).toBe('reg-1\t\n');
});

test('people are invited into a project, and the invitation can be taken back', async () => {
  const one = { id: 'inv-1', email: 'ana@example.org', role: 'viewer', invitedBy: 'admin', createdAt: at, expiresAt: at };
  api.answers['POST /v1/projects/physics/invitations'] = () => [201, one];
  api.answers['GET /v1/projects/physics/invitations'] = () => [200, { items: [one] }];
  api.answers['DELETE /v1/projects/physics/invitations/inv-1'] = () => [204, null];
  expect((await run('invitation create physics ana@example.org --role viewer')).stdout).toBe('ana@example.org is invited into physics, as viewer\n');
  expect(api.sent('POST /v1/projects/physics/invitations')).toEqual({ email: 'ana@example.org', role: 'viewer', language: 'en' });
  expect((await run('invitation create physics ana@example.org -o name')).stdout).toBe('inv-1\n');
  expect((await run('invitation create physics ana@example.org --role king')).exitCode).toBe(2);
  expect((await run('invitation list physics -o name')).stdout).toBe('inv-1\n');
  expect((await run('invitation revoke physics inv-1')).stdout).toBe('inv-1 is taken back\n');
});

test('a course is made with a code to join by, and found by its name', async () => {
  const one = { id: 'crs-1', name: 'physics-101', code: 'ABCD-EFGH', seats: 20, seatsTaken: 3, state: 'open', endsAt: at };
  api.answers['POST /v1/courses'] = () => [201, one];
  api.answers['GET /v1/courses'] = () => [200, { items: [one] }];
  api.answers['PATCH /v1/courses/physics-101'] = () => [200, { ...one, seats: 30 }];
  api.answers['DELETE /v1/courses/physics-101'] = () => [204, null];
  api.answers['POST /v1/courses/join'] = () => [200, { course: 'physics-101', project: 'prj-1' }];
  expect((await run('course create physics-101 --seats 20 --ends-in 1d')).stdout).toContain('\nABCD-EFGH\n');
  expect(api.sent('POST /v1/courses')).toEqual({ name: 'physics-101', seats: 20, endsAt: '2031-05-05T12:00:00.000Z', role: 'member' });
  expect((await run('course create physics-101 --seats 20')).exitCode).toBe(2);
  expect((await run('course list')).stdout).toContain('physics-101  open   ABCD-EFGH     20      3');
  expect((await run('course update physics-101 --seats 30')).stdout).toBe('physics-101 is changed\n');
  expect(api.sent('PATCH /v1/courses/physics-101')).toEqual({ seats: 30 });
  expect((await run('course delete physics-101')).exitCode).toBe(0);
  expect((await run('course delete ghost')).exitCode).toBe(3);
  expect((await run('course join ABCD-EFGH')).stdout).toBe('You are in physics-101\n');
});

test('who somebody is elsewhere is listed, said and unsaid by administrators', async () => {
  const one = { id: 'lnk-1', method: 'grid', type: 'x509', label: 'Grid', subject: '/CN=Ana', userName: null, seenAt: at };
  api.answers['GET /v1/users/ana/links'] = () => [200, { items: [one] }];
  api.answers['POST /v1/users/ana/links'] = () => [204, null];
  api.answers['DELETE /v1/users/ana/links/lnk-1'] = () => [204, null];
  expect((await run('user links ana')).stdout).toContain('grid    x509  /CN=Ana');
  expect((await run('user link ana grid')).exitCode).toBe(2);
  expect((await run('user link ana grid --subject /CN=Ana')).stdout).toBe('ana is /CN=Ana at grid\n');
  expect(api.sent('POST /v1/users/ana/links')).toEqual({ method: 'grid', subject: '/CN=Ana' });
  expect((await run('user unlink ana lnk-1')).stdout).toBe('lnk-1 is taken away\n');
});

test('users of older software are taken over line by line, in whatever encoding the file is', async () => {
  const file = join(shell.dir, 'login-pswd.properties');
  writeFileSync(file, Buffer.from('ana=caf\u00e9,cloud-access\n', 'latin1'));
  api.answers['POST /v1/users/import'] = () => [
    200,
    { users: [{ line: 1, name: 'ana', id: null }], problems: [{ line: 2, problem: 'bob has an account already' }] },
  ];
  expect((await shell.run(['user', 'import', file, '--dry-run'])).stdout).toBe(
    'LINE  STATE             USER\n   1  would be created  ana\n   2  left out          bob has an account already\nOne user would be created\n',
  );
  expect(api.sent('POST /v1/users/import')).toEqual({ text: 'ana=caf\u00e9,cloud-access\n', dryRun: true });
  expect((await shell.run(['user', 'import', file, '-o', 'name'])).stdout).toBe('ana\n');
  expect((await shell.run(['user', 'import', join(shell.dir, 'ghost')])).exitCode).toBe(2);
});

test('a link for a new password goes to stdout alone', async () => {
  api.answers['POST /v1/users/ana/password-link'] = () => [200, { url: 'https://cloud.example.org/link#secret', expiresAt: at }];
  expect(await run('user password-link ana')).toEqual({
    exitCode: 0,
    stdout: 'https://cloud.example.org/link#secret\n',
    stderr: `Good once, until ${at}; it is shown only now:\n`,
  });
  api.answers['POST /v1/users/ana/reset-second-factor'] = () => [204, null];
  expect((await run('user reset-second-factor ana')).stdout).toBe('ana has no second factor any more\n');
});

test('a method that is tried says what is wrong with it, by more than colour, and by its exit code', async () => {
  api.answers['GET /v1/sign-in'] = () => [200, { methods: [{ type: 'ldap', name: 'lab', label: 'The lab' }] }];
  const findings = [
    { isRight: true, says: 'the directory answers' },
    { isRight: false, says: 'the group cloud-access is not there' },
  ];
  api.answers['POST /v1/settings/methods/lab/check'] = () => [200, { findings }];
  expect(await run('auth check lab')).toMatchObject({ exitCode: 1, stdout: '  + the directory answers\n  - the group cloud-access is not there\n' });
  expect(JSON.parse((await run('auth check lab -o json')).stdout)).toEqual(findings);
  expect((await run('auth check lba')).stderr).toContain('Did you mean lab?');
  expect((await shell.run(['__complete', 'auth', 'check', 'l'])).stdout).toBe('lab\t\n');
});

test('what would happen to somebody is told method by method, then what they may and what gives it', async () => {
  api.answers['GET /v1/users/ana/explain'] = () => [
    200,
    {
      user: 'ana',
      steps: [
        { method: 'account', isRight: true, says: 'there is an account ana' },
        { method: 'lab', isRight: false, says: 'the directory cannot be asked' },
      ],
      rights: { role: 'user', groups: ['staff'], projects: [{ name: 'physics', role: 'owner', from: ['member (viewer)', 'group staff (owner)'] }] },
    },
  ];
  expect((await run('auth explain ana')).stdout).toBe(
    [
      'Account ana',
      '  + there is an account ana',
      'Method lab',
      '  - the directory cannot be asked',
      'May do',
      '  role in the cloud: user',
      '  groups: staff',
      '  owner of project physics, by member (viewer), group staff (owner)',
      '',
    ].join('\n'),
  );
});
