import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import type { LoggedIn } from '../auth/auth.ts';
import type { Identity } from '../auth/identity.ts';
import { passkeySite } from '../auth/passkey.ts';
import { csrfTokenOf } from '../auth/secret.ts';
import type { Outcome, Visit } from '../auth/sign-in.ts';
import type { Store } from '../control/store/store.ts';
import { CloudError } from '../core/errors.ts';
import { projectRoles } from '../core/role.ts';
import { Nullable, OneOf } from '../core/schema.ts';
import { addressOf, identityOf } from './access.ts';
import { audited } from './audited.ts';
import type { ApiContext } from './context.ts';
import { clearSessionCookie, readSessionCookie, setSessionCookie } from './session-cookie.ts';
import { strict } from './strict.ts';

const LogIn = Type.Object({
  user: Type.String({ minLength: 1, maxLength: 100 }),
  password: Type.String({ minLength: 1, maxLength: 1_000 }),
});
const attempt = Type.String({ minLength: 1, maxLength: 100, description: 'What the log-in gave that waits for its second factor.' });
const Code = Type.Object({ attempt, code: Type.String({ minLength: 1, maxLength: 50, description: 'Of the app, or a recovery code.' }) });
const PasskeyStart = Type.Object({ attempt: Type.Optional(attempt) });
const PasskeyEnd = Type.Object({
  attempt: Type.Optional(attempt),
  passkeyAttempt: Type.String({ minLength: 1, maxLength: 100 }),
  response: Type.Object({}, { additionalProperties: true, description: 'What `navigator.credentials.get` gave, as JSON.' }),
});

export const Session = Type.Object({
  user: Type.Object({ id: Type.String(), name: Type.String(), role: Type.String() }),
  via: Type.String({ description: 'How this request proved it: session, token or certificate.' }),
  method: Type.String({
    description: 'How the log-in was proven: `password`, `passkey`, `ldap:NAME`, `oidc:NAME`, `x509:NAME`; otherwise as `via`.',
  }),
  pending: Nullable(Type.String({ description: 'What has to be done before anything else: `conditions` or `second-factor`.' })),
  projects: Type.Optional(
    Type.Array(Type.Object({ id: Type.String(), name: Type.String(), role: OneOf(projectRoles) }), {
      description: 'Where this person is in, by membership, by a group or by what a directory says, and the greatest role there; read with GET.',
    }),
  ),
  leaseDaysMax: Type.Optional(
    Nullable(Type.Integer({ description: 'How many days an instance may live in this cloud; null: for ever. Read with GET.' })),
  ),
  groups: Type.Optional(Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), { description: 'Read with GET.' })),
  csrfToken: Type.Optional(Type.String({ description: 'With a session cookie: send it back as X-CSRF-Token with everything but GET.' })),
});
const HalfWay = Type.Object({ attempt: Type.String(), factors: Type.Array(Type.String({ description: '`code` or `passkey`.' })) });

export function sessionRoutes(app: FastifyInstance, context: ApiContext): void {
  const { auth, signIn } = context;
  const tags = ['session'];
  const config = { access: 'session.create', rate: 'log-in', errors: ['UNAUTHENTICATED', 'RATE_LIMITED'] } as const;
  const open = { tags, security: [] };

  app.post<{ Body: Static<typeof LogIn> }>(
    '/v1/session',
    {
      config: { ...config, errors: [...config.errors, 'LINK_NEEDED', 'ACCOUNT_NEEDED'] },
      schema: {
        ...open,
        summary: 'Log in with name and password: sets the session cookie. 202: the second factor is still asked for.',
        body: strict(LogIn),
        response: { 201: Session, 202: HalfWay },
      },
    },
    async (request, reply) => {
      const { user, password } = request.body;
      request.triedName = user;
      return sendOutcome(request, reply, await signIn.withPassword(user, password, visitOf(request)));
    },
  );

  app.post<{ Body: Static<typeof Code> }>(
    '/v1/session/code',
    {
      config,
      schema: { ...open, summary: 'The second factor: a code of the app, or a recovery code.', body: strict(Code), response: { 201: Session } },
    },
    async (request, reply) => sendSession(request, reply, await signIn.withCode(request.body.attempt, request.body.code, visitOf(request))),
  );

  app.post<{ Body: Static<typeof PasskeyStart> }>(
    '/v1/session/passkey-options',
    {
      config: { ...config, errors: ['UNAUTHENTICATED', 'UNAVAILABLE'] },
      schema: {
        ...open,
        summary: 'What to ask the browser for: a passkey alone, or as the second factor of an attempt.',
        body: strict(PasskeyStart),
        response: { 200: Type.Object({ passkeyAttempt: Type.String(), options: Type.Object({}) }) },
      },
    },
    async (request) => {
      const { attempt: passkeyAttempt, options } = await signIn.startPasskey(siteOf(request), request.body.attempt ?? null);
      return { passkeyAttempt, options };
    },
  );

  app.post<{ Body: Static<typeof PasskeyEnd> }>(
    '/v1/session/passkey',
    { config, schema: { ...open, summary: 'Log in with a passkey.', body: strict(PasskeyEnd), response: { 201: Session } } },
    async (request, reply) => {
      const { passkeyAttempt, response, attempt: half = null } = request.body;
      return sendSession(request, reply, await signIn.withPasskey(passkeyAttempt, response as never, half, visitOf(request)));
    },
  );

  app.get(
    '/v1/session',
    { config: { access: 'session.read' }, schema: { tags, summary: 'Who am I?', response: { 200: Session } } },
    async (request) => {
      const identity = identityOf(request);
      const secret = identity.via === 'session' ? readSessionCookie(request) : null;
      return {
        ...shown(identity),
        ...(await belongsTo(auth.store, identity)),
        leaseDaysMax: context.cloud.leases().maxDays,
        ...(secret === null ? {} : { csrfToken: csrfTokenOf(secret) }),
      };
    },
  );

  app.delete(
    '/v1/session',
    {
      config: { access: 'session.delete' },
      schema: {
        tags,
        summary: 'Log out: the session ends; a token that asks this is revoked.',
        response: { 204: { type: 'null', description: 'Logged out.' } },
      },
    },
    async (request, reply) => {
      await auth.logOut(identityOf(request), [audited(context, request, 'session.delete')]);
      clearSessionCookie(request, reply);
      return reply.code(204).send();
    },
  );
}

/** Where a request to log in comes from. */
export function visitOf(request: FastifyRequest): Visit {
  return { address: addressOf(request), requestId: request.id };
}

/** The site as the browser knows it; the door has checked that it is one of ours. */
export function siteOf(request: FastifyRequest) {
  const site = passkeySite(request.headers.host ?? '', request.protocol === 'https');
  if (site === null)
    throw new CloudError('UNAVAILABLE', {
      what: 'A passkey',
      problem: 'browsers want a name and TLS for that, or localhost: this address has neither',
    });
  return site;
}

export function sendSession(request: FastifyRequest, reply: FastifyReply, { identity, secret, csrfToken }: LoggedIn): FastifyReply {
  setSessionCookie(request, reply, secret);
  return reply.code(201).send({ ...shown(identity), csrfToken });
}

function sendOutcome(request: FastifyRequest, reply: FastifyReply, outcome: Outcome): FastifyReply {
  if (outcome.type === 'in') return sendSession(request, reply, outcome.loggedIn);
  return reply.code(202).send({ attempt: outcome.attempt, factors: outcome.factors });
}

function shown({ userId, name, role, via, method, pending }: Identity) {
  return { user: { id: userId, name, role }, via, method, pending };
}

/** What rights follow from has its names at hand; of a project that only a directory speaks of, it is read. */
async function belongsTo(store: Store, { rights, scope }: Identity) {
  if (rights === null) return { projects: [], groups: [] };
  const { sources } = rights;
  const nameOf = async (id: string) => (sources.get(id) ?? (await store.get('project', id)))?.name;
  const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
  const ids = [...rights.projects].filter(([id]) => scope?.project == null || scope.project === id);
  const projects = await Promise.all(ids.map(async ([id, role]) => ({ id, name: (await nameOf(id)) ?? '', role })));
  return {
    // A link may still name one that is gone.
    projects: projects.filter(({ name }) => name !== '').toSorted(byName),
    groups: [...rights.groups].map((id) => ({ id, name: sources.get(id)?.name ?? '' })).toSorted(byName),
  };
}
