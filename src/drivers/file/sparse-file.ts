import type { FileHandle } from 'node:fs/promises';
import { DriverError } from '../../core/driver-error.ts';
import { formatBytes, KiB } from '../../core/units.ts';

const blockBytes = 64 * KiB;
const zeros = Buffer.alloc(blockBytes);

/** Writes from the start on; long runs of zeros become holes. */
export class SparseFile {
  readonly #file: FileHandle;
  readonly #sizeBytesMax: number;
  #sizeBytes = 0;

  /** @param file empty and open for writing */
  constructor(file: FileHandle, sizeBytesMax: number) {
    this.#file = file;
    this.#sizeBytesMax = sizeBytesMax;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  async write(chunk: Buffer): Promise<void> {
    if (this.#sizeBytes + chunk.length > this.#sizeBytesMax) {
      throw new DriverError(`The image grows beyond the limit of ${formatBytes(this.#sizeBytesMax)} for one file.`, { retry: 'never' });
    }
    for (let at = 0; at < chunk.length; at += blockBytes) {
      const block = chunk.subarray(at, at + blockBytes);
      if (!block.equals(zeros.subarray(0, block.length))) await writeAll(this.#file, block, this.#sizeBytes);
      this.#sizeBytes += block.length;
    }
  }

  /** A hole at the end is not there until the size says so. */
  async finish(): Promise<void> {
    await this.#file.truncate(this.#sizeBytes);
  }
}

/** `write` may do less than it is asked, as when the disk is full in the middle. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
