import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface SourceFile {
  /** From the repository's root, e.g. `src/core/ids.ts`. */
  readonly path: string;
  readonly text: string;
}

/** All TypeScript of the given folders. */
export function sourceFiles(...folders: string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => {
        const path = relative(root, join(entry.parentPath, entry.name));
        return { path, text: readFileSync(join(root, path), 'utf8') };
      }),
  );
}

export const isTest = (path: string) => /\.(test|fixture|golden)\.ts$/.test(path) || path.startsWith('test/') || path.includes('conformance');

export interface Import {
  /** A file of ours from the root, or the name of a package. */
  readonly target: string;
  readonly isOurs: boolean;
  readonly isTypeOnly: boolean;
}

const importForm = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\(\s*'([^']+)'\s*\)/gm;

export function importsOf({ path, text }: SourceFile): Import[] {
  return [...text.matchAll(importForm)].map(([, type, from, dynamic]) => {
    const specifier = from ?? dynamic ?? '';
    const isOurs = specifier.startsWith('.');
    return { target: isOurs ? normalize(join(dirname(path), specifier)) : specifier, isOurs, isTypeOnly: type !== undefined };
  });
}
