import type { FastifyInstance } from 'fastify';
import { isIP } from 'node:net';
import { Type, type Static } from 'typebox';
import { seesAll } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { leastOf, matrix } from '../auth/matrix.ts';
import type { Scope } from '../auth/scope.ts';
import { createToken, dropToken, findTokenByRef, isExpired, listTokens, type Token } from '../auth/token.ts';
import { CloudError } from '../core/errors.ts';
import { cloudRoles, projectRoles } from '../core/role.ts';
import { DottedName, Name, Nullable, OneOf, Ref, Timestamp } from '../core/schema.ts';
import { identityOf } from './access.ts';
import { audited } from './audited.ts';
import type { ApiContext } from './context.ts';
import { strict } from './strict.ts';
import { projectOf } from './targets.ts';
import { inputInvalid } from './validation.ts';

const scopeFields = {
  role: OneOf([...projectRoles, ...cloudRoles], { description: 'At most this role, whatever its owner may.' }),
  verbs: Type.Array(Type.String({ pattern: '^([a-z-]+|\\*)\\.([a-z-]+|\\*)$', maxLength: 80 }), {
    minItems: 1,
    maxItems: 100,
    description: 'Only these: `instance.start`, `instance.*`, `*.read`.',
  }),
  addresses: Type.Array(Type.String({ maxLength: 50 }), {
    minItems: 1,
    maxItems: 50,
    description: 'Only from these addresses or prefixes: `192.0.2.7`, `2001:db8::/32`.',
  }),
};

const NewToken = Type.Object({
  name: DottedName,
  host: Type.Optional({ ...Name, description: "Makes it the token of this host's agent, good for nothing else." } as typeof Name),
  expiresAt: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601, UTC; never where absent.' })),
  project: Type.Optional({ ...Ref, description: 'Only for what this project has, by name or id.' } as typeof Ref),
  role: Type.Optional(scopeFields.role),
  verbs: Type.Optional(scopeFields.verbs),
  addresses: Type.Optional(scopeFields.addresses),
  oneTime: Type.Optional(Type.Boolean({ description: 'Good for a single request.' })),
});

const Shown = Type.Object({
  id: Type.String(),
  name: Type.String(),
  type: Type.String(),
  owner: Type.String({ description: 'Id of the user whose rights it has; `system`: nobody’s.' }),
  host: Nullable(Type.String()),
  scope: Nullable(
    Type.Object({
      project: Nullable(Type.String({ description: 'Id.' })),
      role: Nullable(scopeFields.role),
      verbs: Nullable(scopeFields.verbs),
      addresses: Nullable(scopeFields.addresses),
    }),
  ),
  oneTime: Type.Boolean(),
  createdAt: Timestamp,
  lastUsedAt: Nullable(Timestamp),
  expiresAt: Nullable(Timestamp),
  state: Type.String({ description: 'active or expired.' }),
});
const Created = Type.Object({ ...Shown.properties, secret: Type.String({ description: 'Shown this once.' }) });
const Params = Type.Object({ ref: Ref });
const ListQuery = Type.Object({
  all: Type.Optional(Type.Boolean({ description: "Everybody's, for administrators and auditors; your own where absent." })),
});

export function tokenRoutes(app: FastifyInstance, context: ApiContext): void {
  const { store, clock } = context.auth;
  const tags = ['token'];
  const shown = (token: Token) => {
    const { id, name, createdAt, spec } = token;
    const { type, owner, host, scope = null, isOneTime: oneTime = false, lastUsedAt, expiresAt } = spec;
    return { id, name, type, owner, host, scope, oneTime, createdAt, lastUsedAt, expiresAt, state: isExpired(token, clock) ? 'expired' : 'active' };
  };

  app.get<{ Querystring: Static<typeof ListQuery> }>(
    '/v1/tokens',
    {
      config: { access: 'token.read' },
      schema: {
        tags,
        summary: 'List API tokens, without their secrets.',
        querystring: strict(ListQuery),
        response: { 200: Type.Object({ items: Type.Array(Shown) }) },
      },
    },
    async (request) => {
      const identity = identityOf(request);
      if (request.query.all === true && !seesAll(identity)) throw new CloudError('FORBIDDEN', { verb: 'read', what: "everybody's tokens" });
      return { items: (await listTokens(store, request.query.all === true ? null : identity.userId)).map(shown) };
    },
  );

  app.post<{ Body: Static<typeof NewToken> }>(
    '/v1/tokens',
    {
      config: { access: 'token.create', errors: ['NAME_TAKEN', 'NOT_FOUND'] },
      schema: { tags, summary: 'Make an API token; its secret is shown this once.', body: strict(NewToken), response: { 201: Created } },
    },
    async (request, reply) => {
      const { name, host, expiresAt, project, role, verbs, addresses, oneTime } = request.body;
      const identity = identityOf(request);
      mustBeWhole(identity, 'make tokens');
      if (host !== undefined) mayMakeForAgent(identity);
      const isLimited = [project, role, verbs, addresses].some((each) => each !== undefined);
      const scope: Scope = {
        project: project === undefined ? null : await projectOf(context, request, context.cloud.slice('instance'), project),
        role: role ?? null,
        verbs: verbs === undefined ? null : verbs.map(knownVerb),
        addresses: addresses === undefined ? null : addresses.map(knownPrefix),
      };
      const { token, secret } = await createToken(
        store,
        clock,
        {
          name,
          host,
          owner: host === undefined ? identity.userId : 'system',
          scope: isLimited ? scope : undefined,
          isOneTime: oneTime,
          expiresAt: expiresAt === undefined ? undefined : future(expiresAt, clock.now()),
        },
        (made) => [audited(context, request, 'token.create', made)],
      );
      return reply
        .code(201)
        .header('location', `/v1/tokens/${token.id}`)
        .send({ ...shown(token), secret });
    },
  );

  app.delete<{ Params: Static<typeof Params> }>(
    '/v1/tokens/:ref',
    {
      config: { access: 'token.delete' },
      schema: { tags, summary: 'Revoke a token, at once.', params: Params, response: { 204: { type: 'null', description: 'Revoked.' } } },
    },
    async (request, reply) => {
      const identity = identityOf(request);
      const { ref } = request.params;
      const token = await findTokenByRef(store, identity.userId, ref);
      const isTheirs = token !== null && (token.spec.owner === identity.userId || mayAdminister(identity));
      if (!isTheirs || !(await dropToken(store, token.spec.owner, token.id, [audited(context, request, 'token.delete', token)])))
        throw new CloudError('NOT_FOUND', { kind: 'token', ref, place: '' });
      return reply.code(204).send();
    },
  );
}

/** What a limited token may not do for itself, or its limits would be none. */
export function mustBeWhole({ scope }: Identity, verb: string): void {
  if (scope !== null) throw new CloudError('FORBIDDEN', { verb, what: 'with a token that is limited itself' });
}

function mayAdminister({ rights, scope }: Identity): boolean {
  return rights?.role === 'administrator' && scope === null;
}

function mayMakeForAgent(identity: Identity): void {
  if (!mayAdminister(identity)) throw new CloudError('FORBIDDEN', { verb: 'create', what: "an agent's token" });
}

function knownVerb(text: string): string {
  const [subject = '', verb = ''] = text.split('.');
  const subjects = subject === '*' ? Object.keys(matrix) : [subject];
  const isKnown = verb === '*' ? subjects.some((each) => Object.hasOwn(matrix, each)) : subjects.some((each) => leastOf(each, verb) !== null);
  if (!isKnown) throw inputInvalid('verbs', `has ${text}, which nothing in this API is called`);
  return text;
}

function knownPrefix(text: string): string {
  const [address = '', bits, more] = text.split('/');
  const family = isIP(address);
  const isBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
  if (family === 0 || !isBits || more !== undefined)
    throw inputInvalid('addresses', `has ${text}: an address or a prefix such as 192.0.2.0/24 is needed`);
  return text;
}

function future(text: string, nowMs: number): string {
  const ms = Date.parse(text);
  if (Number.isNaN(ms) || ms <= nowMs) throw inputInvalid('expiresAt', 'must be a time to come, such as 2031-12-31T23:59:59Z');
  return new Date(ms).toISOString();
}
