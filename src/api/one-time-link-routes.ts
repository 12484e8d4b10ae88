import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { Allowance } from '../auth/allowance.ts';
import type { MailedLinks } from '../auth/flows/mailed-links.ts';
import type { PasswordResets } from '../auth/flows/password-links.ts';
import { CloudError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { OneOf } from '../core/schema.ts';
import { minutes } from '../core/units.ts';
import { languages, userNamePattern } from '../kinds/user/user.ts';
import { proveNotForged } from './access.ts';
import { Password } from './account-routes.ts';
import type { ApiContext } from './context.ts';
import { visitOf } from './session-routes.ts';
import { strict } from './strict.ts';

export const UserName = Type.String({ pattern: userNamePattern, maxLength: limits.nameLengthMax, description: 'Log-in name.' });
export const PersonName = Type.String({
  maxLength: limits.displayNameLengthMax,
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$',
  description: 'As people say it; one line.',
});
const link = Type.String({ minLength: 1, maxLength: 100, description: 'What stands behind the `#` of its address.' });
const Reset = Type.Object({ user: Type.String({ minLength: 1, maxLength: 320, description: 'Log-in name or e-mail address.' }) });
const Peek = Type.Object({ link });
const Use = Type.Object({
  link,
  password: Type.Optional({ ...Password, description: 'The new one, where one is needed.' } as typeof Password),
  user: Type.Optional({ ...UserName, description: 'Log-in name, where an account is made.' } as typeof UserName),
  displayName: Type.Optional(PersonName),
  language: Type.Optional(OneOf(languages, { description: 'Of mails.' })),
  conditionsVersion: Type.Optional(Type.Integer({ minimum: 0, description: 'Of the conditions that were read, where an account is made.' })),
});
const Shown = Type.Object({
  purpose: OneOf(['reset-password', 'set-password', 'confirm-email', 'confirm-registration', 'accept-invitation'] as const),
  says: Type.String(),
  user: Type.Optional(Type.String()),
  email: Type.Optional(Type.String()),
  project: Type.Optional(Type.String({ description: 'Its name.' })),
  needs: Type.Object({
    password: Type.Optional(Type.Literal(true, { description: 'A new one.' })),
    account: Type.Optional(Type.Literal(true, { description: 'Log in first, or send user and password for a new account.' })),
  }),
});
const Done = Type.Object({
  done: Type.String({ description: 'The purpose.' }),
  next: Type.String({ description: 'Path of the page to go on with.' }),
});

/** Links out of mails, and the mail of a forgotten password. */
export function oneTimeLinkRoutes(app: FastifyInstance, context: ApiContext, links: MailedLinks, resets: PasswordResets): void {
  const tags = ['session'];
  const open = { tags, security: [] };
  const config = { access: 'one-time-link.use', errors: ['LINK_OVER', 'RATE_LIMITED'] } as const;
  // Nobody guesses 256 bits; this keeps the log of refusals readable.
  const perAddress = new Allowance(context.cloud.clock, 300, 10 * minutes);
  const count = (address: string | null) => {
    if (!perAddress.take(address ?? 'local')) throw new CloudError('RATE_LIMITED', { retryAfterSeconds: 10 });
  };

  app.post<{ Body: Static<typeof Reset> }>(
    '/v1/password-resets',
    {
      config: { access: 'password-reset.create', errors: ['RATE_LIMITED'] },
      schema: {
        ...open,
        summary: 'A forgotten password: a link is mailed, if there is such an account. The answer is always the same.',
        body: strict(Reset),
        response: { 202: { type: 'null', description: 'Whether a mail was sent is not told.' } },
      },
    },
    async (request, reply) => {
      await resets.request(request.body.user, visitOf(request));
      return reply.code(202).send();
    },
  );

  app.post<{ Body: Static<typeof Peek> }>(
    '/v1/links/peek',
    { config, schema: { ...open, summary: 'What a link out of a mail would do.', body: strict(Peek), response: { 200: Shown } } },
    async (request) => {
      count(visitOf(request).address);
      return links.show(request.body.link);
    },
  );

  app.post<{ Body: Static<typeof Use> }>(
    '/v1/links/use',
    {
      config: {
        access: 'one-time-link.use',
        errors: ['LINK_OVER', 'PASSWORD_WEAK', 'EMAIL_TAKEN', 'NAME_TAKEN', 'UNAUTHENTICATED', 'COURSE_FULL', 'COURSE_OVER', 'RATE_LIMITED'],
      },
      schema: { ...open, summary: 'Do what a link is for: once.', body: strict(Use), response: { 200: Done } },
    },
    async (request) => {
      count(visitOf(request).address);
      // Who is logged in acts as that person: only where the page itself has sent this.
      if (request.identity !== null) proveNotForged(request);
      const { link: secret, ...input } = request.body;
      return links.use(secret, input, visitOf(request), request.identity);
    },
  );
}
