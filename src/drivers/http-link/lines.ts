import type { Readable } from 'node:stream';

/** A record with its user-data takes less. */
const lineBytesMax = 4 * 1024 * 1024;

/**
 * Lines of a stream, empty ones left out. Throws when nothing at all, not even an empty line, comes for
 * `silenceMsMax` while somebody waits for it, or when a line has no end.
 */
export async function* readLines(stream: Readable, silenceMsMax: number): AsyncIterable<string> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let begun: Buffer[] = [];
  let begunBytes = 0;
  try {
    for (;;) {
      const silence = setTimeout(() => stream.destroy(new Error(`nothing came for ${silenceMsMax / 1_000} s`)), silenceMsMax);
      const step = await chunks.next().finally(() => clearTimeout(silence));
      if (step.done === true) return;
      let rest = step.value;
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
        const line = Buffer.concat([...begun, rest.subarray(0, end)]);
        begun = [];
        begunBytes = 0;
        rest = rest.subarray(end + 1);
        if (line.length > 0) yield line.toString('utf8');
      }
      begun.push(rest);
      begunBytes += rest.length;
      if (begunBytes > lineBytesMax) throw new Error(`a line is longer than ${lineBytesMax} bytes`);
    }
  } finally {
    stream.destroy();
  }
}
