import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocketServer } from 'ws';
import { KiB, seconds } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';
import { takeOver } from './upgrade.ts';

/** Keeps the connection known to everything between, and finds out when the other side is gone. */
const pingEveryMs = 30 * seconds;

let server: WebSocketServer | null = null;

/** Joins a WebSocket with a stream of bytes until either ends: binary messages, in both directions. */
export async function joinWebSocket(request: FastifyRequest, reply: FastifyReply, clock: Clock, far: Duplex): Promise<void> {
  // Loaded with the first console: most servers at rest have none.
  const ws = await import('ws');
  server ??= new ws.WebSocketServer({ noServer: true, maxPayload: 256 * KiB, perMessageDeflate: false });
  const { socket, head } = takeOver(request, reply);
  const near = await new Promise<InstanceType<typeof ws.WebSocket>>((resolve) => server?.handleUpgrade(request.raw, socket, head, resolve));
  let isAlive = true;
  let cancel = () => {};
  const ping = () => {
    if (!isAlive) return near.terminate();
    isAlive = false;
    near.ping();
    cancel = clock.after(pingEveryMs, ping);
  };
  cancel = clock.after(pingEveryMs, ping);
  near.on('pong', () => (isAlive = true));
  near.once('close', () => far.destroy());
  const stream = ws.createWebSocketStream(near);
  await Promise.race([pipeline(far, stream, { end: false }), pipeline(stream, far)]).catch(() => undefined);
  cancel();
  far.destroy();
  near.close(1000, 'the console has ended');
  stream.destroy();
}
