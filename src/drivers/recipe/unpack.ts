import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';
import type { PackageFile } from './apt.ts';
import type { PackageCache } from './package-cache.ts';
import { runTool } from './run-tool.ts';

/** Unpacks package files over each other into `dir`, without running any of their scripts. */
export async function unpack(cache: PackageCache, files: readonly PackageFile[], dir: string, signal: AbortSignal): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const file of files) {
    await runTool(['dpkg-deb', '--extract', cache.path(file), dir], { doing: `unpacking ${file.package}`, signal });
  }
}

/** The files of the named packages out of a fetch; a pattern must match exactly one. */
export function pick(files: readonly PackageFile[], names: readonly (string | RegExp)[]): PackageFile[] {
  return names.map((name) => {
    const found = files.filter((file) => (typeof name === 'string' ? file.package === name : name.test(file.package)));
    if (found.length !== 1) throw new DriverError(`the fetched packages hold ${found.length} of ${name}; remove the cache and fetch again`);
    return found[0] as PackageFile;
  });
}

/** Relative paths of all files and links below `dir`, sorted. */
export async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
}
