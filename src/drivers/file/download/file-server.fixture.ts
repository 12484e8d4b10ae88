import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a server misbehaves; each answer asks anew, so that a test may change it under way. */
export interface Manners {
  content: Buffer;
  etag: string | null;
  ranges: boolean;
  /** Bytes of a body after which the connection is cut. */
  cutAfterBytes: number;
  /** Sends headers and then nothing more. */
  silent: boolean;
  /** In place of the true length. */
  announcedBytes: number | null;
  /** Answers everything with this. */
  status: number | null;
  location: string | null;
}

export interface FileServer {
  readonly url: string;
  readonly manners: Manners;
  /** The headers of each request, oldest first. */
  readonly requests: IncomingMessage['headers'][];
  close(): Promise<void>;
}

export async function serveFile(manners: Partial<Manners>): Promise<FileServer> {
  const requests: IncomingMessage['headers'][] = [];
  const all: Manners = {
    content: Buffer.alloc(0),
    etag: '"one"',
    ranges: true,
    cutAfterBytes: Infinity,
    silent: false,
    announcedBytes: null,
    status: null,
    location: null,
    ...manners,
  };
  const server = createServer((request, response) => {
    requests.push(request.headers);
    answer(all, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/image`,
    manners: all,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(manners: Manners, request: IncomingMessage, response: ServerResponse): void {
  if (manners.location !== null && request.url === '/image') return void response.writeHead(302, { location: manners.location }).end();
  if (manners.status !== null) return void response.writeHead(manners.status).end('no');
  const start = firstByte(manners, request);
  const { content, etag } = manners;
  const headers = { ...(etag === null ? {} : { etag }) };
  if (start !== null && start >= content.length)
    return void response.writeHead(416, { ...headers, 'content-range': `bytes */${content.length}` }).end();
  const body = content.subarray(start ?? 0);
  const length = manners.announcedBytes ?? body.length;
  const range = start === null ? {} : { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` };
  response.writeHead(start === null ? 200 : 206, { ...headers, ...range, 'content-length': length });
  response.strictContentLength = false;
  if (manners.silent) return void response.write(body.subarray(0, 10));
  if (body.length <= manners.cutAfterBytes) return void response.end(body);
  response.write(body.subarray(0, manners.cutAfterBytes), () => setTimeout(() => response.destroy(), 10));
}

/** Where the range that the client may have begins; null when it gets everything. */
function firstByte({ ranges, etag }: Manners, { headers }: IncomingMessage): number | null {
  const start = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
  if (!ranges || start === undefined) return null;
  const condition = headers['if-range'];
  return condition === undefined || condition === etag ? Number(start) : null;
}
