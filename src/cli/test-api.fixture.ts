import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = readonly [status: number, body: unknown];

/** Answers as an API does, by what a test says, and writes down what it was asked. */
export class TestApi {
  readonly asked: { readonly line: string; readonly body: unknown; readonly by: string }[] = [];
  /** `GET /v1/session` → what it answers, from the body of the request. */
  answers: Record<string, (body: Record<string, string>) => Answer> = {};
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const line = `${request.method ?? ''} ${request.url ?? ''}`;
        const body = chunks.length === 0 ? null : (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, string>);
        const { cookie, authorization = 'nobody' } = request.headers;
        this.asked.push({ line, body, by: cookie === undefined ? authorization : `session ${String(request.headers['x-csrf-token'])}` });
        const [status, answer] = this.answers[line]?.(body ?? {}) ?? [404, { detail: `There is no ${line}.` }];
        if (line.startsWith('POST /v1/session')) response.setHeader('set-cookie', 'stratus_session=cookie; Path=/; HttpOnly');
        response.writeHead(status, answer === null ? {} : { 'content-type': 'application/json' }).end(answer === null ? '' : JSON.stringify(answer));
      });
    });
  }

  static async start(): Promise<TestApi> {
    const api = new TestApi();
    await new Promise<void>((resolve) => api.#server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get lines(): string[] {
    return this.asked.map(({ line }) => line);
  }

  /** The newest body that was sent there. */
  sent(line: string): unknown {
    return this.asked.findLast((each) => each.line === line)?.body;
  }

  close(): void {
    this.#server.close();
  }
}
