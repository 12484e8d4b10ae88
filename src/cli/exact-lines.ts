const lineBytesMax = 1024 * 1024;
const newline = 0x0a;

/** Text by its `\n` and nothing else, so that no character can hide a change. What is no UTF-8 comes as U+FFFD alone. */
export async function* exactLines(chunks: AsyncIterable<unknown>): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const text = (bytes: Uint8Array) => {
    try {
      return decoder.decode(bytes);
    } catch {
      return '\ufffd';
    }
  };
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    let from = 0;
    for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline, from)) {
      yield text(rest.subarray(from, at));
      from = at + 1;
    }
    rest = rest.subarray(from);
    if (rest.length > lineBytesMax) throw new Error('a line is longer than 1 MiB: this is no export of an audit log');
  }
  if (rest.length > 0) yield text(rest);
}
