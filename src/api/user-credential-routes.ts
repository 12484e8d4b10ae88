import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { Factors } from '../auth/flows/factors.ts';
import { actorOf } from '../auth/flows/flow.ts';
import { linkTo, shownLinks, unlink } from '../auth/flows/outside-links.ts';
import { makePasswordLink } from '../auth/flows/password-links.ts';
import type { OutsideMethod } from '../auth/settings/schema.ts';
import { comparableNameOf } from '../core/distinguished-name.ts';
import { CloudError } from '../core/errors.ts';
import { Nullable, Ref, Timestamp } from '../core/schema.ts';
import type { User } from '../kinds/user/user.ts';
import type { ExternalIdentity } from '../ports/identity.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { ref } from './resource-schemas.ts';
import { strict } from './strict.ts';
import { target } from './targets.ts';
import { inputInvalid } from './validation.ts';

const OutsideLink = Type.Object({
  id: Type.String(),
  method: Type.String(),
  type: Type.String(),
  label: Type.String(),
  subject: Type.String({ description: 'What the method knows them by.' }),
  userName: Nullable(Type.String()),
  seenAt: Timestamp,
});
const NewOutsideLink = Type.Object({
  method: Type.String({ minLength: 1, maxLength: 100, description: 'Name of the way to log in.' }),
  user: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Of a directory: the name there.' })),
  subject: Type.Optional(
    Type.String({ minLength: 1, maxLength: 2_000, description: 'Of certificates: the DN. Of a provider: the issuer, `#`, and the `sub`.' }),
  ),
});
const WithLink = Type.Object({ ref: Ref, id: Type.String({ minLength: 1, maxLength: 100 }) });
const gone = { 204: { type: 'null', description: 'Done.' } };

/** What administrators do about how others get in. */
export function userCredentialRoutes(app: FastifyInstance, context: ApiContext): void {
  const { cloud, identity: services } = context;
  const factors = new Factors(context);
  const tags = ['user'];
  const userIn = (request: FastifyRequest, name: string, verb: string) =>
    target(context, request, cloud.slice('user'), name, undefined, verb) as Promise<User>;
  const actorIn = (request: FastifyRequest) => actorOf(identityOf(request), request.id);

  app.post<{ Params: Static<typeof ref> }>(
    '/v1/users/:ref/password-link',
    {
      config: { access: 'user.make-password-link', errors: ['NOT_FOUND', 'MAIL_NOT_SET'] },
      schema: {
        tags,
        summary: 'A link by which the person sets a password, to be handed over: once, within three days.',
        params: ref,
        response: { 201: Type.Object({ url: Type.String({ description: 'Shown this once.' }), expiresAt: Timestamp }) },
      },
    },
    async (request, reply) => {
      const user = await userIn(request, request.params.ref, 'make-password-link');
      return reply.code(201).send(await makePasswordLink(context, actorIn(request), user));
    },
  );

  app.post<{ Params: Static<typeof ref> }>(
    '/v1/users/:ref/reset-second-factor',
    {
      config: { access: 'user.reset-second-factor', errors: ['NOT_FOUND'] },
      schema: { tags, summary: 'Take away the codes of an app and all passkeys; all sessions end.', params: ref, response: gone },
    },
    async (request, reply) => {
      await factors.reset(actorIn(request), await userIn(request, request.params.ref, 'reset-second-factor'));
      return reply.code(204).send();
    },
  );

  app.get<{ Params: Static<typeof ref> }>(
    '/v1/users/:ref/links',
    {
      config: { access: 'user.read-links', errors: ['NOT_FOUND'] },
      schema: { tags, summary: 'Who the person is elsewhere.', params: ref, response: { 200: Type.Object({ items: Type.Array(OutsideLink) }) } },
    },
    async (request) => ({ items: await shownLinks(context, (await userIn(request, request.params.ref, 'read-links')).id) }),
  );

  app.post<{ Params: Static<typeof ref>; Body: Static<typeof NewOutsideLink> }>(
    '/v1/users/:ref/links',
    {
      config: { access: 'user.link', errors: ['NOT_FOUND', 'LINKED_ELSEWHERE', 'UNAVAILABLE'] },
      schema: {
        tags,
        summary: 'Say who the person is elsewhere: from then on they may log in by it.',
        params: ref,
        body: strict(NewOutsideLink),
        response: gone,
      },
    },
    async (request, reply) => {
      const user = await userIn(request, request.params.ref, 'link');
      const method = services.methods.outside.find(({ name }) => name === request.body.method);
      if (method === undefined) throw new CloudError('NOT_FOUND', { kind: 'log-in method', ref: request.body.method, place: '' });
      await linkTo(context, actorIn(request), 'user.link', user, method, await whoIs(context, method, request.body));
      return reply.code(204).send();
    },
  );

  app.delete<{ Params: Static<typeof WithLink> }>(
    '/v1/users/:ref/links/:id',
    {
      config: { access: 'user.link', errors: ['NOT_FOUND'] },
      schema: { tags, summary: 'They are not that person elsewhere.', params: WithLink, response: gone },
    },
    async (request, reply) => {
      const user = await userIn(request, request.params.ref, 'link');
      await unlink(context, actorIn(request), 'user.link', user, request.params.id, false);
      return reply.code(204).send();
    },
  );
}

async function whoIs({ identity }: ApiContext, method: OutsideMethod, { user, subject }: Static<typeof NewOutsideLink>): Promise<ExternalIdentity> {
  if (method.type === 'ldap') {
    if (user === undefined) throw inputInvalid('user', 'is missing');
    const answer = await identity.methods.directory(method.name).directory.look(user);
    if (answer.type !== 'found') throw new CloudError('NOT_FOUND', { kind: 'person', ref: user, place: ` in ${method.name}` });
    return answer.identity;
  }
  if (subject === undefined) throw inputInvalid('subject', 'is missing');
  const known = method.type === 'x509' ? comparableNameOf(subject) : subject;
  if (known === null) throw inputInvalid('subject', 'is not a distinguished name');
  const type = method.type as ExternalIdentity['type'];
  return { method: method.name, type, subject: known, userName: null, displayName: null, email: null, groups: [] };
}
