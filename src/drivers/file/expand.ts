import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { DriverError } from '../../core/driver-error.ts';
import { MiB } from '../../core/units.ts';
import { confinedRun, notFound } from './confined/confined-run.ts';
import type { Compression } from './inspect/foreign-formats.ts';
import type { ImageLimits } from './limits.ts';
import { SparseFile } from './sparse-file.ts';

export interface Expansion {
  readonly compression: Compression;
  readonly from: FileHandle;
  readonly to: FileHandle;
  readonly limits: ImageLimits;
  readonly onPercent: (percent: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Unpacks one layer of compression. A small file that unpacks to a huge one stops at the size limit;
 * its zeros take no room meanwhile.
 */
export async function expand(job: Expansion): Promise<void> {
  const target = new SparseFile(job.to, job.limits.fileSizeBytesMax);
  const write = async (unpacked: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of unpacked) await target.write(chunk);
  };
  try {
    if (job.compression === 'gzip' || job.compression === 'zstd') await inflateHere(job, job.compression, write);
    else await unpackConfined(job, job.compression, write);
  } catch (error) {
    job.signal.throwIfAborted();
    if (error instanceof DriverError || (error as NodeJS.ErrnoException).syscall) throw error;
    throw new DriverError(`Unpacking the image: the ${job.compression} file is damaged or cut short (${(error as Error).message}).`, {
      retry: 'never',
      cause: error,
    });
  }
  await target.finish();
}

type Writer = (unpacked: AsyncIterable<Buffer>) => Promise<void>;

async function inflateHere({ from, onPercent, signal }: Expansion, kind: 'gzip' | 'zstd', write: Writer): Promise<void> {
  const { size } = await from.stat();
  let readBytes = 0;
  const packed = from.createReadStream({ start: 0, autoClose: false, highWaterMark: MiB });
  packed.on('data', (chunk) => {
    readBytes += chunk.length;
    onPercent(Math.floor((readBytes / size) * 100));
  });
  packed.pause();
  const unpack = kind === 'gzip' ? createGunzip({ chunkSize: MiB }) : createZstdDecompress({ chunkSize: MiB });
  await pipeline(packed, unpack, write, { signal });
}

/** Parsers that Node does not have run as separate, confined programs. */
async function unpackConfined({ from, limits, signal }: Expansion, program: 'xz' | 'bzip2', write: Writer): Promise<void> {
  const { exitCode, complaint } = await confinedRun({
    argv: [program, '-dc', '/dev/fd/3'],
    doing: 'Unpacking the image',
    files: [from],
    cpuSeconds: limits.toolCpuSeconds,
    memoryBytes: limits.toolMemoryBytes,
    fileSizeBytesMax: 0,
    timeoutMs: limits.toolTimeoutMs,
    signal,
    onOutput: (output: Readable) => write(output),
  });
  if (exitCode === 0) return;
  if (exitCode === notFound)
    throw new DriverError(`Unpacking the image: ${program} is not installed here. Unpack it first, or compress it with gzip or zstd.`, {
      retry: 'never',
    });
  throw new DriverError(`Unpacking the image: the ${program} file is damaged or cut short (${complaint || `exit code ${exitCode}`}).`, {
    retry: 'never',
  });
}
