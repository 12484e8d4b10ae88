import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';
import type { ImageSource, StoredImage } from '../../ports/image-store.ts';
import { writeJson } from './durable.ts';

/**
 * The folder of one import. A file under its final name is complete and synced; `*.part` is in the
 * making, and so is `download`. Each stage finds the ones before it and goes on from there.
 */
export interface WorkArea {
  readonly dir: string;
  /** Which source this area is for. */
  readonly sourceRecord: string;
  /** What the import came to; written before the image is published. */
  readonly resultRecord: string;
  /** A download as far as it got. */
  readonly download: string;
  /** The source's content, whole and verified. */
  readonly fetched: string;
  /** What a recipe says of the format of what it made. */
  readonly declaredRecord: string;
  /** The same without compression. */
  readonly expanded: string;
  /** The qcow2 file that is made of it. */
  readonly converted: string;
  /** The room of a recipe. */
  readonly recipe: string;
}

const importIdForm = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;

export function workArea(importsDir: string, importId: string): WorkArea {
  if (!importIdForm.test(importId)) throw new DriverError(`"${importId.slice(0, 128)}" cannot name an import.`, { retry: 'never' });
  const dir = join(importsDir, importId);
  return {
    dir,
    sourceRecord: join(dir, 'source.json'),
    resultRecord: join(dir, 'result.json'),
    download: join(dir, 'download'),
    fetched: join(dir, 'fetched'),
    declaredRecord: join(dir, 'declared.json'),
    expanded: join(dir, 'expanded'),
    converted: join(dir, 'converted.qcow2'),
    recipe: join(dir, 'recipe'),
  };
}

/** Makes the area, empty unless it already belongs to this very source. */
export async function enterWorkArea(area: WorkArea, source: ImageSource): Promise<void> {
  const recorded = await readRecord(area.sourceRecord);
  if (recorded !== null && isDeepStrictEqual(recorded, source)) return;
  await rm(area.dir, { recursive: true, force: true });
  await mkdir(area.dir, { recursive: true, mode: 0o700 });
  await writeJson(area.sourceRecord, source);
}

export async function readResult(area: WorkArea): Promise<StoredImage | null> {
  return (await readRecord(area.resultRecord)) as StoredImage | null;
}

export async function readDeclared(area: WorkArea): Promise<'qcow2' | 'raw' | undefined> {
  return ((await readRecord(area.declaredRecord)) as { format: 'qcow2' | 'raw' } | null)?.format;
}

/** Drops contents and keeps records: for an import that is over, or that has to begin anew. */
export async function dropContents({ download, fetched, expanded, converted, recipe }: WorkArea): Promise<void> {
  for (const path of [download, `${download}.json`, fetched, expanded, converted]) {
    await rm(path, { force: true });
    await rm(`${path}.part`, { force: true });
  }
  await rm(recipe, { recursive: true, force: true });
}

async function readRecord(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
