import type { FastifyRequest } from 'fastify';
import { may } from '../auth/authorize.ts';
import { agentCertificateKind } from '../auth/agent-certificate.ts';
import { credentialEndMs } from '../auth/credential.ts';
import { sessionKind } from '../auth/session.ts';
import { tokenKind } from '../auth/token.ts';
import { hours } from '../core/units.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';

/** Timers of years do not exist: what ends later than this is looked at again. */
const lookAgainMs = 1 * hours;

const credentialKinds: readonly string[] = [tokenKind, sessionKind, agentCertificateKind];

/** What somebody goes on using: the right to it is looked at whenever anything changes that it may follow from. */
export interface LongUse {
  readonly kind: string;
  readonly id: string;
  readonly verb: string;
}

/**
 * Runs what lasts longer than a request (a watch, a console) until it ends, or until the session, token or certificate
 * that it was asked for with is revoked or expires, or the right to `use` is lost, which aborts `signal`: nobody goes on
 * seeing what he may not ask for any more.
 */
export async function untilRevoked<T>(
  context: ApiContext,
  request: FastifyRequest,
  use: LongUse | null,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { store, clock, feed } = context.cloud;
  const { credentialId } = identityOf(request);
  const over = new AbortController();
  let isDone = false;
  let cancel = () => {};
  const look = async (): Promise<void> => {
    const endMs = await credentialEndMs(store, credentialId);
    if (endMs === null || endMs <= clock.now()) over.abort();
    // The end of a session moves while other requests use it.
    else if (!isDone) cancel = clock.after(Math.min(endMs - clock.now(), lookAgainMs), lookAgain);
  };
  // A store that cannot be read ends nothing that was allowed to begin.
  const lookAgain = (): void => void look().catch(() => (cancel = clock.after(lookAgainMs, lookAgain)));
  const lookAtRight = (): void =>
    void stillMay(context, request, use)
      .then((is) => is || over.abort())
      .catch(() => undefined);
  const unsubscribe = [
    feed.subscribe(({ kind, id, resource }) => {
      if (id === credentialId && resource === null && credentialKinds.includes(kind)) over.abort();
      if (use !== null && id === use.id && kind === use.kind) lookAtRight();
    }),
    use === null ? () => undefined : context.auth.rights.onChange(lookAtRight),
  ];
  try {
    await look();
    return await work(over.signal);
  } finally {
    isDone = true;
    for (const end of unsubscribe) end();
    cancel();
  }
}

async function stillMay({ cloud, auth }: ApiContext, request: FastifyRequest, use: LongUse | null): Promise<boolean> {
  const identity = identityOf(request);
  if (use === null || identity.rights === null) return true;
  const [rights, resource] = await Promise.all([auth.rights.of(identity.userId), cloud.store.get(use.kind, use.id)]);
  return rights !== null && resource !== null && may({ ...identity, rights }, use.verb, resource);
}
