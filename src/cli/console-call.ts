import type { RawData, WebSocket } from 'ws';
import type { ApiError, Endpoint, Unreachable, Untrusted } from './client.ts';
import { problemOf } from './exchange.ts';
import { agentOf, unanswered } from './transport.ts';
import type { World } from './world.ts';

/** `left`: the user did. `ended`: the other side did, in good order. `cut`: nobody said good-bye. */
export type ConsoleEnd = 'left' | 'ended' | 'cut';

/** After the end of piped input the guest still has this long to answer, ms. */
const lastWordsMs = 1_000;

/** One connection between stdin and stdout here and a console there. */
export class ConsoleCall {
  readonly #endpoint: Endpoint;
  readonly #path: string;
  readonly #detachByte: number;

  constructor(endpoint: Endpoint, path: string, detachByte: number) {
    this.#endpoint = endpoint;
    this.#path = path;
    this.#detachByte = detachByte;
  }

  async run({ stdin, stdout, interrupted }: World): Promise<ConsoleEnd> {
    const socket = await this.#connect();
    return new Promise((resolve) => {
      let quietTimer: NodeJS.Timeout | undefined;
      const finish = (end: ConsoleEnd) => {
        clearTimeout(quietTimer);
        stdin.off('data', onInput);
        stdin.off('end', onInputEnd);
        interrupted.removeEventListener('abort', leave);
        socket.close();
        resolve(end);
      };
      const leave = () => finish('left');
      const onInput = (chunk: Buffer | string) => {
        const bytes = Buffer.from(chunk as Buffer);
        const at = bytes.indexOf(this.#detachByte);
        if (at !== 0) socket.send(at < 0 ? bytes : bytes.subarray(0, at));
        if (at >= 0) leave();
      };
      const restart = () => {
        clearTimeout(quietTimer);
        quietTimer = setTimeout(leave, lastWordsMs);
      };
      let isInputOver = false;
      const onInputEnd = () => {
        isInputOver = true;
        restart();
      };
      socket.on('message', (data: RawData) => {
        stdout.write(data);
        if (isInputOver) restart();
      });
      // 1005: closed in good order without a reason; a line that breaks is 1006.
      socket.on('close', (code: number) => finish(code === 1000 || code === 1005 ? 'ended' : 'cut'));
      socket.on('error', () => finish('cut'));
      interrupted.addEventListener('abort', leave, { once: true });
      stdin.on('data', onInput);
      if (stdin.readableEnded) onInputEnd();
      else stdin.on('end', onInputEnd);
      stdin.resume();
      socket.resume();
    });
  }

  async #connect(): Promise<WebSocket> {
    const ws = await import('ws');
    const { url, token, fingerprint } = this.#endpoint;
    const address = url.startsWith('unix:') ? `ws+unix:${url.slice('unix:'.length)}:${this.#path}` : `${url.replace(/^http/, 'ws')}${this.#path}`;
    const socket = new ws.WebSocket(address, {
      ...(token === null ? {} : { headers: { authorization: `Bearer ${token}` } }),
      ...agentOf(fingerprint),
      perMessageDeflate: false,
      handshakeTimeout: 20_000,
    });
    socket.binaryType = 'nodebuffer';
    return new Promise((resolve, reject: (error: ApiError | Unreachable | Untrusted) => void) => {
      socket.once('open', () => {
        socket.off('error', failed);
        // Until somebody listens.
        socket.pause();
        resolve(socket);
      });
      const failed = (error: Error) => reject(unanswered(url, error));
      socket.once('error', failed);
      socket.once('unexpected-response', (request, answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          reject(problemOf(answer.statusCode ?? 0, Buffer.concat(chunks).toString()));
          request.destroy();
        });
      });
    });
  }
}
