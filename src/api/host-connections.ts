import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';
import type { Feed } from '../control/feed.ts';

/** All that a host has open ends when it is taken out of the cloud: its line, its consoles, what it is fetching. */
export function cutRemovedHosts(app: FastifyInstance, feed: Feed): () => void {
  const sockets = new Map<string, Set<Socket>>();
  app.addHook('onRequest', async ({ identity, raw: { socket } }) => {
    if (identity?.via !== 'certificate' || identity.role !== 'agent') return;
    const { userId: hostId } = identity;
    const ofHost = sockets.get(hostId) ?? new Set();
    if (ofHost.has(socket)) return;
    sockets.set(hostId, ofHost.add(socket));
    socket.once('close', () => {
      ofHost.delete(socket);
      if (ofHost.size === 0) sockets.delete(hostId);
    });
  });
  return feed.subscribe(({ kind, id, resource }) => {
    if (kind !== 'host' || (resource !== null && resource.deletedAt === null)) return;
    for (const socket of sockets.get(id) ?? []) socket.destroy();
  });
}
