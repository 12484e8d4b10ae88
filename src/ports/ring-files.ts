/** Small files of fixed size that are written here and there, on the host's own disk. Throws DriverError. */
export interface RingFiles {
  /** Exactly `length` bytes; zero where nothing has been written yet, or nothing is there at all. */
  read(name: string, offset: number, length: number): Promise<Uint8Array>;
  /** Not all of it is on disk after a power cut, and any part may be torn: what is read back says for itself whether it is whole. */
  write(name: string, parts: readonly { readonly offset: number; readonly bytes: Uint8Array }[]): Promise<void>;
  /** Ensures. */
  remove(name: string): Promise<void>;
  /** Removes what has not been written for so long. */
  sweep(unwrittenForMs: number): Promise<void>;
}
