import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { Factors } from '../auth/flows/factors.ts';
import { hasControlCharacters } from '../core/schema.ts';
import type { ApiContext } from './context.ts';
import { ownAccountInSession } from './own-account.ts';
import { siteOf, visitOf } from './session-routes.ts';
import { strict } from './strict.ts';
import { inputInvalid } from './validation.ts';

const Code = Type.Object({ code: Type.String({ minLength: 1, maxLength: 50, description: 'Of the app.' }) });
const AnyCode = Type.Object({ code: Type.String({ minLength: 1, maxLength: 50, description: 'Of the app, or a recovery code.' }) });
const RecoveryCodes = Type.Object({ recoveryCodes: Type.Array(Type.String(), { description: 'Each good once; shown this once.' }) });
const passkeyName = Type.String({ minLength: 1, maxLength: 100, description: 'What you call it.' });
const NewPasskey = Type.Object({
  attempt: Type.String({ minLength: 1, maxLength: 100 }),
  name: passkeyName,
  response: Type.Object({}, { additionalProperties: true, description: 'What `navigator.credentials.create` gave, as JSON.' }),
});
const Renamed = Type.Object({ name: passkeyName });
const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });
const gone = { 204: { type: 'null', description: 'Done.' } };

/** What is asked of somebody beside the password, or in place of it. */
export function accountFactorRoutes(app: FastifyInstance, context: ApiContext): void {
  const factors = new Factors(context);
  const tags = ['account'];
  const totp = { access: 'account.set-totp', errors: ['RATE_LIMITED'] } as const;
  const passkeys = { access: 'account.set-passkeys', errors: ['NOT_FOUND'] } as const;

  app.post(
    '/v1/account/totp',
    {
      config: { access: 'account.set-totp', errors: ['NAME_TAKEN'] },
      schema: {
        tags,
        summary: 'Begin with codes of an authenticator app: what it scans, and what is typed into it.',
        response: { 201: Type.Object({ secret: Type.String({ description: 'Base 32.' }), uri: Type.String({ description: '`otpauth://…`' }) }) },
      },
    },
    async (request, reply) => {
      const { identity, user } = await ownAccountInSession(context, request);
      return reply.code(201).send(await factors.startTotp(identity, user, visitOf(request)));
    },
  );

  app.post<{ Body: Static<typeof Code> }>(
    '/v1/account/totp/confirm',
    {
      config: totp,
      schema: { tags, summary: 'The first right code: from now on log-in asks for one.', body: strict(Code), response: { 200: RecoveryCodes } },
    },
    async (request) => {
      const { identity, user } = await ownAccountInSession(context, request);
      return { recoveryCodes: await factors.confirmTotp(identity, user, request.body.code, visitOf(request)) };
    },
  );

  app.post<{ Body: Static<typeof AnyCode> }>(
    '/v1/account/totp/recovery-codes',
    {
      config: totp,
      schema: { tags, summary: 'New recovery codes; those of before are worthless.', body: strict(AnyCode), response: { 200: RecoveryCodes } },
    },
    async (request) => {
      const { identity, user } = await ownAccountInSession(context, request);
      return { recoveryCodes: await factors.renewRecoveryCodes(identity, user, request.body.code, visitOf(request)) };
    },
  );

  app.delete<{ Body: Static<typeof AnyCode> }>(
    '/v1/account/totp',
    { config: totp, schema: { tags, summary: 'No codes of an app any more.', body: strict(AnyCode), response: gone } },
    async (request, reply) => {
      const { identity, user } = await ownAccountInSession(context, request);
      await factors.removeTotp(identity, user, request.body.code, visitOf(request));
      return reply.code(204).send();
    },
  );

  app.post(
    '/v1/account/passkey-options',
    {
      config: { access: 'account.set-passkeys', errors: ['LIMIT_REACHED', 'UNAVAILABLE'] },
      schema: {
        tags,
        summary: 'What to ask the browser for, to make a passkey.',
        response: { 200: Type.Object({ attempt: Type.String(), options: Type.Object({}) }) },
      },
    },
    async (request) => {
      const { identity, user } = await ownAccountInSession(context, request);
      return factors.startPasskey(identity, user, siteOf(request));
    },
  );

  app.post<{ Body: Static<typeof NewPasskey> }>(
    '/v1/account/passkeys',
    {
      config: { access: 'account.set-passkeys' },
      schema: {
        tags,
        summary: 'Keep the passkey that the browser has made.',
        body: strict(NewPasskey),
        response: { 201: Type.Object({ id: Type.String(), name: Type.String() }) },
      },
    },
    async (request, reply) => {
      const { identity, user } = await ownAccountInSession(context, request);
      const { attempt, name, response } = request.body;
      const made = await factors.addPasskey(identity, user, { attempt, name: oneLine(name), response: response as never }, visitOf(request));
      return reply.code(201).send({ id: made.id, name: made.name });
    },
  );

  app.patch<{ Params: Static<typeof Id>; Body: Static<typeof Renamed> }>(
    '/v1/account/passkeys/:id',
    { config: passkeys, schema: { tags, summary: 'Call it otherwise.', params: Id, body: strict(Renamed), response: gone } },
    async (request, reply) => {
      const { identity, user } = await ownAccountInSession(context, request);
      await factors.renamePasskey(identity, user, request.params.id, oneLine(request.body.name), visitOf(request));
      return reply.code(204).send();
    },
  );

  app.delete<{ Params: Static<typeof Id> }>(
    '/v1/account/passkeys/:id',
    {
      config: { access: 'account.set-passkeys', errors: ['NOT_FOUND', 'LAST_WAY_IN'] },
      schema: { tags, summary: 'Log in by it no longer.', params: Id, response: gone },
    },
    async (request, reply) => {
      const { identity, user } = await ownAccountInSession(context, request);
      await factors.removePasskey(identity, user, request.params.id, visitOf(request));
      return reply.code(204).send();
    },
  );
}

function oneLine(name: string): string {
  if (hasControlCharacters(name)) throw inputInvalid('name', 'has a line break or a control character');
  return name;
}
