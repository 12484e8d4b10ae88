import { chmod, mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { ImageSource } from '../../ports/image-store.ts';
import { copyLocal } from './copy-local.ts';
import { download } from './download/download.ts';
import { finishAs, writeJson } from './durable.ts';
import { percentOf, type ImportJob } from './import-job.ts';
import { ensureRoom } from './room.ts';
import { exists } from './work-area.ts';

/** The first stage: the source's own bytes, whole and verified, under `area.fetched`. */
export async function ensureFetched(job: ImportJob): Promise<void> {
  if (await exists(job.area.fetched)) return;
  if (job.source.type === 'url') await fetchUrl(job, job.source);
  else if (job.source.type === 'file') await fetchFile(job, job.source.path);
  else await fetchRecipe(job, job.source.recipe);
}

async function fetchUrl(job: ImportJob, { url, checksum }: Extract<ImageSource, { type: 'url' }>): Promise<void> {
  const { area, limits, policy, ca, signal } = job;
  const onPercent = percentOf('downloading', job.report);
  await download({
    url, checksum, limits, policy, ca, signal,
    path: area.download,
    onBytes: (bytes, totalBytes) => onPercent(totalBytes === null ? null : Math.floor((bytes / totalBytes) * 100)),
    ensureRoom: roomIn(job),
  }); // prettier-ignore
  await finishContent(area.download, area.fetched);
  await rm(`${area.download}.json`, { force: true });
}

async function fetchFile(job: ImportJob, from: string): Promise<void> {
  const part = `${job.area.fetched}.part`;
  const { fileSizeBytesMax } = job.limits;
  await copyLocal({ from, to: part, fileSizeBytesMax, ensureRoom: roomIn(job), onPercent: percentOf('copying', job.report), signal: job.signal });
  await finishContent(part, job.area.fetched);
}

async function fetchRecipe(job: ImportJob, name: string): Promise<void> {
  const { area, limits, signal } = job;
  await mkdir(area.recipe, { recursive: true, mode: 0o700 });
  const { path, format } = await job.buildRecipe(name, { workDir: area.recipe, onProgress: job.report, signal });
  await writeJson(area.declaredRecord, { format });
  // A recipe's own file is taken; one that it keeps elsewhere, for the next time, is copied.
  let ready = path;
  if (relative(area.recipe, path).startsWith('..')) {
    ready = join(area.dir, 'fetched.part');
    await copyLocal({
      from: path,
      to: ready,
      fileSizeBytesMax: limits.fileSizeBytesMax,
      ensureRoom: roomIn(job),
      onPercent: percentOf('copying', job.report),
      signal,
    });
  }
  await finishContent(ready, area.fetched);
}

const roomIn =
  ({ area, limits }: ImportJob) =>
  (bytes: number): Promise<void> =>
    ensureRoom(area.dir, bytes, limits.freeSizeBytesMin);

/** Readable by the confined programs that are handed it; the folder keeps everybody else away. */
export async function finishContent(part: string, path: string): Promise<void> {
  await chmod(part, 0o444);
  await finishAs(part, path);
}
