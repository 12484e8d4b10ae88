import type { FastifyRequest } from 'fastify';
import type { Origin } from '../control/audit-entry.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The name that somebody tries to log in with, for the audit log; null where nobody does. */
    triedName: string | null;
  }
}

/** Who a request comes from, as it stands in the audit log. */
export function originIn({ identity, triedName, ip }: FastifyRequest): Origin {
  // The unix socket has no address.
  const address = (ip as string | undefined) || null;
  if (identity === null) return { name: triedName ?? '', method: 'none', credentialId: null, address };
  const { name, via, credentialId } = identity;
  return { name, method: via === 'token' ? 'token' : 'password', credentialId, address };
}
