import { pipeline } from 'node:stream/promises';
import { CloudError } from '../core/errors.ts';

/** What a host sends, up to so many bytes. Throws UNAVAILABLE when it breaks off before anything has come. */
export async function readAtMost(stream: NodeJS.ReadWriteStream, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  await pipeline(stream, async (parts: AsyncIterable<Buffer>) => {
    for await (const part of parts) {
      chunks.push(part);
      length += part.length;
      if (length >= bytesMax) break;
    }
  }).catch((error: NodeJS.ErrnoException) => {
    if (length === 0) throw new CloudError('UNAVAILABLE', { what: 'The answer of the host', problem: error.message });
  });
  return Buffer.concat(chunks).subarray(0, bytesMax);
}
