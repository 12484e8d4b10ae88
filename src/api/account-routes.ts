import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { accountView } from '../auth/flows/account-view.ts';
import { linkTo, unlink } from '../auth/flows/outside-links.ts';
import { acceptConditions, askForEmail } from '../auth/flows/own-record.ts';
import { endOwnSessions } from '../auth/flows/own-sessions.ts';
import { changePassword, proveBefore } from '../auth/flows/passwords.ts';
import { CloudError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { mailAddressPattern } from '../core/mail-address.ts';
import { Nullable, Timestamp } from '../core/schema.ts';
import type { ApiContext } from './context.ts';
import { ownAccount, ownAccountInSession } from './own-account.ts';
import { visitOf } from './session-routes.ts';
import { strict } from './strict.ts';
import { toWire } from './wire.ts';

export const MailAddress = Type.String({ pattern: mailAddressPattern, maxLength: limits.emailLengthMax, description: 'An e-mail address.' });
export const Password = Type.String({ minLength: 1, maxLength: 1_000 });
const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });
const gone = { 204: { type: 'null', description: 'Done.' } };

const Account = Type.Object({
  user: Type.Ref('User#'),
  hasPassword: Type.Boolean(),
  totp: Nullable(Type.Object({ isConfirmed: Type.Boolean(), recoveryCodesLeft: Type.Integer() })),
  passkeys: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), createdAt: Timestamp, lastUsedAt: Nullable(Timestamp) })),
  links: Type.Array(
    Type.Object({
      id: Type.String(),
      method: Type.String({ description: 'Name of the way to log in, as the settings have it.' }),
      type: Type.String(),
      label: Type.String(),
      userName: Nullable(Type.String({ description: 'As they are called there.' })),
      seenAt: Timestamp,
    }),
  ),
  sessions: Type.Array(
    Type.Object({
      id: Type.String(),
      method: Type.String(),
      createdAt: Timestamp,
      lastUsedAt: Timestamp,
      address: Nullable(Type.String({ description: 'Where it began.' })),
      isThis: Type.Boolean(),
    }),
  ),
  conditions: Type.Object({ accepted: Type.Integer(), current: Type.Integer({ description: '0: there are none.' }) }),
});

const NewPassword = Type.Object({ current: Type.Optional({ ...Password, description: 'Where there is one.' } as typeof Password), new: Password });
const Accepted = Type.Object({ version: Type.Integer({ minimum: 0, description: 'Of the conditions that were read.' }) });
const NewEmail = Type.Object({
  email: MailAddress,
  current: Type.Optional({ ...Password, description: 'The password, where there is one.' } as typeof Password),
});
const AtDirectory = Type.Object({ user: Type.String({ minLength: 1, maxLength: 100 }), password: Password });

/** What somebody does about the own account. What is asked beside a password is in account-factor-routes. */
export function accountRoutes(app: FastifyInstance, context: ApiContext): void {
  const { cloud, identity: services } = context;
  const tags = ['account'];

  app.get(
    '/v1/account',
    {
      config: { access: 'account.read' },
      schema: { tags, summary: 'Your own account: how you log in, and where you are.', response: { 200: Account } },
    },
    async (request) => {
      const { identity, user } = await ownAccount(context, request);
      return { user: toWire(cloud.slice('user'), user), ...(await accountView(context, identity, user)) };
    },
  );

  app.post<{ Body: Static<typeof NewPassword> }>(
    '/v1/account/password',
    {
      config: { access: 'account.set-password', errors: ['PASSWORD_WEAK', 'RATE_LIMITED'] },
      schema: { tags, summary: 'A new password; all other sessions end.', body: strict(NewPassword), response: gone },
    },
    async (request, reply) => {
      const { identity, user } = await ownAccountInSession(context, request);
      const { current = null, new: wanted } = request.body;
      await changePassword(context, identity, user, { current, wanted }, visitOf(request));
      return reply.code(204).send();
    },
  );

  app.post<{ Body: Static<typeof Accepted> }>(
    '/v1/account/conditions',
    {
      config: { access: 'account.accept-conditions' },
      schema: { tags, summary: 'Accept the conditions of this cloud, as you have read them.', body: strict(Accepted), response: gone },
    },
    async (request, reply) => {
      const { user, actor } = await ownAccount(context, request);
      await acceptConditions(context, actor, user.id, request.body.version);
      return reply.code(204).send();
    },
  );

  app.post<{ Body: Static<typeof NewEmail> }>(
    '/v1/account/email',
    {
      config: { access: 'account.set-email', errors: ['MAIL_NOT_SET', 'RATE_LIMITED'] },
      schema: {
        tags,
        summary: 'Another e-mail address: a link is mailed to it, a notice to the one of before.',
        body: strict(NewEmail),
        response: { 202: { type: 'null', description: 'It changes when the link is used.' } },
      },
    },
    async (request, reply) => {
      const { user, actor } = await ownAccountInSession(context, request);
      await proveBefore(context, user, request.body.current ?? null, visitOf(request));
      await askForEmail(context, actor, user, request.body.email);
      return reply.code(202).send();
    },
  );

  app.delete(
    '/v1/account/sessions',
    { config: { access: 'account.end-sessions' }, schema: { tags, summary: 'Log out everywhere else.', response: gone } },
    async (request, reply) => {
      const { user, actor } = await ownAccount(context, request);
      await endOwnSessions(context, actor, user, null);
      return reply.code(204).send();
    },
  );

  app.delete<{ Params: Static<typeof Id> }>(
    '/v1/account/sessions/:id',
    {
      config: { access: 'account.end-sessions', errors: ['NOT_FOUND'] },
      schema: { tags, summary: 'Log out somewhere.', params: Id, response: gone },
    },
    async (request, reply) => {
      const { user, actor } = await ownAccount(context, request);
      await endOwnSessions(context, actor, user, request.params.id);
      return reply.code(204).send();
    },
  );

  app.post<{ Params: { method: string }; Body: Static<typeof AtDirectory> }>(
    '/v1/account/links/ldap/:method',
    {
      config: { access: 'account.link', errors: ['NOT_FOUND', 'LINKED_ELSEWHERE', 'RATE_LIMITED', 'UNAVAILABLE'] },
      schema: {
        tags,
        summary: 'Say who you are in a directory: from then on you may log in by it.',
        params: Type.Object({ method: Type.String({ minLength: 1, maxLength: 100 }) }),
        body: strict(AtDirectory),
        response: gone,
      },
    },
    async (request, reply) => {
      const { user, actor } = await ownAccountInSession(context, request);
      const { method } = services.methods.directory(request.params.method);
      const who = await services.signIn.inDirectory(method.name, request.body.user, request.body.password, visitOf(request));
      if (who === null) throw new CloudError('INPUT_INVALID', { where: 'password', problem: 'name or password is wrong' });
      await linkTo(context, actor, 'account.link', user, method, who);
      return reply.code(204).send();
    },
  );

  app.delete<{ Params: Static<typeof Id> }>(
    '/v1/account/links/:id',
    {
      config: { access: 'account.link', errors: ['NOT_FOUND', 'LAST_WAY_IN'] },
      schema: { tags, summary: 'Log in by it no longer.', params: Id, response: gone },
    },
    async (request, reply) => {
      const { user, actor } = await ownAccountInSession(context, request);
      await unlink(context, actor, 'account.link', user, request.params.id, true);
      return reply.code(204).send();
    },
  );
}
