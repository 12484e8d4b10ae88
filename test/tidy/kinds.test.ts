import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorCatalogue } from '../../src/core/errors.ts';
import type { Kind } from '../../src/core/kind.ts';
import { ControlPlane } from '../../src/kinds/control-plane.ts';
import { kinds } from '../../src/kinds/index.ts';
import { root } from './source-files.ts';

/** What is missing of a kind; none: it is whole. */
function missingOf(kind: Kind, hasFile: (path: string) => boolean): string[] {
  const missing: string[] = [];
  for (const file of [`${kind.name}.ts`, `${kind.name}.api.ts`, `${kind.name}.web.tsx`, `${kind.name}.words.ts`])
    if (!hasFile(`src/kinds/${kind.name}/${file}`)) missing.push(file);
  if (!hasFile(`docs/concepts/${kind.name}.md`)) missing.push(`docs/concepts/${kind.name}.md`);
  for (const [verb, { from, says, hint }] of Object.entries(kind.verbs)) {
    if (from.length === 0 || says === '' || hint === '') missing.push(`verb ${verb}: states, sentence and hint`);
    for (const state of from) if (!kind.states.includes(state)) missing.push(`verb ${verb}: state ${state}`);
  }
  if (kind.columns.length === 0) missing.push('columns');
  return missing;
}

describe('every kind', () => {
  const onDisk = (path: string) => existsSync(join(root, path));

  test.each(kinds.map((kind) => [kind.name, kind] as const))('%s is whole', (_name, kind) => {
    expect(missingOf(kind, onDisk)).toEqual([]);
  });

  test('is in the list, and the list has nothing else', () => {
    const folders = readdirSync(join(root, 'src/kinds'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(kinds.map((kind) => kind.name).toSorted()).toEqual(folders.toSorted());
  });

  test('has a slice in the control plane with a function for every verb', () => {
    const cloud = new ControlPlane({ store: {} as never, clock: { now: () => 0 } as never, images: { recipes: [] } as never });
    for (const kind of kinds) expect(Object.keys(cloud.slice(kind.name).verbs ?? {}).toSorted()).toEqual(Object.keys(kind.verbs).toSorted());
  });

  test('a planted gap is found', () => {
    const [kind] = kinds as [Kind];
    expect(missingOf({ ...kind, name: 'ghost', columns: [] }, () => false).length).toBeGreaterThanOrEqual(3);
    expect(missingOf({ ...kind, verbs: { haunt: { says: 'x', from: ['no-such-state'], hint: 'x', body: null } } }, () => true)).toEqual([
      'verb haunt: state no-such-state',
    ]);
  });
});

describe('every error', () => {
  test('has a status, a sentence and a remedy', () => {
    for (const [code, { status, says, remedy }] of Object.entries(errorCatalogue)) {
      expect(code).toMatch(/^[A-Z][A-Z_]+$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(says.length, code).toBeGreaterThan(10);
      expect(remedy.length, code).toBeGreaterThan(5);
    }
  });
});
