import type { FastifyRequest } from 'fastify';
import { originOf } from '../auth/authorize.ts';
import type { Origin } from '../control/audit-entry.ts';
import { addressOf } from './access.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The name that somebody tries to log in with, for the audit log; null where nobody does. */
    triedName: string | null;
  }
}

/** Who a request comes from, as it stands in the audit log. */
export function originIn(request: FastifyRequest): Origin {
  const { identity, triedName } = request;
  return identity === null ? { name: triedName ?? '', method: 'none', credentialId: null, address: addressOf(request) } : originOf(identity);
}
