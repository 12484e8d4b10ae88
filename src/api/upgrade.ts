import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { inputInvalid } from './validation.ts';

interface Upgrade {
  readonly socket: Socket;
  /** What came right behind the request. */
  readonly head: Buffer;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** The protocol of an agent's raw byte stream. */
export const channelProtocol = 'stratus-channel';

/**
 * Requests for an upgrade go through the same routes, and the same door, as all others; a route that wants
 * the connection takes it over with {@link takeOver}, any other answer is an ordinary one.
 */
export function routeUpgrades(app: FastifyInstance, server: Server): void {
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    upgrades.set(request, { socket, head });
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.on('finish', () => socket.destroySoon());
    app.routing(request, response);
  });
}

/** Some clients offer HTTP/2 with every request: that is not taken up, and the request is one like any other. */
export function isUpgrade({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && ['websocket', channelProtocol].includes(headers.upgrade?.toLowerCase() ?? '');
}

/** Throws unless the request asks for this protocol. */
export function mustUpgrade(request: FastifyRequest, protocol: string): void {
  if (!upgrades.has(request.raw) || request.headers.upgrade?.toLowerCase() !== protocol) throw inputInvalid('Upgrade', `must be ${protocol}`);
}

/** The connection itself; nothing has been answered on it yet. */
export function takeOver(request: FastifyRequest, reply: FastifyReply): Upgrade {
  const upgrade = upgrades.get(request.raw);
  if (upgrade === undefined) throw new Error('not a request for an upgrade');
  upgrades.delete(request.raw);
  reply.hijack();
  reply.raw.detachSocket(upgrade.socket);
  return upgrade;
}

/** A plain stream of bytes from here on, both ways. */
export function acceptChannel(request: FastifyRequest, reply: FastifyReply): Duplex {
  const { socket, head } = takeOver(request, reply);
  socket.setNoDelay(true);
  socket.setTimeout(0);
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${channelProtocol}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
  return socket;
}
