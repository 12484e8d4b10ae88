import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { createToken, isExpired, listTokens, revokeToken, type Token } from '../auth/token.ts';
import { DottedName, Name, Nullable, Ref, Timestamp } from '../core/schema.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { strict } from './strict.ts';
import { inputInvalid } from './validation.ts';

const NewToken = Type.Object({
  name: DottedName,
  host: Type.Optional({ ...Name, description: "Makes it the token of this host's agent, good for nothing else." } as typeof Name),
  expiresAt: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601, UTC; never where absent.' })),
});

const Shown = Type.Object({
  id: Type.String(),
  name: Type.String(),
  type: Type.String(),
  host: Nullable(Type.String()),
  createdAt: Timestamp,
  lastUsedAt: Nullable(Timestamp),
  expiresAt: Nullable(Timestamp),
  state: Type.String({ description: 'active or expired.' }),
});
const Created = Type.Object({ ...Shown.properties, secret: Type.String({ description: 'Shown this once.' }) });
const Params = Type.Object({ ref: Ref });

export function tokenRoutes(app: FastifyInstance, { auth: { store, clock } }: ApiContext): void {
  const tags = ['token'];
  const shown = (token: Token) => {
    const { id, name, createdAt, spec } = token;
    const { type, host, lastUsedAt, expiresAt } = spec;
    return { id, name, type, host, createdAt, lastUsedAt, expiresAt, state: isExpired(token, clock) ? 'expired' : 'active' };
  };

  app.get(
    '/v1/tokens',
    {
      config: { access: 'token.read' },
      schema: { tags, summary: 'List API tokens, without their secrets.', response: { 200: Type.Object({ items: Type.Array(Shown) }) } },
    },
    async () => ({
      items: (await listTokens(store)).map(shown),
    }),
  );

  app.post<{ Body: Static<typeof NewToken> }>(
    '/v1/tokens',
    {
      config: { access: 'token.create', errors: ['NAME_TAKEN'] },
      schema: { tags, summary: 'Make an API token; its secret is shown this once.', body: strict(NewToken), response: { 201: Created } },
    },
    async (request, reply) => {
      const { name, host, expiresAt } = request.body;
      const { token, secret } = await createToken(store, clock, {
        name,
        host,
        owner: identityOf(request).userId,
        expiresAt: expiresAt === undefined ? undefined : future(expiresAt, clock.now()),
      });
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
      await revokeToken(store, request.params.ref);
      return reply.code(204).send();
    },
  );
}

function future(text: string, nowMs: number): string {
  const ms = Date.parse(text);
  if (Number.isNaN(ms) || ms <= nowMs) throw inputInvalid('expiresAt', 'must be a time to come, such as 2031-12-31T23:59:59Z');
  return new Date(ms).toISOString();
}
