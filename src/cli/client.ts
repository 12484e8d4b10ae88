import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { exactLines } from './exact-lines.ts';
import { openRequest, unanswered, type Endpoint } from './transport.ts';

export { Unreachable, Untrusted, type Endpoint } from './transport.ts';

interface ProblemAnswer {
  readonly detail?: string;
  readonly title?: string;
  readonly code?: string;
  readonly remedy?: string;
  readonly requestId?: string;
  readonly errors?: readonly { field: string; problem: string }[];
  readonly params?: Readonly<Record<string, string | number>>;
}

/** An answer that is an error, as the API tells it (RFC 9457). */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly remedy: string | null;
  readonly requestId: string | null;
  readonly errors: readonly { field: string; problem: string }[];
  /** What its sentence was filled with, by the catalogue of errors: `kind`, `name`, `state` … */
  readonly params: Readonly<Record<string, string | number>>;

  constructor(status: number, problem: ProblemAnswer) {
    super(problem.detail ?? problem.title ?? `the cloud answered ${status}`);
    this.status = status;
    this.code = problem.code ?? 'UNKNOWN';
    this.remedy = problem.remedy ?? null;
    this.requestId = problem.requestId ?? null;
    this.errors = problem.errors ?? [];
    this.params = problem.params ?? {};
  }
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A plain client of the public API: one request, one answer, and streams of lines. */
export class Client {
  readonly endpoint: Endpoint;

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint;
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the caller names what it expects
  async request<T = any>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const answer = await this.#send(method, path, options);
    const text = await readAll(answer);
    if ((answer.statusCode ?? 0) >= 400) throw problemOf(answer, text);
    return (answer.headers['content-type']?.includes('json') === true ? JSON.parse(text) : text) as T;
  }

  /** Lines of JSON as they come, until the server ends, the line is cut or `signal` aborts. */
  // oxlint-disable-next-line typescript/no-explicit-any
  async *lines<T = any>(path: string, options: RequestOptions = {}): AsyncIterable<T> {
    const answer = await this.#send('GET', path, options);
    if ((answer.statusCode ?? 0) >= 400) throw problemOf(answer, await readAll(answer));
    for await (const line of createInterface({ input: answer, crlfDelay: Infinity })) if (line !== '') yield JSON.parse(line) as T;
  }

  /** Lines of text exactly as they come: what is verified must not be read and written again. */
  async *rawLines(path: string, options: RequestOptions = {}): AsyncIterable<string> {
    const answer = await this.#send('GET', path, options);
    if ((answer.statusCode ?? 0) >= 400) throw problemOf(answer, await readAll(answer));
    yield* exactLines(answer);
  }

  #send(method: string, path: string, { query, body, headers, signal }: RequestOptions): Promise<IncomingMessage> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) {
      for (const each of Array.isArray(value) ? value : [value]) if (each !== undefined) parameters.append(name, String(each));
    }
    const target = parameters.size === 0 ? path : `${path}?${parameters.toString()}`;
    const payload = body === undefined ? null : JSON.stringify(body);
    const options = {
      method,
      headers: {
        accept: 'application/json',
        ...(payload === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
        ...headers,
      },
      ...(signal === undefined ? {} : { signal }),
    };
    return new Promise((resolve, reject) => {
      const request = openRequest(this.endpoint, target, options, resolve);
      request.on('error', (error) => reject(signal?.aborted === true ? error : unanswered(this.endpoint.url, error)));
      request.end(payload ?? undefined);
    });
  }
}

async function readAll(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function problemOf(answer: IncomingMessage, text: string): ApiError {
  try {
    return new ApiError(answer.statusCode ?? 0, JSON.parse(text) as object);
  } catch {
    return new ApiError(answer.statusCode ?? 0, { detail: text.slice(0, 500) });
  }
}
