import { afterEach, expect, test, vi } from 'vitest';
import type { Kind } from '../../core/kind.ts';

afterEach(() => {
  vi.doUnmock('typebox');
});

async function schemasOf(): Promise<string> {
  vi.resetModules();
  const { kinds } = await import('../../kinds/index.ts');
  const { Labels, Name } = await import('../../core/schema.ts');
  const schemas = kinds.map(({ create, update, spec, status, verbs }: Kind) => ({ create, update, spec, status, verbs }));
  return JSON.stringify([schemas, Labels, Name], null, 1);
}

test('the schemas of every kind are the same in the browser as in the cloud', async () => {
  const inCloud = await schemasOf();
  vi.doMock('typebox', () => import('./typebox.ts'));
  const inBrowser = await schemasOf();
  expect(inCloud.length).toBeGreaterThan(10_000);
  expect(inBrowser).toBe(inCloud);
});
