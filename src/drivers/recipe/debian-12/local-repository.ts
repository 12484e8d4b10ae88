import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackageFile } from '../apt.ts';
import type { PackageCache } from '../package-cache.ts';
import { runTool } from '../run-tool.ts';

/** Makes `dir` a flat repository of the cached files: links to them and the list that apt reads. */
export async function makeRepository(dir: string, cache: PackageCache, files: readonly PackageFile[], signal: AbortSignal): Promise<void> {
  await mkdir(dir, { recursive: true });
  const paragraphs: string[] = [];
  for (const file of files) {
    await symlink(cache.path(file), join(dir, file.file));
    const control = await runTool(['dpkg-deb', '--field', cache.path(file)], { doing: `reading ${file.file}`, signal });
    paragraphs.push(`${control.trim()}\nFilename: ./${file.file}\nSize: ${file.sizeBytes}\nSHA256: ${file.sha256}\n`);
  }
  await writeFile(join(dir, 'Packages'), paragraphs.join('\n'));
}
