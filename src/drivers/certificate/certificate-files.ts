import { readFileSync, statSync } from 'node:fs';
import { DriverError } from '../../core/driver-error.ts';
import { seconds } from '../../core/units.ts';
import type { CertificateSource, ServerCertificate } from '../../ports/certificates.ts';
import { readServerCertificate } from './server-certificate.ts';

export interface CertificateFilesOptions {
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly isGiven: boolean;
  /** How often the files are looked at, ms. */
  readonly lookEveryMs?: number;
  /** What was put there cannot be used; the one before stays. */
  onError?(error: DriverError): void;
}

/**
 * A certificate and its key in files of the administrator's, who replaces them when he likes (a renewal, every two
 * months). Looked at, not listened for: what renews them replaces links, directories or contents, on any file system.
 */
export class CertificateFiles implements CertificateSource {
  readonly #options: CertificateFilesOptions;
  readonly #listeners = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  #current: ServerCertificate;
  /** What was last told to be wrong: the same is told once. */
  #problem: string | null = null;

  /** Throws DriverError for files that are no certificate and its key. */
  constructor(options: CertificateFilesOptions) {
    this.#options = options;
    this.#current = this.#read();
    // Read whole each time: a watch of names and times misses what is replaced just as it begins.
    this.#timer = setInterval(this.#look, options.lookEveryMs ?? 5 * seconds).unref();
  }

  current(): ServerCertificate {
    return this.#current;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** The two are written one after the other: in between they do not belong together, and the next look finds them whole. */
  readonly #look = (): void => {
    try {
      const found = this.#read();
      this.#problem = null;
      if (found.fingerprint === this.#current.fingerprint && found.certificatePem === this.#current.certificatePem) return;
      this.#current = found;
      for (const listener of this.#listeners) listener();
    } catch (error) {
      const { message } = error as DriverError;
      if (message === this.#problem) return;
      this.#problem = message;
      this.#options.onError?.(error as DriverError);
    }
  };

  #read(): ServerCertificate {
    const { certificateFile, keyFile, isGiven } = this.#options;
    return readServerCertificate(readPem(certificateFile), readPem(keyFile), isGiven);
  }
}

const pemBytesMax = 1_048_576;

function readPem(path: string): string {
  try {
    if (statSync(path).size > pemBytesMax) throw new Error('it is too large');
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DriverError(`reading ${path}: ${(error as Error).message}`, { cause: error });
  }
}
