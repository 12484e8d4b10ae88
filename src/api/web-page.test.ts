import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { webPage } from './web-page.ts';

let dir: string;
let app: FastifyInstance;
let builds = 0;

/** As set-up does, at a later time. */
function build(name: string): void {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(join(dir, 'assets'), { recursive: true });
  const page = join(dir, 'index.html');
  writeFileSync(page, `<meta content="STYLE_NONCE"><script src="/assets/${name}.js">`);
  utimesSync(page, ++builds, builds);
  writeFileSync(join(dir, 'assets', `${name}.js`), `// ${name}`);
  writeFileSync(join(dir, 'assets', `${name}.js.gz`), gzipSync(`// ${name}`));
  writeFileSync(join(dir, 'built-from'), 'a hash');
}

beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), 'stratus-page-')), 'web');
  app = fastify();
});
afterEach(async () => {
  await app.close();
  rmSync(join(dir, '..'), { recursive: true });
});

test('every address of the page answers with it, and with a number of its own for its styles', async () => {
  build('one');
  webPage(app, dir);
  const answers = await Promise.all(['/', '/instances/i-1?tab=log', '/launch'].map((path) => app.inject(path)));
  const nonces = answers.map(({ headers, body, statusCode }) => {
    expect(statusCode).toBe(200);
    const nonce = /'nonce-([\w-]{20,})'/.exec(String(headers['content-security-policy']))?.[1];
    expect(body).toContain(`content="${nonce}"`);
    return nonce;
  });
  expect(new Set(nonces).size).toBe(3);
});

test('nothing from elsewhere runs in the page, frames it or holds its window, and no copy of it is kept', async () => {
  build('one');
  webPage(app, dir);
  const { headers } = await app.inject('/instances');
  const rules = String(headers['content-security-policy'])
    .split('; ')
    .map((rule) => rule.split(' '));
  const allowed = new Set(rules.flatMap(([, ...sources]) => sources).filter((source) => !source.startsWith("'nonce-")));
  expect(allowed).toEqual(new Set(["'none'", "'self'", 'data:']));
  // These do not fall back on default-src.
  for (const name of ['base-uri', 'form-action', 'frame-ancestors']) expect(rules).toContainEqual([name, "'none'"]);
  expect(rules).toContainEqual(['script-src', "'self'"]);
  expect(headers).toMatchObject({ 'cross-origin-opener-policy': 'same-origin', 'cache-control': 'no-store' });
});

test('assets are sent as they lie there, compressed for who can read that, and kept for ever', async () => {
  build('one');
  webPage(app, dir);
  const packed = await app.inject({ url: '/assets/one.js', headers: { 'accept-encoding': 'br, gzip' } });
  expect(packed.headers).toMatchObject({
    'content-encoding': 'gzip',
    vary: 'accept-encoding',
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect(gunzipSync(packed.rawPayload).toString()).toBe('// one');
  const plain = await app.inject('/assets/one.js');
  expect(plain.body).toBe('// one');
  expect(plain.headers).toMatchObject({ vary: 'accept-encoding' });
});

test('nothing but what the build made is sent', async () => {
  build('one');
  writeFileSync(join(dir, '..', 'secret.js'), 'secret');
  webPage(app, dir);
  for (const path of ['/assets/none.js', '/assets/', '/secret.js', '/../secret.js', '/%2e%2e/secret.js', '/..%2fsecret.js', '/v1/none'])
    expect((await app.inject(path)).statusCode, path).toBe(404);
  expect((await app.inject('/built-from')).body).not.toContain('a hash');
});

test('a page that set-up has built anew is served without a new start', async () => {
  build('one');
  webPage(app, dir);
  expect((await app.inject('/')).body).toContain('one.js');
  build('two');
  expect((await app.inject('/')).body).toContain('two.js');
  expect((await app.inject('/assets/two.js')).body).toBe('// two');
  expect((await app.inject('/assets/one.js')).statusCode).toBe(404);
});

test('while a build takes the place of another, the page is still there', async () => {
  build('one');
  webPage(app, dir);
  rmSync(dir, { recursive: true });
  expect((await app.inject('/')).body).toContain('one.js');
  // What is not there for this moment is asked for again, and kept by nobody.
  const asset = await app.inject('/assets/one.js');
  expect([asset.statusCode, asset.headers['cache-control']]).toEqual([404, undefined]);
});

test('where no page is built there is none', async () => {
  webPage(app, dir);
  expect((await app.inject('/')).statusCode).toBe(404);
});
