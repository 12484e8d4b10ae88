import type { Duplex, Readable } from 'node:stream';
import { DriverError } from '../../core/driver-error.ts';
import { minutes, seconds } from '../../core/units.ts';
import type { ControlLink, DesiredEvent, HostReport } from '../../ports/control-link.ts';
import type { IdentityKeeper } from './host-identity.ts';
import { answerOf, HttpLine, Refused, type LineOptions } from './http-line.ts';
import { readLines } from './lines.ts';

export interface HttpLinkOptions extends Omit<LineOptions, 'certificate' | 'now'> {
  /** Shown in every handshake, and kept from running out. */
  readonly identity?: IdentityKeeper;
  readonly onError?: (what: string, error: unknown) => void;
  /** A line on which nothing comes for this long is dead; the server says something every 10 s. */
  readonly silenceMsMax?: number;
}

const answerMsMax = 15 * seconds;
const dialMsMax = 10 * seconds;

/** The agent's line over HTTP, to a unix socket on the same machine or across any firewall. */
export class HttpLink implements ControlLink {
  readonly #line: HttpLine;
  readonly #silenceMsMax: number;
  readonly #identity: IdentityKeeper | null;
  readonly #onError: (what: string, error: unknown) => void;

  constructor({ silenceMsMax = 30 * seconds, identity, onError, ...line }: HttpLinkOptions) {
    this.#line = new HttpLine({ ...line, ...(identity === undefined ? {} : { certificate: () => identity.current, now: identity.now }) });
    this.#silenceMsMax = silenceMsMax;
    this.#identity = identity ?? null;
    this.#onError = onError ?? (() => undefined);
  }

  async *watch(signal: AbortSignal): AsyncIterable<DesiredEvent> {
    const joined = await this.#line.ask('joining the cloud', 'POST', '/v1/agent/join', { signal, timeoutMs: answerMsMax });
    joined.resume();
    const what = 'listening to the control plane';
    const stream = await this.#line.ask(what, 'GET', '/v1/agent/desired', { signal, timeoutMs: answerMsMax });
    try {
      for await (const line of readLines(stream, this.#silenceMsMax)) yield JSON.parse(line) as DesiredEvent;
    } catch (error) {
      if (signal.aborted) return;
      throw new DriverError(`${what}: the line was cut (${(error as Error).message})`, { retry: 'soon', cause: error });
    }
  }

  async report(report: HostReport): Promise<void> {
    const answer = await this.#line.ask('reporting to the control plane', 'POST', '/v1/agent/report', { body: report, timeoutMs: answerMsMax });
    answer.resume();
    // Every ten seconds at least, and the cloud has just told the time.
    await this.#identity?.renewIfDue(this.#line).catch((error: unknown) => this.#onError("renewing this host's certificate", error));
  }

  async imageContent(sha256: string, offset: number, signal: AbortSignal): Promise<Readable> {
    const what = `fetching image ${sha256.slice(0, 12)}…`;
    const content = await this.#line.ask(what, 'GET', `/v1/agent/images/${sha256}?offset=${offset}`, { signal, timeoutMs: answerMsMax });
    content.setTimeout(2 * minutes, () => content.destroy(new DriverError(`${what}: nothing came for 2 minutes`, { retry: 'soon' })));
    return content;
  }

  channel(session: string): Promise<Duplex> {
    const request = this.#line.upgrade(`/v1/agent/channels/${session}`, 'stratus-channel');
    return new Promise((resolve, reject) => {
      request.once('upgrade', (_response, socket: Duplex, head: Buffer) => {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      });
      answerOf(request, '', dialMsMax).then(
        () => reject(new DriverError('dialling back: the control plane does not know of channels')),
        (error: unknown) =>
          reject(
            error instanceof Refused
              ? error.explained('dialling back')
              : new DriverError(`dialling back: ${(error as Error).message}`, { retry: 'soon', cause: error }),
          ),
      );
    });
  }

  async refuseChannel(session: string, reason: string): Promise<void> {
    const path = `/v1/agent/channels/${session}/refusal`;
    const answer = await this.#line.ask('refusing a stream', 'POST', path, { body: { reason }, timeoutMs: answerMsMax });
    answer.resume();
  }

  /** Lets go of kept connections. */
  close(): void {
    this.#line.close();
  }
}
