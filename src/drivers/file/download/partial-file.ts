import { createHash, type Hash } from 'node:crypto';
import { constants, open, readFile, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { writeAll } from '../sparse-file.ts';
import { MiB } from '../../../core/units.ts';

/** What the server named the content by, so that a later request can ask for the rest of the same. */
export interface Validator {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

interface Origin {
  readonly url: string;
  readonly validator: Validator;
}

/**
 * A download as far as it got, with the digest of what is there. Nothing is synced to disk on the way:
 * after a power cut the digest finds out, and the download starts over.
 */
export class PartialFile {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #algorithm: string;
  #hash: Hash;
  #sizeBytes = 0;
  #validator: Validator = {};
  #inPieces = false;
  #restarts = 0;

  private constructor(path: string, file: FileHandle, algorithm: string) {
    this.#path = path;
    this.#file = file;
    this.#algorithm = algorithm;
    this.#hash = createHash(algorithm);
  }

  /** Takes up what an earlier attempt for the same URL left, hashing it anew; otherwise empty. */
  static async open(path: string, url: string, algorithm: string, signal: AbortSignal): Promise<PartialFile> {
    const origin = await readOrigin(path);
    const same = origin?.url === url;
    const { O_RDWR, O_CREAT, O_TRUNC } = constants;
    const partial = new PartialFile(path, await open(path, O_RDWR | O_CREAT | (same ? 0 : O_TRUNC), 0o600), algorithm);
    if (same) await partial.#takeUp(origin.validator, signal);
    return partial;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get validator(): Validator {
    return this.#validator;
  }

  /** Came in more than one answer, so that the parts may not belong together. */
  get inPieces(): boolean {
    return this.#inPieces;
  }

  /** How often content was thrown away since the file was opened. */
  get restarts(): number {
    return this.#restarts;
  }

  /** What follows is appended to what an earlier answer brought. */
  markInPieces(): void {
    this.#inPieces = true;
  }

  async #takeUp(validator: Validator, signal: AbortSignal): Promise<void> {
    this.#validator = validator;
    const buffer = Buffer.alloc(MiB);
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await this.#file.read(buffer, 0, buffer.length, this.#sizeBytes);
      if (bytesRead === 0) return;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#sizeBytes += bytesRead;
      this.#inPieces = true;
    }
  }

  /** Forgets the content. Emptied before its new origin is written: never old bytes under a new name. */
  async startOver(url: string, validator: Validator): Promise<void> {
    if (this.#sizeBytes > 0) this.#restarts++;
    await this.#file.truncate(0);
    await writeFile(originPath(this.#path), JSON.stringify({ url, validator } satisfies Origin));
    this.#hash = createHash(this.#algorithm);
    this.#sizeBytes = 0;
    this.#inPieces = false;
    this.#validator = validator;
  }

  async append(chunk: Buffer): Promise<void> {
    await writeAll(this.#file, chunk, this.#sizeBytes);
    this.#hash.update(chunk);
    this.#sizeBytes += chunk.length;
  }

  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  static async remove(path: string): Promise<void> {
    await rm(path, { force: true });
    await rm(originPath(path), { force: true });
  }
}

const originPath = (path: string): string => `${path}.json`;

async function readOrigin(path: string): Promise<Origin | null> {
  try {
    const origin = JSON.parse(await readFile(originPath(path), 'utf8')) as Origin;
    return typeof origin.url === 'string' && typeof origin.validator === 'object' ? origin : null;
  } catch {
    // Missing, or cut off while it was written: the download starts over.
    return null;
  }
}
