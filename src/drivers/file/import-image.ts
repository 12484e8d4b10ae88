import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';
import { MiB } from '../../core/units.ts';
import type { InspectedImage, StoredImage } from '../../ports/image-store.ts';
import { confinedUser } from './confined/confined-argv.ts';
import { checkQcow2, convertToQcow2 } from './confined/qemu-img.ts';
import { publish, writeJson } from './durable.ts';
import { expand } from './expand.ts';
import { ensureFetched, finishContent } from './fetch-source.ts';
import { percentOf, type ImportJob } from './import-job.ts';
import { bytesOfFile } from './inspect/byte-source.ts';
import { inspectImage, type Inspection } from './inspect/inspect-image.ts';
import { refusal, type Refusal } from './inspect/refusal.ts';
import { dropContents, enterWorkArea, exists, readDeclared, readResult } from './work-area.ts';

export const imagePath = (imagesDir: string, sha256: string): string => join(imagesDir, `${sha256}.qcow2`);

/**
 * Brings one image in, stage by stage; each stage finds what an earlier, interrupted call finished. A
 * sound qcow2 file is stored as it came, so that its digest is the one its user knows.
 */
export async function importImage(job: ImportJob): Promise<StoredImage> {
  const { area, imagesDir } = job;
  await enterWorkArea(area, job.source);
  const earlier = await readResult(area);
  if (earlier && (await exists(imagePath(imagesDir, earlier.sha256)))) {
    await dropContents(area);
    return earlier;
  }
  await ensureFetched(job);
  const { path, image } = await ensureSound(job);
  const stored = await describe(job, path, image);
  // Before the image has its name: an import that is cut off after it need not look for it.
  await writeJson(area.resultRecord, stored);
  await publish(path, imagePath(imagesDir, stored.sha256));
  await dropContents(area);
  return stored;
}

interface Sound {
  readonly path: string;
  readonly image: InspectedImage;
}

/** Unpacks, judges, and converts as far as the content needs it. */
async function ensureSound(job: ImportJob): Promise<Sound> {
  const { fetched, expanded, converted } = job.area;
  let path = fetched;
  let seen = await inspect(job, fetched);
  if (seen.verdict === 'compressed') {
    path = expanded;
    await ensureExpanded(job, seen.compression);
    seen = await inspect(job, expanded);
  }
  if (seen.verdict === 'compressed')
    return refuse(job, refusal('image-compression-nested', `Inside the compressed file is another one (${seen.compression}).`));
  if (seen.verdict === 'refused') return refuse(job, seen.refusal);
  if (seen.rewrite === null) {
    await check(job, path);
    return { path, image: seen.image };
  }
  await ensureConverted(job, path, seen.image);
  return { path: converted, image: { format: 'qcow2', virtualSizeBytes: seen.image.virtualSizeBytes } };
}

async function inspect({ limits, area }: ImportJob, path: string): Promise<Inspection> {
  const declared = await readDeclared(area);
  return withFile(path, 'r', async (file) => inspectImage(await bytesOfFile(file), { virtualSizeBytesMax: limits.virtualSizeBytesMax, declared }));
}

/** Nothing that was refused is kept: a next attempt looks at the source anew. */
async function refuse({ area }: ImportJob, { says, remedy, code }: Refusal): Promise<never> {
  await dropContents(area);
  throw new DriverError(`${says} ${remedy} (${code})`, { retry: 'never' });
}

async function ensureExpanded(
  { area, limits, report, signal }: ImportJob,
  compression: Extract<Inspection, { verdict: 'compressed' }>['compression'],
): Promise<void> {
  if (await exists(area.expanded)) return;
  const part = `${area.expanded}.part`;
  const onPercent = percentOf('unpacking', report);
  await orRemoved(part, () =>
    withFile(area.fetched, 'r', (from) => withFile(part, 'w', (to) => expand({ compression, from, to, limits, onPercent, signal }))),
  );
  await finishContent(part, area.expanded);
}

async function check(job: ImportJob, path: string): Promise<void> {
  percentOf('checking', job.report);
  const bad = await withFile(path, 'r', (file) => checkQcow2(file, job.limits, job.signal));
  if (bad) await refuse(job, bad);
}

async function ensureConverted(job: ImportJob, from: string, image: InspectedImage): Promise<void> {
  const { area, limits, report, signal } = job;
  if (await exists(area.converted)) return;
  const part = `${area.converted}.part`;
  // A new file each time: a program of an earlier attempt that still dies writes into one without a name.
  await rm(part, { force: true });
  const onPercent = percentOf('converting', report);
  await orRemoved(part, () =>
    withFile(from, 'r', (source) =>
      withFile(part, 'wx+', async (to) => {
        await to.chown(confinedUser.uid, confinedUser.gid);
        await convertToQcow2({ from: source, fromFormat: image.format, to, virtualSizeBytes: image.virtualSizeBytes, limits, onPercent, signal });
        await to.chown(0, 0);
      }),
    ),
  );
  await refuseUnexpected(part, image, limits.virtualSizeBytesMax);
  await finishContent(part, area.converted);
}

/** The converter has read hostile bytes: its output is judged like anybody's. */
async function refuseUnexpected(path: string, { virtualSizeBytes }: InspectedImage, virtualSizeBytesMax: number): Promise<void> {
  const seen = await withFile(path, 'r', async (file) => inspectImage(await bytesOfFile(file), { virtualSizeBytesMax, declared: 'qcow2' }));
  if (seen.verdict === 'accepted' && seen.rewrite === null && seen.image.virtualSizeBytes === virtualSizeBytes) return;
  throw new DriverError(
    `Converting the image: the result is not what was asked for (${seen.verdict === 'refused' ? seen.refusal.says : seen.verdict}).`,
  );
}

async function describe({ report, signal }: ImportJob, path: string, image: InspectedImage): Promise<StoredImage> {
  const onPercent = percentOf('storing', report);
  const hash = createHash('sha256');
  return withFile(path, 'r', async (file) => {
    const { size } = await file.stat();
    let sizeBytes = 0;
    for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: MiB, signal }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      onPercent(Math.floor((sizeBytes / size) * 100));
    }
    return { ...image, sha256: hash.digest('hex'), sizeBytes };
  });
}

/** What cannot be gone on with takes no room until the next attempt. */
async function orRemoved(part: string, make: () => Promise<void>): Promise<void> {
  try {
    await make();
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function withFile<T>(path: string, flags: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags, 0o600);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
