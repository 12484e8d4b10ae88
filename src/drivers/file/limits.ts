import { limits } from '../../core/limits.ts';
import { GiB, minutes, seconds } from '../../core/units.ts';

/** Bounds of what an import may cost. */
export interface ImageLimits {
  /** Bytes of a file as it is fetched, and again as it is unpacked. */
  readonly fileSizeBytesMax: number;
  /** Bytes of the disk that an instance sees. */
  readonly virtualSizeBytesMax: number;
  /** Bytes of the store's file system that an import leaves free. */
  readonly freeSizeBytesMin: number;
  readonly redirectsMax: number;
  /** A server that sends nothing for this long is hung up on. */
  readonly stallTimeoutMs: number;
  /** Between two attempts of one download. */
  readonly retryDelayMs: number;
  /** Attempts in a row that bring no byte before a download is given back to the caller. */
  readonly fruitlessAttemptsMax: number;
  /** For each run of qemu-img or an unpacker. */
  readonly toolTimeoutMs: number;
  readonly toolCpuSeconds: number;
  readonly toolMemoryBytes: number;
}

/** Bases on a host that no instance uses go, the longest unused first, when all together take more than this. */
export const imageCacheBytesMax = 50 * GiB;

export const defaultLimits: ImageLimits = {
  fileSizeBytesMax: limits.imageBytesMax,
  virtualSizeBytesMax: limits.imageVirtualBytesMax,
  freeSizeBytesMin: GiB,
  redirectsMax: 5,
  stallTimeoutMs: 60 * seconds,
  retryDelayMs: seconds,
  fruitlessAttemptsMax: 3,
  toolTimeoutMs: 60 * minutes,
  toolCpuSeconds: 30 * 60,
  toolMemoryBytes: 2 * GiB,
};
