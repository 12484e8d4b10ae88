import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static } from 'typebox';
import { actorOf } from '../auth/flows/flow.ts';
import { invitationIn, type Invitations } from '../auth/flows/invitations.ts';
import type { OneTimeLink } from '../auth/one-time-link.ts';
import { projectRoles } from '../core/role.ts';
import { OneOf, Ref, Timestamp } from '../core/schema.ts';
import type { Project } from '../kinds/project/project.ts';
import { languages } from '../kinds/user/user.ts';
import { identityOf } from './access.ts';
import { MailAddress } from './account-routes.ts';
import type { ApiContext } from './context.ts';
import { ref } from './resource-schemas.ts';
import { strict } from './strict.ts';
import { target } from './targets.ts';

const role = OneOf(projectRoles, { description: 'What they may in the project.' });
const NewInvitation = Type.Object({ email: MailAddress, role, language: OneOf(languages, { description: 'Of the mail.' }) });
const Invitation = Type.Object({
  id: Type.String(),
  email: Type.String(),
  role,
  invitedBy: Type.String({ description: 'Log-in name.' }),
  createdAt: Timestamp,
  expiresAt: Timestamp,
});
const One = Type.Object({ ref: Ref, id: Type.String({ minLength: 1, maxLength: 100 }) });

/** Owners ask people by mail into their projects. */
export function invitationRoutes(app: FastifyInstance, context: ApiContext, invitations: Invitations): void {
  const tags = ['project'];
  const projectIn = (request: FastifyRequest, name: string, verb: string) =>
    target(context, request, context.cloud.slice('project'), name, undefined, verb) as Promise<Project>;
  const actorIn = (request: FastifyRequest) => actorOf(identityOf(request), request.id);

  app.get<{ Params: Static<typeof ref> }>(
    '/v1/projects/:ref/invitations',
    {
      config: { access: 'project.read-invitations', errors: ['NOT_FOUND'] },
      schema: {
        tags,
        summary: 'Invitations that nobody has used yet.',
        params: ref,
        response: { 200: Type.Object({ items: Type.Array(Invitation) }) },
      },
    },
    async (request) => {
      const { id } = await projectIn(request, request.params.ref, 'read-invitations');
      return { items: (await invitations.list(id)).map(shown) };
    },
  );

  app.post<{ Params: Static<typeof ref>; Body: Static<typeof NewInvitation> }>(
    '/v1/projects/:ref/invitations',
    {
      config: { access: 'project.invite', errors: ['NOT_FOUND', 'MAIL_NOT_SET', 'LIMIT_REACHED'] },
      schema: { tags, summary: 'Ask somebody into the project, by mail.', params: ref, body: strict(NewInvitation), response: { 201: Invitation } },
    },
    async (request, reply) => {
      const project = await projectIn(request, request.params.ref, 'invite');
      return reply.code(201).send(shown(await invitations.invite(actorIn(request), project, request.body)));
    },
  );

  app.delete<{ Params: Static<typeof One> }>(
    '/v1/projects/:ref/invitations/:id',
    {
      config: { access: 'project.invite', errors: ['NOT_FOUND'] },
      schema: { tags, summary: 'Take an invitation back.', params: One, response: { 204: { type: 'null', description: 'Taken back.' } } },
    },
    async (request, reply) => {
      const project = await projectIn(request, request.params.ref, 'invite');
      await invitations.takeBack(actorIn(request), project, request.params.id);
      return reply.code(204).send();
    },
  );
}

function shown(link: OneTimeLink): Static<typeof Invitation> {
  const { email, role: given, inviterName } = invitationIn(link);
  return { id: link.id, email, role: given, invitedBy: inviterName, createdAt: link.createdAt, expiresAt: link.spec.expiresAt };
}
