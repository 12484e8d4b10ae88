import { createPrivateKey } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { identityDrivers } from '../../bin/identity-drivers.ts';
import { TestShell } from '../../src/cli/test-world.fixture.ts';
import { x509Method } from '../../src/core/x509-method.ts';
import { nodeClock } from '../../src/drivers/node-clock.ts';
import { makeCa, makeProxy, makeUser } from './certificates.ts';
import { makeGridSite, type GridSite } from './grid-site.ts';
import { tlsCloud, type TlsCloud } from './tls-cloud.ts';

let site: GridSite;
let cloud: TlsCloud;
let shell: TestShell;

beforeAll(async () => {
  site = await makeGridSite();
  const authority = await readFile(site.ca.certFile, 'utf8');
  cloud = await tlsCloud({
    identity: identityDrivers(nodeClock),
    callerAuthorities: { current: () => [authority], onChange: () => () => undefined },
  });
  const { trustDir, vomsDir } = site;
  const grid = { ...x509Method({ name: 'grid', trustDir, vomsDir }), createUsers: true };
  const changed = await cloud.ask('PATCH', '/v1/settings', { methods: [{ type: 'local', name: 'local' }, grid] });
  expect([changed.statusCode, changed.body]).toEqual([200, expect.anything()]);
});
afterAll(async () => {
  await cloud.close();
  await rm(site.dir, { recursive: true });
});
beforeEach(() => {
  const made = new TestShell();
  shell = made;
  return () => made.remove();
});

const logIn = (...more: string[]) =>
  shell.run(['login', cloud.url, '--name', 'lab', '--fingerprint', cloud.certificate.current().fingerprint, ...more]);

test('a certificate and its key make a token, and are needed no more', async () => {
  const { certFile, keyFile } = site.jane;
  expect(await logIn('--certificate', certFile, '--key', keyFile)).toMatchObject({ exitCode: 0, stderr: '' });
  const name = (await shell.run(['whoami', '-o', 'name'])).stdout.trim();
  expect(name).not.toBe('');
  expect((await shell.run(['auth', 'methods', '-o', 'name'])).stdout).toBe('local\ngrid\n');
  expect((await shell.run(['logout'])).stdout).toBe('Logged out of lab.\n');
  expect((await shell.run(['whoami'])).exitCode).toBe(5);
});

test('a proxy is taken with its key and its chain from the one file that grid tools write', async () => {
  const first = await makeProxy(site.jane, site.trustDir, '-rfc');
  const { file } = await makeProxy(first, site.trustDir, '-rfc');
  expect(await logIn('--certificate', file)).toMatchObject({ exitCode: 0, stderr: '' });
});

test('a sealed key asks for its passphrase', async () => {
  const keyFile = join(site.dir, 'sealed.pem');
  const key = createPrivateKey(await readFile(site.jane.keyFile));
  await writeFile(keyFile, key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'opensesame' }));
  const byKey = (passphrase: string) =>
    shell.run(
      [
        'login',
        cloud.url,
        '--name',
        'lab',
        '--fingerprint',
        cloud.certificate.current().fingerprint,
        '--certificate',
        site.jane.certFile,
        '--key',
        keyFile,
      ],
      {
        stdin: `${passphrase}\n`,
      },
    );
  expect(await byKey('wrong')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('cannot be read with this passphrase') });
  expect(await byKey('opensesame')).toMatchObject({ exitCode: 0 });
});

test('what is no certificate, or one that nobody vouches for, keeps nothing', async () => {
  const nothing = join(site.dir, 'nothing.pem');
  await writeFile(nothing, 'hello\n');
  expect(await logIn('--certificate', nothing)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('There is no certificate in') });
  expect(await logIn('--certificate', site.jane.certFile)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--key FILE') });
  const stranger = await makeUser(await makeCa({ dir: site.dir, subject: '/CN=Nobody knows', key: 'rsa' }), {
    dir: site.dir,
    subject: '/CN=Stranger',
    key: 'rsa',
  });
  expect(await logIn('--certificate', stranger.certFile, '--key', stranger.keyFile)).toMatchObject({ exitCode: 5, stdout: '' });
  expect((await shell.run(['login', cloud.plainUrl, '--certificate', site.jane.certFile])).exitCode).toBe(2);
  expect((await shell.run(['context', 'list', '-o', 'name'])).stdout).not.toContain('lab');
});
