import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { DriverError } from '../../core/driver-error.ts';

export interface LineOptions {
  /** `http://…`, `https://…`, or `unix:/path`. */
  readonly base: string;
  readonly token: string;
}

interface LineRequest extends RequestOptions {
  readonly headers?: OutgoingHttpHeaders;
}

/** One request of an agent's. Plain node:http: an agent lives beside guests, its memory is theirs. */
export class HttpLine {
  readonly #options: LineOptions;
  readonly #keepAlive = new Agent({ keepAlive: true, maxFreeSockets: 2 });

  constructor(options: LineOptions) {
    this.#options = options;
  }

  /** `what`: what is being done, for the error. Throws DriverError unless it is answered with success. */
  async ask(
    what: string,
    method: string,
    path: string,
    options: { body?: unknown; signal?: AbortSignal; timeoutMs: number },
  ): Promise<IncomingMessage> {
    const payload = options.body === undefined ? '' : JSON.stringify(options.body);
    for (let attempt = 0; ; attempt++) {
      const request = this.#request(path, {
        method,
        // A secure line has an agent of its own.
        ...(this.#options.base.startsWith('https:') ? {} : { agent: this.#keepAlive }),
        headers: payload === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) },
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      try {
        return await answerOf(request, payload, options.timeoutMs);
      } catch (error) {
        if (error instanceof Refused) throw error.explained(what);
        // The server closed a kept connection in the very moment that we used it: it never saw the request.
        if (request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET' && attempt === 0) continue;
        throw new DriverError(`${what}: the control plane does not answer (${(error as Error).message})`, { retry: 'soon', cause: error });
      }
    }
  }

  /** A request for another protocol; the connection is the caller's once `upgrade` is told. */
  upgrade(path: string, protocol: string): ClientRequest {
    return this.#request(path, { method: 'GET', agent: false, headers: { connection: 'Upgrade', upgrade: protocol } });
  }

  close(): void {
    this.#keepAlive.destroy();
  }

  #request(path: string, options: LineRequest): ClientRequest {
    const { base, token } = this.#options;
    const all = { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } };
    if (base.startsWith('unix:')) return httpRequest({ ...all, socketPath: base.slice('unix:'.length), path });
    return (base.startsWith('https:') ? httpsRequest : httpRequest)(new URL(path, base), all);
  }
}

/** The control plane answered, with a no. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }

  explained(what: string): DriverError {
    const mayPass = this.status >= 500 || this.status === 429 || this.code === 'HOST_UNKNOWN';
    return new DriverError(`${what}: ${this.message}`, { retry: mayPass ? 'soon' : 'later', cause: this });
  }
}

/** Resolves with a success, rejects with {@link Refused} or with what cut the line. */
export function answerOf(request: ClientRequest, payload: string, timeoutMs: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)), timeoutMs);
    request.once('close', () => clearTimeout(timer));
    // Listening for it would also accept it: only where an upgrade was asked for.
    if (request.listenerCount('upgrade') > 0) request.once('upgrade', () => clearTimeout(timer));
    request.once('error', reject);
    request.once('response', (response) => {
      clearTimeout(timer);
      // A later cut is told by the response.
      request.on('error', () => undefined);
      const { statusCode = 0 } = response;
      if (statusCode < 300) resolve(response);
      else refusalOf(response).then(reject, reject);
    });
    request.end(payload);
  });
}

const problemBytesMax = 65_536;

async function refusalOf(response: IncomingMessage): Promise<Refused> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > problemBytesMax) break;
  }
  const status = response.statusCode ?? 0;
  try {
    const { code, detail } = JSON.parse(text) as { code?: unknown; detail?: unknown };
    return new Refused(status, String(code), String(detail));
  } catch {
    return new Refused(status, '', `it answered ${status}`);
  }
}
