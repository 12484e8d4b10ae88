import type { FastifyRequest } from 'fastify';
import { actorOf, type Actor } from '../auth/flows/flow.ts';
import type { Identity } from '../auth/identity.ts';
import { CloudError } from '../core/errors.ts';
import type { User } from '../kinds/user/user.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { mustBeWhole } from './token-routes.ts';

/** The person who asks, as they are now. Throws FORBIDDEN for a token that is limited: an account has no parts. */
export async function ownAccount({ cloud }: ApiContext, request: FastifyRequest): Promise<{ identity: Identity; user: User; actor: Actor }> {
  const identity = identityOf(request);
  mustBeWhole(identity, 'read or change an account');
  const user = (await cloud.store.get('user', identity.userId)) as User | null;
  if (user === null) throw new CloudError('UNAUTHENTICATED', { problem: 'this account is gone or blocked' });
  return { identity, user, actor: actorOf(identity, request.id) };
}

/** The same for what decides how the person gets in: no token makes itself another way. */
export async function ownAccountInSession(context: ApiContext, request: FastifyRequest): ReturnType<typeof ownAccount> {
  const own = await ownAccount(context, request);
  if (own.identity.via !== 'session')
    throw new CloudError('FORBIDDEN', { verb: 'change how you log in', what: 'with a token: log in with a browser' });
  return own;
}
