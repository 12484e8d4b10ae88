import { pipeline } from 'node:stream/promises';
import { CloudError } from '../core/errors.ts';
import { seconds } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';

/** A host that has dialled back has its answer at hand. */
const readMsMax = 30 * seconds;

/** What a host sends, up to so many bytes, within 30 s. Throws UNAVAILABLE when it breaks off before anything has come. */
export async function readAtMost(stream: NodeJS.ReadWriteStream, bytesMax: number, clock: Clock): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const over = new AbortController();
  const cancel = clock.after(readMsMax, () => over.abort());
  const take = async (parts: AsyncIterable<Buffer>) => {
    for await (const part of parts) {
      chunks.push(part);
      length += part.length;
      if (length >= bytesMax) break;
    }
  };
  try {
    await pipeline(stream, take, { signal: over.signal });
  } catch (error) {
    const problem = over.signal.aborted ? 'it has said nothing for 30 s' : (error as Error).message;
    if (length === 0) throw new CloudError('UNAVAILABLE', { what: 'The answer of the host', problem });
  } finally {
    cancel();
  }
  return Buffer.concat(chunks).subarray(0, bytesMax);
}
