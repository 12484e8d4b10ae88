import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { createToken } from '../auth/token.ts';
import { CloudError } from '../core/errors.ts';
import { Nullable, OneOf } from '../core/schema.ts';
import { days } from '../core/units.ts';
import { isoTime } from '../ports/clock.ts';
import { addressOf, identityOf } from './access.ts';
import { audited } from './audited.ts';
import type { ApiContext } from './context.ts';
import { siteAddress } from './site-address.ts';
import { strict } from './strict.ts';
import { mustBeWhole } from './token-routes.ts';

/** How long what is given to a command line is good. */
const tokenMs = 90 * days;

const Begin = Type.Object({
  name: Type.Optional(
    Type.String({ pattern: '^[\\x20-\\x7e]{1,80}$', description: 'What to call this command line: the page shows it, and the token is named so.' }),
  ),
});
const Begun = Type.Object({
  deviceCode: Type.String({ description: 'Secret; to ask with.' }),
  userCode: Type.String({ description: 'What the page shows too, to compare.' }),
  verificationUri: Type.String(),
  verificationUriComplete: Type.String(),
  intervalSeconds: Type.Integer(),
  expiresInSeconds: Type.Integer(),
});
const Poll = Type.Object({ deviceCode: Type.String({ minLength: 1, maxLength: 100 }) });
const Polled = Type.Object({
  status: OneOf(['pending', 'slow-down', 'denied', 'expired', 'approved'] as const),
  token: Type.Optional(Type.String({ description: 'Shown this once.' })),
  expiresAt: Type.Optional(Type.String()),
  user: Type.Optional(Type.String()),
});
const Params = Type.Object({ userCode: Type.String({ minLength: 8, maxLength: 20 }) });
const Asker = Type.Object({ name: Type.String(), address: Nullable(Type.String()) });

/** Lets command lines in from a page where somebody has logged in, by whatever method (RFC 8628). */
export function deviceRoutes(app: FastifyInstance, context: ApiContext): void {
  const { identity, settings, auth } = context;
  const { devices } = identity;
  const tags = ['session'];

  app.post<{ Body: Static<typeof Begin> }>(
    '/v1/device-logins',
    {
      config: { access: 'session.create', rate: 'log-in', errors: ['RATE_LIMITED'] },
      schema: { tags, security: [], summary: 'A command line wants to be let in.', body: strict(Begin), response: { 201: Begun } },
    },
    async (request, reply) => {
      const begun = devices.begin(request.body.name ?? 'a command line', addressOf(request));
      const verificationUri = `${siteAddress(settings, request)}/device`;
      return reply.code(201).send({ ...begun, verificationUri, verificationUriComplete: `${verificationUri}?code=${begun.userCode}` });
    },
  );

  app.post<{ Body: Static<typeof Poll> }>(
    '/v1/device-logins/poll',
    {
      config: { access: 'session.create' },
      schema: { tags, security: [], summary: 'Whether it was let in: a token, told once.', body: strict(Poll), response: { 200: Polled } },
    },
    async (request) => {
      const state = devices.poll(request.body.deviceCode);
      if (state.type !== 'approved') return { status: state.type };
      const { clock, store } = auth;
      const expiresAt = isoTime(clock.now() + tokenMs);
      const name = `cli-${isoTime(clock.now())
        .slice(0, 19)
        .replaceAll(/[^0-9]/g, '')}`;
      const { secret } = await createToken(store, clock, { name: `${name}-${clock.uuid().slice(-6)}`, owner: state.userId, expiresAt }, (made) => [
        audited(context, request, 'token.create', made, { userId: state.userId, name: state.userName, method: 'device' }),
      ]);
      return { status: 'approved', token: secret, expiresAt, user: state.userName };
    },
  );

  app.get<{ Params: Static<typeof Params> }>(
    '/v1/device-logins/:userCode',
    {
      config: { access: 'device-login.decide', errors: ['NOT_FOUND'] },
      schema: { tags, summary: 'Who asks to be let in with this code.', params: Params, response: { 200: Asker } },
    },
    async (request) => {
      const asker = devices.show(request.params.userCode);
      if (asker === null) throw notWaiting(request.params.userCode);
      return asker;
    },
  );

  for (const verb of ['approve', 'deny'] as const) {
    app.post<{ Params: Static<typeof Params> }>(
      `/v1/device-logins/:userCode/${verb}`,
      {
        config: { access: 'device-login.decide', errors: ['NOT_FOUND'] },
        schema: {
          tags,
          summary: verb === 'approve' ? 'Let it in: it may then do what you may.' : 'Turn it away.',
          params: Params,
          response: { 204: { type: 'null', description: 'Decided.' } },
        },
      },
      async (request, reply) => {
        const person = identityOf(request);
        mustBeWhole(person, 'let a command line in');
        const decision =
          verb === 'deny' ? ({ type: 'denied' } as const) : ({ type: 'approved', userId: person.userId, userName: person.name } as const);
        if (!devices.decide(request.params.userCode, decision)) throw notWaiting(request.params.userCode);
        return reply.code(204).send();
      },
    );
  }
}

function notWaiting(userCode: string): CloudError {
  return new CloudError('NOT_FOUND', { kind: 'command line', ref: userCode, place: ' that waits' });
}
