import { once } from 'node:events';
import type { FastifyReply } from 'fastify';
import { seconds } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';

/** So often something is sent even when there is nothing to tell: silence for longer means that the line is dead. */
export const keepAliveEveryMs = 10 * seconds;

export interface LineStream {
  readonly clock: Clock;
  /** One JSON value per line. */
  lines(signal: AbortSignal): AsyncIterable<unknown>;
  /** What the keep-alive says; an empty line where absent. */
  idle?(): unknown;
  /** The last line when telling fails. */
  failed(error: unknown): unknown;
  /** Ends the stream from this side. */
  readonly closing: AbortSignal;
}

/**
 * Newline-delimited JSON until the caller goes away. The next line is made when the one before is out: a
 * slow reader costs time, not memory. Throws what the first step throws, so that it can still become a status.
 */
export async function streamLines(reply: FastifyReply, stream: LineStream): Promise<void> {
  const { raw } = reply;
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, stream.closing]);
  raw.once('close', () => gone.abort());
  const lines = stream.lines(signal)[Symbol.asyncIterator]();
  let next = lines.next();
  await Promise.race([next, turn()]);
  reply.hijack();
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), 'content-type': 'application/x-ndjson; charset=utf-8' });
  raw.flushHeaders();
  const write = async (value: unknown) => {
    if (!raw.write(value === undefined ? '\n' : `${JSON.stringify(value)}\n`)) await once(raw, 'drain', { signal }).catch(() => undefined);
  };
  let cancel = () => {};
  const keepAlive = () => {
    if (!raw.writableNeedDrain) void write(stream.idle?.());
    cancel = stream.clock.after(keepAliveEveryMs, keepAlive);
  };
  cancel = stream.clock.after(keepAliveEveryMs, keepAlive);
  try {
    for (let step = await next; step.done !== true && !signal.aborted; step = await next) {
      await write(step.value);
      next = lines.next();
    }
  } catch (error) {
    if (!signal.aborted) await write(stream.failed(error));
  } finally {
    cancel();
    void lines.return?.();
    raw.end();
  }
}

/** Long enough for a source that knows at once that it cannot begin. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
