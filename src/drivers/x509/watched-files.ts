import { constants } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bounds } from './bounds.ts';
import { Refusal } from './refusal.ts';

/** Something of a directory that does not count, in words for the administrator. */
export interface TrustProblem {
  readonly path: string;
  readonly problem: string;
}

/** What a file was read as; or why it could not be. */
export type ReadFile<T> = { readonly path: string; readonly content: T } | { readonly path: string; readonly problem: string };

interface Kept<T> {
  readonly stamp: string;
  readonly file: ReadFile<T>;
}

/** Files of one directory, each read again only when it changed. */
export class WatchedFiles<T> {
  readonly #read: (name: string, bytes: Buffer) => T;
  readonly #bytesMax: (name: string) => number | null;
  #kept = new Map<string, Kept<T>>();

  /** @param bytesMax null: a file of this name is none of ours. @param read throws Refusal */
  constructor(bytesMax: (name: string) => number | null, read: (name: string, bytes: Buffer) => T) {
    this.#bytesMax = bytesMax;
    this.#read = read;
  }

  /** Never throws for what the directory holds or lacks; `isChanged`: something is other than at the last look. */
  async look(directory: string): Promise<{ files: ReadFile<T>[]; isChanged: boolean }> {
    const before = this.#kept;
    const now = new Map<string, Kept<T>>();
    const paths = await this.#paths(directory);
    if (typeof paths === 'string') now.set(directory, failed(directory, paths));
    else for (const path of paths) now.set(path, await this.#one(path, before.get(path)));
    this.#kept = now;
    const isChanged = now.size !== before.size || [...now].some(([path, { stamp }]) => before.get(path)?.stamp !== stamp);
    return { files: [...now.values()].map(({ file }) => file), isChanged };
  }

  /** A text: why the directory cannot be read. */
  async #paths(directory: string): Promise<string[] | string> {
    try {
      const names = (await readdir(directory)).filter((name) => this.#bytesMax(name) !== null);
      if (names.length > bounds.filesMax) return `has ${names.length} files; at most ${bounds.filesMax} are read`;
      return names.toSorted().map((name) => join(directory, name));
    } catch (error) {
      return problemOf(error);
    }
  }

  async #one(path: string, before: Kept<T> | undefined): Promise<Kept<T>> {
    let stamp: string;
    try {
      const { mtimeMs, ctimeMs, size, ino, dev } = await stat(path);
      stamp = [mtimeMs, ctimeMs, size, ino, dev].join(' ');
      if (before?.stamp === stamp) return before;
    } catch (error) {
      return failed(path, problemOf(error));
    }
    try {
      return { stamp, file: { path, content: await this.#content(path) } };
    } catch (error) {
      return { ...failed(path, problemOf(error)), stamp };
    }
  }

  async #content(path: string): Promise<T> {
    const name = basename(path);
    const max = this.#bytesMax(name) ?? 0;
    // A pipe would be waited for at its opening.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const entry = await handle.stat();
      if (!entry.isFile()) throw new Refusal('malformed', 'is no file');
      if (entry.size > max) throw new Refusal('too-large', `has ${entry.size} bytes; at most ${max} are read`);
      return this.#read(name, await handle.readFile());
    } finally {
      await handle.close();
    }
  }
}

function failed(path: string, problem: string): { stamp: string; file: { path: string; problem: string } } {
  return { stamp: problem, file: { path, problem } };
}

function problemOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  const { code } = error as { code?: string };
  if (code === 'ENOENT') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read';
  return code === undefined ? 'cannot be read' : `cannot be read (${code})`;
}
