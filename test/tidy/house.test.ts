import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { brokenArrows, importCycles } from './arrows.ts';
import { isTest, root, sourceFiles } from './source-files.ts';

const files = sourceFiles('src', 'bin');
const sources = files.filter((file) => !isTest(file.path));
const lines = (text: string) => text.split('\n').length;

describe('the house', () => {
  test('arrows point one way', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(brokenArrows(files)).toEqual([]);
  });

  test('a planted import against the arrows is found', () => {
    const plant = (path: string, target: string) => brokenArrows([{ path, text: `import { x } from '${target}';` }]);
    expect(plant('src/core/a.ts', 'node:fs')).toHaveLength(1);
    expect(plant('src/core/a.ts', '../ports/clock.ts')).toHaveLength(1);
    expect(plant('src/ports/a.ts', '../drivers/sim/x.ts')).toHaveLength(1);
    expect(plant('src/control/a.ts', '../kinds/index.ts')).toHaveLength(1);
    expect(plant('src/kinds/instance/instance.ts', './instance.agent.ts')).toHaveLength(1);
    expect(plant('src/kinds/instance/instance.plan.ts', '../../control/loop.ts')).toHaveLength(1);
    expect(plant('src/drivers/file/a.ts', '../libvirt/xml.ts')).toHaveLength(1);
    expect(plant('src/cli/a.ts', '../control/admission.ts')).toHaveLength(1);
    expect(plant('src/api/a.ts', '../drivers/file/image-store.ts')).toHaveLength(1);
    expect(plant('src/nowhere/a.ts', '../core/ids.ts')).toHaveLength(1);
    expect(plant('src/web/a.tsx', '../control/requests.ts')).toHaveLength(1);
    expect(plant('src/web/a.tsx', '../api/wire.ts')).toHaveLength(1);
    expect(plant('src/web/a.tsx', '../drivers/sim/random.ts')).toHaveLength(1);
    expect(plant('src/web/a.tsx', '../kinds/instance/instance.api.ts')).toHaveLength(1);
    expect(plant('src/web/a.tsx', 'node:fs')).toHaveLength(1);
    expect(plant('src/kinds/image/image.web.tsx', './image.controller.ts')).toHaveLength(1);
    expect(plant('src/kinds/image/image.words.ts', '../../api/wire.ts')).toHaveLength(1);
    expect(plant('src/kinds/image/web/form.tsx', '../../../control/requests.ts')).toHaveLength(1);
    expect(plant('src/kinds/instance/contextualization/check-plain.ts', 'node:zlib')).toHaveLength(1);
    expect(plant('src/kinds/image/image.ts', './image.web.tsx')).toHaveLength(1);
    expect(plant('src/api/a.ts', '../web/cloud/client.ts')).toHaveLength(1);
    expect(plant('src/kinds/image/image.web.tsx', '../../web/widgets/when.tsx')).toEqual([]);
    expect(plant('src/control/a.ts', '../core/ids.ts')).toEqual([]);
  });

  test('no files import each other in a circle', () => {
    expect(importCycles(sources)).toEqual([]);
  });

  test('a planted circle is found', () => {
    const circle = importCycles([
      { path: 'src/a.ts', text: "import { b } from './b.ts';" },
      { path: 'src/b.ts', text: "import { a } from './a.ts';" },
    ]);
    expect(circle).toEqual(['src/a.ts → src/b.ts → src/a.ts']);
  });

  test('files are small: most under 100 lines, nine of ten under 300, none over 600', () => {
    const sizes = sources.map((file) => lines(file.text)).toSorted((a, b) => a - b);
    expect(sources.filter((file) => lines(file.text) > 600).map((file) => file.path)).toEqual([]);
    expect(sizes[Math.floor(sizes.length * 0.9)]).toBeLessThan(300);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThan(100);
  });

  test('SQL stands in the SQLite files of the store and nowhere else', () => {
    const sql = /\b(SELECT\s.+\sFROM|INSERT\s+INTO|DELETE\s+FROM|CREATE\s+TABLE|PRAGMA\s)/;
    const holders = sources.filter((file) => sql.test(file.text)).map((file) => file.path);
    expect(holders.filter((path) => !path.startsWith('src/control/store/sqlite-'))).toEqual([]);
    expect(holders.length).toBeGreaterThan(0);
  });

  test('no shell strings: programs are started by lists of arguments', () => {
    const shell = /(?<!\.)\b(execSync|exec)\(\s*[`'"]|shell:\s*true/;
    expect(sources.filter((file) => shell.test(file.text)).map((file) => file.path)).toEqual([]);
  });
});

describe('the pure part', () => {
  const pure = sources.filter((file) => /^src\/(core\/|kinds\/[^/]+\/[^/]+\.(plan|state)\.ts$)/.test(file.path));

  test('knows no clock and no chance', () => {
    expect(pure.length).toBeGreaterThan(12);
    expect(pure.filter((file) => impure(file.text)).map((file) => file.path)).toEqual([]);
  });

  test('a planted clock is found', () => {
    expect(impure('const now = Date.now();')).toBe(true);
    expect(impure('const now = new Date();')).toBe(true);
    expect(impure('const luck = Math.random();')).toBe(true);
    expect(impure('new Date(nowMs).toISOString()')).toBe(false);
  });

  test('compiles without the types of any runtime', () => {
    execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.pure.json'], { cwd: root });
  });

  function impure(text: string): boolean {
    return /Date\.now|new Date\(\)|Math\.random|performance\.now|setTimeout/.test(text);
  }
});
