import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** null: there is no such file. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ESRCH') return null;
    throw error;
  }
}

/**
 * The file has this content, or the old one: never a part. A file that has it already is left alone.
 * The half-written one stands beside `via` (default: the file's folder), for folders that a daemon watches.
 */
export async function writeWhole(path: string, content: string, via = dirname(path)): Promise<void> {
  if ((await readIfThere(path)) === content) return;
  const draft = `${via}/.${path.slice(path.lastIndexOf('/') + 1)}.new`;
  await writeFile(draft, content, { mode: 0o644 });
  await chmod(draft, 0o644);
  await rename(draft, path);
}

/** There, and readable by daemons that have given up root, whatever our umask is. */
export async function ensureDir(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}
