import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ensureCompiled } from './daemon-program.ts';

const dir = mkdtempSync(join(tmpdir(), 'stratus-compiled-'));

afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('the sources of control plane and agent are compiled before their first start, and not again', async () => {
  await ensureCompiled(dir);
  const [cache = ''] = readdirSync(dir).filter((name) => name !== 'compiled');
  const compiled = readdirSync(join(dir, cache)).length;
  expect(compiled).toBeGreaterThan(200);
  const stampedMs = statSync(join(dir, 'compiled')).mtimeMs;
  await ensureCompiled(dir);
  expect(statSync(join(dir, 'compiled')).mtimeMs).toBe(stampedMs);
  expect(readdirSync(join(dir, cache))).toHaveLength(compiled);
});

test('where nothing is kept, or nothing can be, a start does without', async () => {
  await expect(ensureCompiled('/dev/null/nowhere')).resolves.toBeUndefined();
});
