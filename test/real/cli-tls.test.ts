import { PassThrough } from 'node:stream';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hostedCloud, type HostedCloud } from '../../src/cli/test-cloud.fixture.ts';
import { TestShell } from '../../src/cli/test-world.fixture.ts';
import { CertificateFiles } from '../../src/drivers/certificate/certificate-files.ts';
import { makeSelfSigned } from '../../src/drivers/certificate/server-certificate.ts';

let cloud: HostedCloud;
let dir: string;
let url: string;
let certificate: CertificateFiles;
let shell: TestShell;

const renew = async () => {
  const { certificatePem, keyPem } = await makeSelfSigned(['localhost', '127.0.0.1'], Date.now());
  writeFileSync(join(dir, 'tls.pem'), `${certificatePem}${keyPem}`);
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'stratus-cli-tls-'));
  await renew();
  certificate = new CertificateFiles({ certificateFile: join(dir, 'tls.pem'), keyFile: join(dir, 'tls.pem'), isGiven: false, lookEveryMs: 20 });
  cloud = await hostedCloud();
  const { tlsUrl } = await cloud.api.listen({ tls: { port: 0, host: '127.0.0.1', certificate } });
  url = tlsUrl ?? '';
});
afterAll(async () => {
  certificate.close();
  await cloud.close();
  rmSync(dir, { recursive: true });
});
beforeEach(() => {
  const made = new TestShell();
  shell = made;
  return () => made.remove();
});

const fingerprint = () => certificate.current().fingerprint;
const logIn = (...more: string[]) => shell.run(['login', url, '--name', 'lab', '--token', ...more], { stdin: `${cloud.token}\n` });
const config = () => readFileSync(join(shell.dir, '.config/stratus/config.yaml'), 'utf8');

test('a script that meets a cloud that nobody vouches for is told its fingerprint, and has sent nothing', async () => {
  const { exitCode, stderr } = await logIn();
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`No authority vouches for ${url} (DEPTH_ZERO_SELF_SIGNED_CERT); its certificate is ${fingerprint()}.`);
  expect((await logIn('--fingerprint', fingerprint())).exitCode).toBe(0);
  expect(config()).toContain(`fingerprint: ${fingerprint()}`);
  expect((await shell.run(['whoami', '-o', 'name'])).stdout).toBe('admin\n');
});

test('a person is asked, and nothing is kept for a no', async () => {
  for (const [answer, exitCode] of [
    ['n', 1],
    ['yes', 0],
  ] as const) {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
    const { said, ran } = shell.start(['login', url, '--name', 'lab', '--token'], { stdin, env: { STRATUS_TOKEN: cloud.token } });
    stdin.write(`${answer}\n`);
    const ended = await ran;
    expect([answer, ended.exitCode, ended.stderr.includes(fingerprint())]).toEqual([answer, exitCode, true]);
    expect(said().includes('Logged in')).toBe(exitCode === 0);
  }
});

test('the wrong fingerprint, or one that is none, is refused', async () => {
  expect(await logIn('--fingerprint', `sha256:${'ab'.repeat(32)}`)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('nothing was sent'),
  });
  expect((await logIn('--fingerprint', 'abc')).exitCode).toBe(2);
  expect((await shell.run(['login', cloud.url, '--fingerprint', fingerprint()])).exitCode).toBe(2);
});

test('the environment names a cloud and its fingerprint', async () => {
  const env = { STRATUS_URL: url, STRATUS_TOKEN: cloud.token };
  expect(await shell.run(['whoami'], { env })).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('is not one that this machine trusts') });
  expect((await shell.run(['whoami'], { env: { ...env, STRATUS_FINGERPRINT: fingerprint().slice(7).toUpperCase() } })).exitCode).toBe(0);
});

test('streams and consoles go the same way', async () => {
  await logIn('--fingerprint', fingerprint());
  expect((await shell.run(['launch', 'tiny', '--name', 'web', '--no-key', '--wait'])).exitCode).toBe(0);
  const stdin = new PassThrough();
  stdin.end('hello bye');
  expect((await shell.run(['console', 'web'], { stdin })).stdout).toContain('BYE');
  expect((await shell.run(['instance', 'log', 'web'])).stdout).toContain('Linux version');
});

test('a certificate that changes is refused before a byte is sent, with what to do', async () => {
  const before = fingerprint();
  // An address of its own: a connection that is open already shows no certificate again.
  const address = (await cloud.api.listen({ tls: { port: 0, host: '127.0.0.1', certificate } })).tlsUrl ?? '';
  await shell.run(['context', 'add', 'lab', '--url', address, '--token', cloud.token, '--fingerprint', before]);
  const changed = new Promise<void>((resolve) => void certificate.onChange(resolve));
  await renew();
  await changed;
  for (const words of [['whoami'], ['instance', 'log', 'web']]) {
    const { exitCode, stderr } = await shell.run(words);
    expect([words, exitCode]).toEqual([words, 1]);
    expect(stderr).toContain(`${address} shows another certificate than before: ${fingerprint()} in place of ${before}.`);
  }
  const again = (...more: string[]) => shell.run(['login', address, '--name', 'lab', '--token', ...more], { stdin: `${cloud.token}\n` });
  expect((await again()).stderr).toContain('shows another certificate than before');
  expect((await again('--fingerprint', fingerprint())).exitCode).toBe(0);
  expect((await shell.run(['whoami', '-o', 'name'])).stdout).toBe('admin\n');
});

test('who stands in between sees a handshake and no token', async () => {
  await logIn('--fingerprint', fingerprint());
  const other = await makeSelfSigned(['localhost', '127.0.0.1'], Date.now());
  const { createServer: createTls } = await import('node:https');
  let requests = 0;
  const impostor = createTls({ key: other.keyPem, cert: other.certificatePem }, (_request, response) => (requests++, response.end('{}')));
  await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
  const { port } = impostor.address() as { port: number };
  const bytes: Buffer[] = [];
  const between = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.on('data', (chunk: Buffer) => (bytes.push(chunk), far.write(chunk)));
    far.pipe(near);
    for (const each of [near, far]) each.on('error', () => (near.destroy(), far.destroy()));
    near.on('close', () => far.destroy());
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const address = `https://127.0.0.1:${(between.address() as { port: number }).port}`;
  const env = { STRATUS_URL: address, STRATUS_TOKEN: cloud.token, STRATUS_FINGERPRINT: fingerprint() };
  expect((await shell.run(['whoami'], { env })).exitCode).toBe(1);
  expect([requests, bytes.length > 0]).toEqual([0, true]);
  between.close();
  impostor.close();
});
