import { setTimeout as delay } from 'node:timers/promises';
import type { IncomingMessage } from 'node:http';
import { DriverError } from '../../../core/driver-error.ts';
import { formatBytes } from '../../../core/units.ts';
import type { ImageLimits } from '../limits.ts';
import type { AddressPolicy } from './address-guard.ts';
import { failureOfAttempt, failureOfStatus } from './failures.ts';
import { PartialFile, type Validator } from './partial-file.ts';
import { get } from './request.ts';

export interface Download {
  readonly url: string;
  readonly checksum: { readonly algorithm: 'sha256' | 'sha512'; readonly hex: string };
  /** Of the file to fill; `<path>.json` beside it remembers where it comes from. */
  readonly path: string;
  readonly limits: ImageLimits;
  readonly policy: AddressPolicy;
  readonly ca?: string | undefined;
  /** `totalBytes` is null when the server does not say. */
  readonly onBytes: (bytes: number, totalBytes: number | null) => void;
  /** Throws when the file system cannot take so many more bytes. */
  readonly ensureRoom: (bytes: number) => Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Fills the file with content of exactly this digest. What an earlier call left is continued; a cut
 * connection is taken up again for as long as each attempt brings something.
 */
export async function download(job: Download): Promise<void> {
  const partial = await PartialFile.open(job.path, job.url, job.checksum.algorithm, job.signal);
  try {
    await fetchWhole(job, partial);
  } finally {
    await partial.close();
  }
}

/** A server whose content changes under our hands this often is left alone for a while. */
const restartsMax = 5;

async function fetchWhole(job: Download, partial: PartialFile): Promise<void> {
  let fruitless = 0;
  for (;;) {
    const before = partial.sizeBytes;
    const reason = await attempt(job, partial);
    if (reason === null && partial.digest() === job.checksum.hex.toLowerCase()) return;
    if (reason === null && !partial.inPieces) throw await mismatch(job, partial);
    // The pieces may be of different versions, or damaged by a power cut: once more in one piece.
    if (reason === null) await partial.startOver(job.url, {});

    fruitless = partial.sizeBytes > before ? 0 : fruitless + 1;
    if (fruitless >= job.limits.fruitlessAttemptsMax || partial.restarts > restartsMax) {
      const why = reason ?? 'the pieces do not make the announced content';
      throw new DriverError(`Downloading ${job.url}: ${why}, after ${formatBytes(partial.sizeBytes)}. The next attempt goes on from there.`, {
        retry: 'soon',
      });
    }
    if (reason !== null) await delay(job.limits.retryDelayMs, undefined, { signal: job.signal });
  }
}

async function mismatch({ url, checksum, path }: Download, partial: PartialFile): Promise<DriverError> {
  const found = partial.digest();
  await PartialFile.remove(path);
  return new DriverError(
    `Downloading ${url}: the content is not what was announced. Its ${checksum.algorithm} is ${found}; expected was ${checksum.hex.toLowerCase()}. ` +
      'Check the checksum and whether the file was renewed.',
    { retry: 'never' },
  );
}

/** One request for what is missing. Null when the server has sent all of it; otherwise why it ended early. */
async function attempt(job: Download, partial: PartialFile): Promise<string | null> {
  try {
    const response = await get(job.url, resumeHeaders(partial), {
      ...job,
      redirectsMax: job.limits.redirectsMax,
      stallTimeoutMs: job.limits.stallTimeoutMs,
    });
    try {
      return await receive(job, partial, response);
    } finally {
      response.destroy();
    }
  } catch (error) {
    job.signal.throwIfAborted();
    const failure = failureOfAttempt(job.url, error);
    if (failure instanceof DriverError) throw failure;
    return failure.passing;
  }
}

/** Asks for the rest of the very same content where the server named it; a weak ETag may not be used for that (RFC 9110, 13.1.5). */
function resumeHeaders(partial: PartialFile): Record<string, string> {
  if (partial.sizeBytes === 0) return {};
  const { etag, lastModified } = partial.validator;
  const condition = etag !== undefined && !etag.startsWith('W/') ? etag : lastModified;
  return { range: `bytes=${partial.sizeBytes}-`, ...(condition === undefined ? {} : { 'if-range': condition }) };
}

async function receive(job: Download, partial: PartialFile, response: IncomingMessage): Promise<string | null> {
  const status = response.statusCode ?? 0;
  const failure = failureOfStatus(job.url, status);
  if (failure) throw failure;
  const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers['content-range'] ?? '');
  if (status === 416) {
    // Nothing is left to send: either we have all of it, or other content than the server's.
    if (Number(range?.[2]) === partial.sizeBytes) return null;
    await partial.startOver(job.url, {});
    return 'the server has other content now';
  }
  if (status === 206 && Number(range?.[1] ?? NaN) !== partial.sizeBytes) {
    await partial.startOver(job.url, {});
    return 'the server sent another part than was asked for';
  }
  if (status === 206) partial.markInPieces();
  if (status === 200) await partial.startOver(job.url, validatorOf(response));

  const announced = response.headers['content-length'];
  const totalBytes = announced === undefined ? null : partial.sizeBytes + Number(announced);
  refuseSize(job, totalBytes ?? 0);
  await job.ensureRoom((totalBytes ?? 0) - partial.sizeBytes);
  for await (const chunk of response as AsyncIterable<Buffer>) {
    refuseSize(job, partial.sizeBytes + chunk.length);
    await partial.append(chunk);
    job.onBytes(partial.sizeBytes, totalBytes);
  }
  return totalBytes === null || partial.sizeBytes >= totalBytes ? null : 'the connection was cut';
}

function refuseSize({ url, limits }: Download, bytes: number): void {
  if (bytes > limits.fileSizeBytesMax) {
    throw new DriverError(`Downloading ${url}: the file is larger than the limit of ${formatBytes(limits.fileSizeBytesMax)}.`, { retry: 'never' });
  }
}

function validatorOf({ headers }: IncomingMessage): Validator {
  return { etag: headers.etag, lastModified: headers['last-modified'] };
}
