import type { FastifyRequest } from 'fastify';
import { sessionKind } from '../auth/session.ts';
import { tokenKind } from '../auth/token.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';

/**
 * Runs what lasts longer than a request (a watch, a console) until it ends, or until the session or token
 * that it was asked for with is revoked, which aborts `signal`: nobody goes on seeing what he may not ask for any more.
 */
export async function untilRevoked<T>({ cloud }: ApiContext, request: FastifyRequest, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { credentialId } = identityOf(request);
  const revoked = new AbortController();
  const unsubscribe = cloud.feed.subscribe(({ kind, id, resource }) => {
    if (id === credentialId && resource === null && (kind === tokenKind || kind === sessionKind)) revoked.abort();
  });
  try {
    return await work(revoked.signal);
  } finally {
    unsubscribe();
  }
}
