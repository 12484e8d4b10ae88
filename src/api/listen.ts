import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { chmod, unlink } from 'node:fs/promises';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { minutes, seconds } from '../core/units.ts';
import { standardHeaders } from './headers.ts';
import { problemType } from './problem.ts';
import { isUpgrade, routeUpgrades } from './upgrade.ts';

export interface ListenOptions {
  /** TCP port; 0: any free one. Absent: no TCP. */
  readonly port?: number;
  /** 127.0.0.1 where absent. */
  readonly host?: string;
  /** Path of a unix socket, for the machine's own root. Absent: none. */
  readonly socketPath?: string;
}

export interface Listening {
  /** `http://127.0.0.1:8080`; null without TCP. */
  readonly url: string | null;
  readonly socketPath: string | null;
}

/** The sockets of one app. */
export class Listeners {
  readonly #app: FastifyInstance;
  readonly #servers: Server[] = [];

  constructor(app: FastifyInstance) {
    this.#app = app;
  }

  /** Throws when an address is taken. */
  async open({ port, host = '127.0.0.1', socketPath }: ListenOptions): Promise<Listening> {
    const app = this.#app;
    await app.ready();
    let url: string | null = null;
    if (port !== undefined) {
      const server = await open(app, { port, host });
      this.#servers.push(server);
      url = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
    }
    if (socketPath !== undefined) {
      await removeStale(socketPath);
      this.#servers.push(await open(app, { path: socketPath }));
      await chmod(socketPath, 0o600);
    }
    return { url, socketPath: socketPath ?? null };
  }

  async close(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map(close));
  }
}

async function open(app: FastifyInstance, where: { port: number; host: string } | { path: string }): Promise<Server> {
  const answer = (request: IncomingMessage, response: ServerResponse) => app.routing(request, response);
  const server = createServer(
    {
      requestTimeout: 1 * minutes,
      headersTimeout: 30 * seconds,
      keepAliveTimeout: 75 * seconds,
      shouldUpgradeCallback: isUpgrade,
      // Refused like any other mistake, in place of Node's own empty answer.
      requireHostHeader: false,
    },
    answer,
  );
  // Node would answer an expectation that it does not know with nothing but 417: HTTP lets us ignore it.
  server.on('checkExpectation', answer);
  routeUpgrades(app, server);
  server.on('clientError', refuse);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  connections.set(server, sockets);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server;
}

/** All of a server's: it does not itself keep those that were upgraded. */
const connections = new WeakMap<Server, Set<Socket>>();

/** Answers under way get a moment; then all connections end. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    for (const socket of connections.get(server) ?? []) socket.destroy();
  }, 200);
  await closed;
  clearTimeout(timer);
}

/** What is not even HTTP gets an answer in the form that all errors have. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, title] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large']
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout']
        : [400, 'Bad Request'];
  const requestId = randomUUID();
  const body = JSON.stringify({
    type: 'urn:stratuslab:error:INPUT_INVALID',
    title,
    status,
    detail: 'This is not a request that can be understood.',
    code: 'INPUT_INVALID',
    remedy: 'Send HTTP/1.1.',
    requestId,
  });
  const headers = { 'content-type': problemType, connection: 'close', 'content-length': Buffer.byteLength(body), ...standardHeaders(requestId) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${title}\r\n${lines.join('')}\r\n${body}`);
}

/** The file that a killed server left behind; one that somebody listens on stays, and listening fails. */
async function removeStale(path: string): Promise<void> {
  const isAnswered = await new Promise<boolean>((resolve) => {
    const socket = connect(path, () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
  if (!isAnswered) await unlink(path).catch(() => undefined);
}
