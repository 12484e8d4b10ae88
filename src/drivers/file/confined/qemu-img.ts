import { createInterface } from 'node:readline';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { DriverError } from '../../../core/driver-error.ts';
import { MiB } from '../../../core/units.ts';
import type { ImageLimits } from '../limits.ts';
import { refusal, type Refusal } from '../inspect/refusal.ts';
import { confinedRun } from './confined-run.ts';

type Format = 'qcow2' | 'raw';

const confinement = (limits: ImageLimits, fileSizeBytesMax: number) => ({
  cpuSeconds: limits.toolCpuSeconds,
  memoryBytes: limits.toolMemoryBytes,
  timeoutMs: limits.toolTimeoutMs,
  fileSizeBytesMax,
});

/**
 * Walks all tables of an inspected qcow2 file. Leaked clusters are only wasted space and pass.
 * Exit codes by qemu-img(1): 0 sound, 1 could not check, 2 corrupt, 3 leaks.
 */
export async function checkQcow2(file: FileHandle, limits: ImageLimits, signal: AbortSignal): Promise<Refusal | null> {
  const argv = ['qemu-img', 'check', '-f', 'qcow2', '--output=json', '/dev/fd/3'];
  const { exitCode, complaint } = await confinedRun({ ...confinement(limits, 0), argv, doing: 'Checking the image', files: [file], signal });
  if (exitCode === 0 || exitCode === 3) return null;
  if (exitCode === 2) return refusal('image-corrupt', 'The tables of the qcow2 file contradict each other.');
  if (exitCode === 1) return refusal('image-corrupt', `qemu-img cannot read the qcow2 file (${complaint}).`);
  throw new DriverError(`Checking the image: qemu-img could not run (${complaint || `exit code ${exitCode}`}).`);
}

export interface Conversion {
  readonly from: FileHandle;
  readonly fromFormat: Format;
  /** An empty file that the confined user owns. */
  readonly to: FileHandle;
  readonly virtualSizeBytes: number;
  readonly limits: ImageLimits;
  readonly onPercent: (percent: number) => void;
  readonly signal: AbortSignal;
}

/** Writes the disk as sparse qcow2, version 3, alone in its file. */
export async function convertToQcow2({ from, fromFormat, to, virtualSizeBytes, limits, onPercent, signal }: Conversion): Promise<void> {
  const argv = ['qemu-img', 'convert', '-p', '-f', fromFormat, '-O', 'qcow2', '-o', 'compat=1.1,lazy_refcounts=off', '/dev/fd/3', '/dev/fd/4'];
  // A full qcow2 is a little larger than its disk: reference counts and L2 tables take less than 1 %.
  const fileSizeBytesMax = Math.ceil(virtualSizeBytes * 1.01) + 64 * MiB;
  const { exitCode, complaint } = await confinedRun({
    ...confinement(limits, fileSizeBytesMax), argv, doing: 'Converting the image', files: [from, to], signal,
    onOutput: (output) => readPercents(output, onPercent),
  }); // prettier-ignore
  if (exitCode !== 0) throw new DriverError(`Converting the image: qemu-img failed (${complaint || `exit code ${exitCode}`}).`);
}

/** `qemu-img -p` writes `    (12.34/100%)` over and over, each ended by a carriage return. */
async function readPercents(output: Readable, onPercent: (percent: number) => void): Promise<void> {
  for await (const line of createInterface({ input: output, crlfDelay: Infinity })) {
    const percent = /\((\d+(?:\.\d+)?)\/100%\)/.exec(line)?.[1];
    if (percent !== undefined) onPercent(Math.floor(Number(percent)));
  }
}
