import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const name = 'virtual:mantine.css';
const resolved = '/__mantine.css';
const packages = fileURLToPath(new URL('../../../node_modules/@mantine', import.meta.url));
const core = join(packages, 'core');

/** Everything that every component stands on. */
const foundations = ['baseline', 'default-css-variables', 'global'];

/**
 * `virtual:mantine.css`: the styles of the Mantine components that are used, and of what these are made of, in
 * Mantine's own order; all of its styles would be a third more of the page's first load.
 */
export function mantineStyles(sources: readonly string[]): Plugin {
  return {
    name: 'mantine-styles',
    resolveId: (id) => (id === name ? resolved : undefined),
    load: (id) => (id === resolved ? stylesOf(usedIn(sources)) : undefined),
  };
}

/** Names that our files, and Mantine's other packages, import from `@mantine/core`. */
function usedIn(sources: readonly string[]): Set<string> {
  const files = [...sources, join(packages, 'notifications', 'esm'), join(packages, 'spotlight', 'esm')].flatMap(filesIn);
  const imports = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/import\s*\{([^}]*)\}\s*from\s*['"]@mantine\/core['"]/g)]);
  return new Set(
    imports.flatMap(([, names = '']) =>
      names.split(',').map(
        (each) =>
          each
            .trim()
            .replace(/^type\s+/, '')
            .split(/\s/)[0] ?? '',
      ),
    ),
  );
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** From the files that define the names along their imports; a component's file imports the names of its classes. */
export function stylesOf(names: ReadonlySet<string>): string {
  const index = join(core, 'esm', 'index.mjs');
  const defining = [...readFileSync(index, 'utf8').matchAll(/import \{([^}]*)\} from "(\.[^"]+)"/g)];
  const open = defining
    .filter(([, defined = '']) => defined.split(',').some((each) => names.has(each.trim())))
    .map(([, , path = '']) => join(dirname(index), path));
  const seen = new Set<string>();
  const styles = new Set(foundations);
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const style = /\/(\w+)\.module\.mjs$/.exec(file)?.[1];
    if (style !== undefined) styles.add(style);
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/from "(\.[^"]+)"/g)) open.push(join(dirname(file), path));
  }
  const all = readFileSync(join(core, 'styles.css'), 'utf8');
  const parts = [...styles].map((each) => readFileSync(join(core, 'styles', `${each}.css`), 'utf8'));
  return parts.toSorted((a, b) => all.indexOf(a.trim()) - all.indexOf(b.trim())).join('\n');
}
