import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openCloud } from './browser.fixture.ts';

const lab = openCloud({ instances: 0, hosts: 1, pastMs: 60_000 });
const dist = fileURLToPath(new URL('../../dist/web', import.meta.url));
const html = () => readFileSync(join(dist, 'index.html'), 'utf8');

/** What the page names itself, and what that imports before anything runs. */
function firstLoad(): string[] {
  const open = [...html().matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file = '']) => file);
  const seen = new Set<string>();
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (!file.endsWith('.js')) continue;
    const text = readFileSync(join(dist, file), 'utf8');
    for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) open.push(`assets/${name}`);
  }
  return [...seen];
}

test('the first load is under 300 kB', () => {
  const files = firstLoad();
  expect(files.some((file) => file.endsWith('.js')) && files.some((file) => file.endsWith('.css'))).toBe(true);
  const bytes = files.reduce((sum, file) => sum + readFileSync(join(dist, `${file}.gz`)).length, 0);
  expect(bytes).toBeLessThan(300_000);
});

test('terminal, screen, editor and charts are not in the first load', () => {
  const text = firstLoad()
    .map((file) => readFileSync(join(dist, file), 'utf8'))
    .join('\n');
  for (const sign of ['xterm', 'noVNC', 'cm-editor', 'u-legend']) {
    expect(text.includes(sign), sign).toBe(false);
    const isThere = readdirSync(join(dist, 'assets')).some(
      (file) => file.endsWith('.js') && readFileSync(join(dist, 'assets', file), 'utf8').includes(sign),
    );
    expect(isThere, `${sign} is in another file`).toBe(true);
  }
});

test('the policy of the page allows what is ours alone, and nothing inline', async () => {
  const answers = await Promise.all(['/', '/instances', '/no/such/page'].map((path) => fetch(`${lab.url}${path}`)));
  for (const answer of answers) {
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe-|https?:|\*/);
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(nonce.length).toBeGreaterThan(20);
    const text = await answer.text();
    expect(text).toContain(`content="${nonce}"`);
    expect(text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  }
  const policies = answers.map((answer) => answer.headers.get('content-security-policy'));
  expect(new Set(policies).size, 'each answer has a number of its own').toBe(answers.length);
});

test('assets are kept for ever and sent compressed, the page itself is asked for each time', async () => {
  const [asset = ''] = firstLoad();
  const packed = await fetch(`${lab.url}/${asset}`, { headers: { 'accept-encoding': 'gzip' } });
  expect(packed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(gunzipSync(readFileSync(join(dist, `${asset}.gz`))).equals(readFileSync(join(dist, asset)))).toBe(true);
  expect(await packed.text()).toBe(readFileSync(join(dist, asset), 'utf8'));
  const plain = await fetch(`${lab.url}/${asset}`, { headers: { 'accept-encoding': 'identity' } });
  expect(plain.headers.get('content-encoding')).toBeNull();
  const page = await fetch(`${lab.url}/`);
  expect(page.headers.get('cache-control')).toBe('no-store');
});

test('what is not there is not answered with the page', async () => {
  for (const path of ['/assets/nothing.js', '/assets/', '/nothing.css', '/v1/nothing', '/..%2f..%2fpackage.json/x.js'])
    expect((await fetch(`${lab.url}${path}`)).status, path).toBe(404);
});
