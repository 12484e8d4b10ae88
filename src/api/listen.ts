import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import { chmod, unlink } from 'node:fs/promises';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { seconds } from '../core/units.ts';
import type { CertificateSource } from '../ports/certificates.ts';
import { Connections, StalledReaders, usualConnectionLimits, type ConnectionLimits } from './connection-limits.ts';
import { standardHeaders } from './headers.ts';
import { isLoopback } from './loopback.ts';
import { problemType } from './problem.ts';
import { createTlsServer, secureContextOf } from './tls-port.ts';
import { isUpgrade, routeUpgrades } from './upgrade.ts';

export interface ListenOptions {
  /** TCP port of plain HTTP; 0: any free one. Absent: none. */
  readonly port?: number;
  /** 127.0.0.1 where absent; loopback in any case: passwords and tokens cross no network in the clear. */
  readonly host?: string;
  /** HTTPS, wherever it is wanted. */
  readonly tls?: { readonly port: number; readonly host: string; readonly certificate: CertificateSource };
  /** Path of a unix socket, for the machine's own root. Absent: none. */
  readonly socketPath?: string;
  /** What is not to be the usual. */
  readonly limits?: Partial<ConnectionLimits>;
}

export interface Listening {
  /** `http://127.0.0.1:8080`; null without plain HTTP. */
  readonly url: string | null;
  /** `https://0.0.0.0:8443`; null without TLS. */
  readonly tlsUrl: string | null;
  readonly socketPath: string | null;
}

export interface Entrance {
  /** `https://cloud.example.org:8443` */
  readonly url: string;
  /** `sha256:…`; null where an authority vouches for its certificate. */
  readonly fingerprint: string | null;
}

interface ListenersOptions {
  /** PEM of those whose certificates callers may show. */
  readonly authorities: () => readonly string[];
  readonly onAuthoritiesChange?: (listener: () => void) => () => void;
  readonly ownNames: () => readonly string[];
}

/** The sockets of one app. */
export class Listeners {
  readonly #app: FastifyInstance;
  readonly #options: ListenersOptions;
  readonly #open: { readonly connections: Connections; close(): Promise<void> }[] = [];
  readonly #secure: { readonly port: number; readonly host: string; readonly certificate: CertificateSource }[] = [];

  constructor(app: FastifyInstance, options: ListenersOptions) {
    this.#app = app;
    this.#options = options;
  }

  /** Those that the certificates are for. */
  get names(): readonly string[] {
    return this.#secure.flatMap(({ certificate }) => certificate.current().names);
  }

  get connectionCount(): number {
    return this.#open.reduce((count, { connections }) => count + connections.count, 0);
  }

  /** How another machine finds this cloud and knows it; null where it cannot. */
  get entrance(): Entrance | null {
    const [first] = this.#secure;
    if (first === undefined) return null;
    const { names, isGiven, fingerprint } = first.certificate.current();
    const isEverywhere = ['0.0.0.0', '::'].includes(first.host);
    const name = isEverywhere ? [...this.#options.ownNames(), ...names].find((each) => !isLoopback(each) && !each.startsWith('*')) : first.host;
    if (name === undefined) return null;
    // One that was given is renewed by and by: its authority vouches for it, and pinning would lock hosts out.
    return { url: `https://${name.includes(':') ? `[${name}]` : name}:${first.port}`, fingerprint: isGiven ? null : fingerprint };
  }

  /** Throws when an address is taken. */
  async open({ port, host = '127.0.0.1', tls, socketPath, limits = {} }: ListenOptions): Promise<Listening> {
    if (port !== undefined && !isLoopback(host)) throw new Error(`plain HTTP is for loopback alone, not for ${host}: elsewhere, listen with TLS`);
    await this.#app.ready();
    const bounds = { ...usualConnectionLimits, ...limits };
    const url = port === undefined ? null : await this.#openPlain({ port, host }, bounds);
    const tlsUrl = tls === undefined ? null : await this.#openTls(tls, bounds);
    if (socketPath !== undefined) {
      await removeStale(socketPath);
      await this.#openPlain({ path: socketPath }, bounds);
      await chmod(socketPath, 0o600);
    }
    return { url, tlsUrl, socketPath: socketPath ?? null };
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((each) => each.close()));
  }

  async #openPlain(where: { port: number; host: string } | { path: string }, bounds: ConnectionLimits): Promise<string> {
    const server = createServer(httpOptions(bounds), this.#answer);
    const readers = new StalledReaders(bounds.stalledMs);
    server.on('connection', (socket) => readers.watch(socket));
    return this.#serve(server, readers, bounds, where, 'http');
  }

  async #openTls({ certificate, ...where }: NonNullable<ListenOptions['tls']>, bounds: ConnectionLimits): Promise<string> {
    const { authorities, onAuthoritiesChange, ownNames } = this.#options;
    const server = createTlsServer(
      {
        certificate: certificate.current(),
        authorities: authorities(),
        wantsCertificates: onAuthoritiesChange !== undefined || authorities().length > 0,
        handshakeMs: bounds.handshakeMs,
        http: httpOptions(bounds),
        ownNames,
      },
      this.#answer,
    );
    const renew = () => server.setSecureContext(secureContextOf(certificate.current(), authorities()));
    for (const forget of [certificate.onChange(renew), onAuthoritiesChange?.(renew)]) if (forget !== undefined) server.once('close', forget);
    const readers = new StalledReaders(bounds.stalledMs);
    server.on('secureConnection', (socket) => {
      readers.watch(socket);
      certificates.set(socket, certificate);
    });
    const url = await this.#serve(server, readers, bounds, where, 'https');
    this.#secure.push({ port: Number(new URL(url).port), host: where.host, certificate });
    return url;
  }

  readonly #answer = (request: IncomingMessage, response: ServerResponse): void => this.#app.routing(request, response);

  async #serve(
    server: Server,
    readers: StalledReaders,
    bounds: ConnectionLimits,
    where: { port: number; host: string } | { path: string },
    scheme: string,
  ): Promise<string> {
    // Node would answer an expectation that it does not know with nothing but 417: HTTP lets us ignore it.
    server.on('checkExpectation', this.#answer);
    routeUpgrades(this.#app, server);
    server.on('clientError', refuse);
    const connections = new Connections(server, bounds);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(where, () => {
        server.off('error', reject);
        resolve();
      });
    });
    this.#open.push({
      connections,
      async close() {
        readers.close();
        await close(server, connections);
      },
    });
    const { address = '', port = 0 } = Object(server.address()) as Partial<AddressInfo>;
    return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
  }
}

const certificates = new WeakMap<Socket, CertificateSource>();

/** A year of nothing but TLS: only where its certificate was given, or nobody could come in any more once it is made anew. */
export function stickToTls({ raw: { socket } }: { raw: IncomingMessage }): Record<string, string> {
  return certificates.get(socket)?.current().isGiven === true ? { 'strict-transport-security': 'max-age=31536000' } : {};
}

function httpOptions({ requestMs, headersMs, idleMs }: ConnectionLimits): ServerOptions {
  return {
    requestTimeout: requestMs,
    headersTimeout: headersMs,
    keepAliveTimeout: idleMs,
    // Node looks every 30 s where nothing is said, and a limit would be that much longer.
    connectionsCheckingInterval: Math.min(5 * seconds, Math.ceil(headersMs / 3)),
    shouldUpgradeCallback: isUpgrade,
    // Refused like any other mistake, in place of Node's own empty answer.
    requireHostHeader: false,
  };
}

/** Answers under way get a moment; then all connections end. */
async function close(server: Server, connections: Connections): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => connections.destroy(), 200);
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
