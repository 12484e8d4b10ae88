import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { actorOf } from '../auth/flows/flow.ts';
import { importAccounts } from '../auth/flows/import-accounts.ts';
import type { Registrations } from '../auth/flows/registrations.ts';
import { limits } from '../core/limits.ts';
import { Nullable, OneOf, Ref, Timestamp } from '../core/schema.ts';
import { languages } from '../kinds/user/user.ts';
import { identityOf } from './access.ts';
import { MailAddress } from './account-routes.ts';
import type { ApiContext } from './context.ts';
import { PersonName, UserName } from './one-time-link-routes.ts';
import { visitOf } from './session-routes.ts';
import { strict } from './strict.ts';
import { callerIn } from './targets.ts';

const Code = Type.String({ minLength: 8, maxLength: 20, description: 'Of a course: eight letters.' });
const reason = Type.String({ maxLength: limits.descriptionLengthMax, description: 'In your own words.' });
const Applicant = Type.Object({
  user: { ...UserName, description: 'The log-in name that you would like.' } as typeof UserName,
  displayName: PersonName,
  email: MailAddress,
  language: OneOf(languages),
  reason,
  conditionsVersion: Nullable(Type.Integer({ minimum: 0, description: 'Of the conditions that you have read and accept; null: there are none.' })),
  code: Type.Optional(Code),
});
const Registration = Type.Object({
  id: Type.String(),
  user: Type.String(),
  displayName: Type.String(),
  email: Type.String(),
  reason: Type.String(),
  state: OneOf(['unconfirmed', 'waiting'] as const, { description: 'Whether the address is confirmed.' }),
  createdAt: Timestamp,
});
const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });
const Approval = Type.Object({
  project: Type.Optional({
    ...Ref,
    description: 'They become a member of it; where absent they get one of their own, as the settings say.',
  } as typeof Ref),
  reason: Type.Optional({ ...reason, description: 'Goes into the mail.' } as typeof reason),
});
const Refusal = Type.Object({ reason: Type.String({ minLength: 1, maxLength: limits.descriptionLengthMax, description: 'Goes into the mail.' }) });
const Import = Type.Object({
  text: Type.String({ maxLength: limits.requestBodyBytesMax, description: "StratusLab's `login-pswd.properties`, as it is." }),
  dryRun: Type.Optional(Type.Boolean({ description: 'Change nothing: tell what would be made.' })),
});
const Imported = Type.Object({
  users: Type.Array(
    Type.Object({ line: Type.Integer(), name: Type.String(), id: Nullable(Type.String({ description: 'null: it was a dry run.' })) }),
  ),
  problems: Type.Array(Type.Object({ line: Type.Integer(), problem: Type.String() }), { description: 'Lines that were not taken over.' }),
});
const gone = { 204: { type: 'null', description: 'Done.' } };

/** How people come to an account: by asking for one, and from an older cloud. */
export function registrationRoutes(app: FastifyInstance, context: ApiContext, registrations: Registrations): void {
  const tags = ['registration'];

  app.post<{ Body: Static<typeof Applicant> }>(
    '/v1/registrations',
    {
      config: {
        access: 'registration.create',
        errors: ['REGISTRATION_CLOSED', 'NOT_FOUND', 'COURSE_FULL', 'COURSE_OVER', 'MAIL_NOT_SET', 'RATE_LIMITED'],
      },
      schema: {
        tags,
        security: [],
        summary: 'Ask for an account. The answer is the same whether the name is free and the address known: that is mailed.',
        body: strict(Applicant),
        response: { 202: { type: 'null', description: 'Look into your mail.' } },
      },
    },
    async (request, reply) => {
      request.triedName = request.body.user;
      const { code = null, ...applicant } = request.body;
      await registrations.request({ ...applicant, code }, visitOf(request));
      return reply.code(202).send();
    },
  );

  app.get(
    '/v1/registrations',
    {
      config: { access: 'registration.read' },
      schema: { tags, summary: 'Who asks for an account.', response: { 200: Type.Object({ items: Type.Array(Registration) }) } },
    },
    async () => ({
      items: (await registrations.list()).map(({ id, name, createdAt, spec: { displayName, email, reason: said, state } }) => ({
        id,
        user: name,
        displayName,
        email,
        reason: said,
        state,
        createdAt,
      })),
    }),
  );

  app.post<{ Params: Static<typeof Id>; Body: Static<typeof Approval> | null }>(
    '/v1/registrations/:id/approve',
    {
      config: { access: 'registration.approve', errors: ['NOT_FOUND', 'NAME_TAKEN', 'EMAIL_TAKEN'] },
      schema: {
        tags,
        summary: 'Make the account, and tell by mail.',
        params: Id,
        body: { anyOf: [strict(Approval), { type: 'null' }] },
        response: gone,
      },
    },
    async (request, reply) => {
      const { project = null, reason: said = null } = request.body ?? {};
      await registrations.approve(callerIn(context, request), request.params.id, { projectRef: project, reason: said });
      return reply.code(204).send();
    },
  );

  app.post<{ Params: Static<typeof Id>; Body: Static<typeof Refusal> }>(
    '/v1/registrations/:id/refuse',
    {
      config: { access: 'registration.refuse', errors: ['NOT_FOUND'] },
      schema: { tags, summary: 'Refuse, with the reason, which is mailed.', params: Id, body: strict(Refusal), response: gone },
    },
    async (request, reply) => {
      await registrations.refuse(actorOf(identityOf(request), request.id), request.params.id, request.body.reason);
      return reply.code(204).send();
    },
  );

  app.post<{ Body: Static<typeof Import> }>(
    '/v1/users/import',
    {
      config: { access: 'user.import' },
      schema: { tags: ['user'], summary: 'Take over the accounts of an older StratusLab.', body: strict(Import), response: { 200: Imported } },
    },
    async (request) => importAccounts(context, callerIn(context, request), request.body.text, request.body.dryRun === true),
  );
}
