import type { FastifyRequest } from 'fastify';
import { agentCertificateKind } from '../auth/agent-certificate.ts';
import { credentialEndMs } from '../auth/credential.ts';
import { sessionKind } from '../auth/session.ts';
import { tokenKind } from '../auth/token.ts';
import { hours } from '../core/units.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';

/** Timers of years do not exist: what ends later than this is looked at again. */
const lookAgainMs = 1 * hours;

/**
 * Runs what lasts longer than a request (a watch, a console) until it ends, or until the session, token or
 * certificate that it was asked for with is revoked or expires, which aborts `signal`: nobody goes on seeing what he may not ask for any more.
 */
export async function untilRevoked<T>({ cloud }: ApiContext, request: FastifyRequest, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { store, clock, feed } = cloud;
  const credentialKinds = [tokenKind, sessionKind, agentCertificateKind];
  const { credentialId } = identityOf(request);
  const over = new AbortController();
  let isDone = false;
  const unsubscribe = feed.subscribe(({ kind, id, resource }) => {
    if (id === credentialId && resource === null && credentialKinds.includes(kind)) over.abort();
  });
  let cancel = () => {};
  const look = async (): Promise<void> => {
    const endMs = await credentialEndMs(store, credentialId);
    if (endMs === null || endMs <= clock.now()) over.abort();
    // The end of a session moves while other requests use it.
    else if (!isDone) cancel = clock.after(Math.min(endMs - clock.now(), lookAgainMs), lookAgain);
  };
  // A store that cannot be read ends nothing that was allowed to begin.
  const lookAgain = (): void => void look().catch(() => (cancel = clock.after(lookAgainMs, lookAgain)));
  try {
    await look();
    return await work(over.signal);
  } finally {
    isDone = true;
    unsubscribe();
    cancel();
  }
}
