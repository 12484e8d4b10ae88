import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { ApiError, type Endpoint } from './client.ts';
import { openRequest, unanswered } from './transport.ts';

export interface Exchanged {
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** One request whose answer matters beyond its JSON: its headers, or bytes that are no text. Throws {@link ApiError}. */
export function exchange(
  endpoint: Endpoint,
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Exchanged> {
  const payload = options.body === undefined ? null : JSON.stringify(options.body);
  const request = {
    method,
    headers: {
      ...(payload === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
      ...options.headers,
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  return new Promise((resolve, reject) => {
    const answered = async (answer: IncomingMessage) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      if ((answer.statusCode ?? 0) >= 400) throw problemOf(answer.statusCode ?? 0, bytes.toString());
      return { headers: answer.headers, bytes };
    };
    const sent = openRequest(endpoint, path, request, (answer) => void answered(answer).then(resolve, reject));
    sent.on('error', (error) => reject(options.signal?.aborted === true ? error : unanswered(endpoint.url, error)));
    sent.end(payload ?? undefined);
  });
}

export function problemOf(status: number, text: string): ApiError {
  try {
    return new ApiError(status, JSON.parse(text) as object);
  } catch {
    return new ApiError(status, { detail: text.slice(0, 500) });
  }
}
