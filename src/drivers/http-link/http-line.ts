import {
  Agent as PlainAgent,
  request as httpRequest,
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { DriverError } from '../../core/driver-error.ts';
import { nodeClock } from '../node-clock.ts';
import { TlsAgent, WrongFingerprint } from '../tls-agent.ts';

export interface LineOptions {
  /** `http://…`, `https://…`, or `unix:/path`. */
  readonly base: string;
  /** What is shown with every request; absent: nothing. */
  readonly token?: string;
  /** Of the cloud's certificate; null, absent: one of a known authority, for its name. */
  readonly fingerprint?: string | null;
  /** Time of this machine, ms since 1970. */
  readonly now?: () => number;
  /** What is shown in every handshake, PEM; asked for each time, because it is renewed. */
  readonly certificate?: () => { readonly certificatePem: string; readonly keyPem: string };
}

interface LineRequest extends RequestOptions {
  readonly headers?: OutgoingHttpHeaders;
}

/** One request of an agent's. Plain node:http: an agent lives beside guests, its memory is theirs. */
export class HttpLine {
  readonly #options: LineOptions;
  #kept: { readonly agent: Agent; readonly certificatePem: string | null } | null = null;
  /** How far the cloud's clock is ahead of ours, ms; 0 until it has answered. To a second. */
  clockOffsetMs = 0;

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
        agent: this.#agent(),
        headers: payload === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) },
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      try {
        const answer = await answerOf(request, payload, options.timeoutMs);
        const cloudNowMs = Date.parse(answer.headers.date ?? '');
        if (!Number.isNaN(cloudNowMs)) this.clockOffsetMs = cloudNowMs - (this.#options.now?.() ?? nodeClock.now());
        return answer;
      } catch (error) {
        if (error instanceof Refused) throw error.explained(what);
        if (error instanceof WrongFingerprint)
          throw new DriverError(`${what}: something answers at ${this.#options.base}, but it is not the cloud that was joined: ${error.message}`, {
            cause: error,
          });
        // The server closed a kept connection in the very moment that we used it: it never saw the request.
        if (request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET' && attempt === 0) continue;
        throw new DriverError(`${what}: the control plane does not answer (${(error as Error).message})`, { retry: 'soon', cause: error });
      }
    }
  }

  /** A request for another protocol; the connection is the caller's once `upgrade` is told. */
  upgrade(path: string, protocol: string): ClientRequest {
    return this.#request(path, { method: 'GET', agent: this.#agent(), headers: { connection: 'Upgrade', upgrade: protocol } });
  }

  close(): void {
    this.#kept?.agent.destroy();
    this.#kept = null;
  }

  /** Connections that are kept were opened with one certificate: a new one has new ones. */
  #agent(): Agent {
    const certificate = this.#options.certificate?.() ?? null;
    const certificatePem = certificate?.certificatePem ?? null;
    if (this.#kept !== null && this.#kept.certificatePem === certificatePem) return this.#kept.agent;
    for (const socket of Object.values(this.#kept?.agent.freeSockets ?? {}).flat()) socket?.destroy();
    const kept = { keepAlive: true, maxFreeSockets: 2 };
    const agent = this.#options.base.startsWith('https:')
      ? new TlsAgent({
          ...kept,
          fingerprint: this.#options.fingerprint ?? null,
          ...(certificate === null ? {} : { cert: certificate.certificatePem, key: certificate.keyPem }),
        })
      : new PlainAgent(kept);
    this.#kept = { agent, certificatePem };
    return agent;
  }

  #request(path: string, options: LineRequest): ClientRequest {
    const { base, token } = this.#options;
    const all = { ...options, headers: { ...options.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) } };
    if (base.startsWith('unix:')) return httpRequest({ ...all, socketPath: base.slice('unix:'.length), path });
    return (base.startsWith('https:') ? httpsRequest : httpRequest)(new URL(path, base), all);
  }
}

/** The control plane answered, with a no. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly remedy: string;

  constructor(status: number, code: string, detail: string, remedy = '') {
    super(detail);
    this.remedy = remedy;
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
    const { code, detail, remedy = '' } = JSON.parse(text) as { code?: unknown; detail?: unknown; remedy?: string };
    return new Refused(status, String(code), String(detail), remedy);
  } catch {
    return new Refused(status, '', `it answered ${status}`);
  }
}
