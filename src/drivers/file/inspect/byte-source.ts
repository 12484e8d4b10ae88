import type { FileHandle } from 'node:fs/promises';

/** Random access to bytes that nobody has judged yet. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** At most `length` bytes from `offset`; fewer at the end. Callers bound `length`. */
  read(offset: number, length: number): Promise<Buffer>;
}

export function bytesOf(content: Buffer): ByteSource {
  return {
    sizeBytes: content.length,
    read: (offset, length) => Promise.resolve(content.subarray(offset, offset + length)),
  };
}

export async function bytesOfFile(file: FileHandle): Promise<ByteSource> {
  const { size } = await file.stat();
  return {
    sizeBytes: size,
    async read(offset, length) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const buffer = Buffer.alloc(wanted);
      let filled = 0;
      while (filled < wanted) {
        const { bytesRead } = await file.read(buffer, filled, wanted - filled, offset + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    },
  };
}
