import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TLSSocket } from 'node:tls';
import { Type, type Static } from 'typebox';
import { DriverError } from '../core/driver-error.ts';
import { CloudError } from '../core/errors.ts';
import { Name } from '../core/schema.ts';
import { linkTo } from '../auth/flows/outside-links.ts';
import type { AwayAtProvider } from '../auth/provider-log-in.ts';
import type { User } from '../kinds/user/user.ts';
import type { ExternalIdentity } from '../ports/identity.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { sendSession, Session, visitOf } from './session-routes.ts';
import { clearAwayCookie, readAwayCookie, setAwayCookie, setSessionCookie } from './session-cookie.ts';
import { siteAddress } from './site-address.ts';
import { strict } from './strict.ts';
import { mustBeWhole } from './token-routes.ts';

const Params = Type.Object({ method: { ...Name, description: 'Name of the method in the settings.' } as typeof Name });
/** A path of ours and nothing else: no other site, however browsers may read it. */
const ownPath = Type.String({ pattern: '^/(?![/\\\\])[\\x21-\\x7e]*$', maxLength: 500, description: 'Where the page goes afterwards.' });
const Leave = Type.Object({ returnTo: Type.Optional(ownPath) });
const Away = Type.Object({ url: Type.String({ description: 'Where to send the browser.' }) });
const Back = Type.Object({
  code: Type.Optional(Type.String({ maxLength: 5_000 })),
  state: Type.Optional(Type.String({ maxLength: 500 })),
  iss: Type.Optional(Type.String({ maxLength: 500 })),
  error: Type.Optional(Type.String({ maxLength: 200 })),
  error_description: Type.Optional(Type.String({ maxLength: 2_000 })),
  error_uri: Type.Optional(Type.String({ maxLength: 500 })),
  session_state: Type.Optional(Type.String({ maxLength: 500 })),
});

/** Log-ins that somebody else vouches for: OpenID Connect providers and certificates. */
export function providerRoutes(app: FastifyInstance, context: ApiContext): void {
  const { identity, signIn, settings, auth } = context;
  const { methods, away } = identity;
  const tags = ['session'];

  const leave = async (request: FastifyRequest, reply: FastifyReply, name: string, to: Pick<AwayAtProvider, 'returnTo' | 'linkTo'>) => {
    const { provider } = methods.provider(name);
    const redirectUri = `${siteAddress(settings, request)}/v1/session/oidc/${name}/callback`;
    const { url, ...begun } = await provider.begin(redirectUri).catch(asUnavailable);
    setAwayCookie(request, reply, away.leave({ ...begun, ...to, method: name, redirectUri }));
    return { url };
  };

  app.post<{ Params: Static<typeof Params>; Body: Static<typeof Leave> }>(
    '/v1/session/oidc/:method',
    {
      config: { access: 'session.create', rate: 'log-in', errors: ['NOT_FOUND', 'UNAVAILABLE', 'RATE_LIMITED'] },
      schema: {
        tags,
        security: [],
        summary: 'Log in at a provider: where to send the browser.',
        params: Params,
        body: strict(Leave),
        response: { 200: Away },
      },
    },
    async (request, reply) => leave(request, reply, request.params.method, { returnTo: request.body.returnTo ?? '/', linkTo: null }),
  );

  app.post<{ Params: Static<typeof Params> }>(
    '/v1/account/links/oidc/:method',
    {
      config: { access: 'account.link', errors: ['NOT_FOUND', 'UNAVAILABLE'] },
      schema: { tags: ['account'], summary: 'Link what a provider knows me by: where to send the browser.', params: Params, response: { 200: Away } },
    },
    async (request, reply) => {
      const person = identityOf(request);
      mustBeWhole(person, 'link other log-ins');
      return leave(request, reply, request.params.method, { returnTo: '/profile', linkTo: person.userId });
    },
  );

  app.get<{ Params: Static<typeof Params> }>(
    '/v1/session/oidc/:method/callback',
    {
      config: { access: 'session.create' },
      schema: {
        tags,
        security: [],
        summary: 'Where the provider sends the browser back; leads to the page.',
        params: Params,
        querystring: strict(Back),
        response: { 303: { type: 'null', description: 'On to the page.' } },
      },
    },
    async (request, reply) => {
      const { method: name } = request.params;
      try {
        const secret = readAwayCookie(request);
        clearAwayCookie(request, reply);
        const left = away.comeBack(secret, name);
        const { method, provider } = methods.provider(name);
        const answer = await provider.finish(left.redirectUri, new URL(request.url, left.redirectUri).href, left).catch(asUnavailable);
        if (answer.type === 'refused') throw new CloudError('UNAUTHENTICATED', { problem: answer.reason });
        if (left.linkTo === null) setSessionCookie(request, reply, (await signIn.outside(method, answer.identity, visitOf(request))).secret);
        else await link(request, left.linkTo, answer.identity, name);
        return await reply.redirect(left.returnTo, 303);
      } catch (error) {
        // A person with a browser is there: the page says it, not a line of JSON.
        if (!(error instanceof CloudError)) throw error;
        request.log.info({ code: error.code, problem: error.message }, 'log-in at a provider failed');
        return await reply.redirect(`/log-in?problem=${error.code}`, 303);
      }
    },
  );

  app.post(
    '/v1/session/certificate',
    {
      config: { access: 'session.create', rate: 'log-in', errors: ['UNAUTHENTICATED', 'LINK_NEEDED', 'ACCOUNT_NEEDED', 'RATE_LIMITED'] },
      schema: {
        tags,
        security: [],
        summary: 'Log in with the certificate of this TLS connection, proxies and VOMS attributes included.',
        response: { 201: Session },
      },
    },
    async (request, reply) => {
      const presented = identity.drivers.presented(request.raw.socket as TLSSocket);
      return sendSession(request, reply, await signIn.withCertificates(presented, visitOf(request)));
    },
  );

  /** Only the browser that left as this user comes back to here: its session's own cookie does not come with it from another site. */
  async function link(request: FastifyRequest, userId: string, who: ExternalIdentity, name: string): Promise<void> {
    const user = (await auth.store.get('user', userId)) as User | null;
    if (user === null || user.spec.isBlocked) throw new CloudError('UNAUTHENTICATED', { problem: 'this account is gone or blocked' });
    const { address, requestId } = visitOf(request);
    const actor = { userId, requestId, origin: { name: user.name, method: `oidc:${name}`, credentialId: null, address } };
    await linkTo(context, actor, 'account.link', user, methods.provider(name).method, who);
  }
}

function asUnavailable(error: unknown): never {
  if (error instanceof DriverError) throw new CloudError('UNAVAILABLE', { what: 'The provider', problem: error.message });
  throw error;
}
