import type { RingFiles } from '../../ports/ring-files.ts';

/** Ring files in memory, and how often they were written. */
export class MemoryRings implements RingFiles {
  readonly files = new Map<string, Uint8Array>();
  writes = 0;

  async read(name: string, offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    bytes.set((this.files.get(name) ?? new Uint8Array()).subarray(offset, offset + length));
    return bytes;
  }

  async write(name: string, parts: readonly { readonly offset: number; readonly bytes: Uint8Array }[]): Promise<void> {
    this.writes++;
    for (const { offset, bytes } of parts) {
      const before = this.files.get(name) ?? new Uint8Array();
      const after = new Uint8Array(Math.max(before.length, offset + bytes.length));
      after.set(before);
      after.set(bytes, offset);
      this.files.set(name, after);
    }
  }

  async remove(name: string): Promise<void> {
    this.files.delete(name);
  }

  async sweep(): Promise<void> {
    // Nothing grows old in a test.
  }
}
