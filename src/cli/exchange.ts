import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ApiError, Unreachable, type Endpoint } from './client.ts';

export interface Exchanged {
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** One request whose answer matters beyond its JSON: its headers, or bytes that are no text. Throws {@link ApiError}. */
export function exchange(
  { url, token }: Endpoint,
  method: string,
  path: string,
  options: { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Exchanged> {
  const payload = options.body === undefined ? null : JSON.stringify(options.body);
  const request = {
    method,
    headers: {
      ...(payload === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...options.headers,
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  return new Promise((resolve, reject) => {
    const answered = async (answer: import('node:http').IncomingMessage) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      if ((answer.statusCode ?? 0) >= 400) throw problemOf(answer.statusCode ?? 0, bytes.toString());
      return { headers: answer.headers, bytes };
    };
    const onAnswer = (answer: import('node:http').IncomingMessage) => void answered(answer).then(resolve, reject);
    const sent = url.startsWith('unix:')
      ? httpRequest({ ...request, socketPath: url.slice('unix:'.length), path }, onAnswer)
      : (url.startsWith('https:') ? httpsRequest : httpRequest)(new URL(path, url), request, onAnswer);
    sent.on('error', (error) =>
      reject(options.signal?.aborted === true ? error : new Unreachable(`No cloud answers at ${url}: ${error.message}`, { cause: error })),
    );
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
