import { createHash } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import type { FastifyRequest } from 'fastify';

/**
 * SHA-256 of the certificate that this request's connection was opened with; null without one. That its key is the
 * caller's was proven in the handshake; whose it is, and whether it is still good, is for who asks to find out.
 */
export function presentedSha256({ raw: { socket } }: FastifyRequest): string | null {
  if (!(socket instanceof TLSSocket)) return null;
  const known = seen.get(socket);
  if (known !== undefined) return known;
  const certificate = socket.getPeerX509Certificate();
  const sha256 = certificate === undefined ? null : createHash('sha256').update(certificate.raw).digest('hex');
  seen.set(socket, sha256);
  return sha256;
}

/** A connection keeps its certificate: there is no renegotiation in TLS 1.3, and none is asked for in 1.2. */
const seen = new WeakMap<TLSSocket, string | null>();
