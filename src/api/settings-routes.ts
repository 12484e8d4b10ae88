import type { FastifyInstance } from 'fastify';
import { Type, type TSchema } from 'typebox';
import { Nullable } from '../core/schema.ts';
import { ifMatch } from './conditions.ts';
import type { ApiContext } from './context.ts';
import { strict } from './strict.ts';
import { callerIn } from './targets.ts';

const SignIn = Type.Object({
  site: Type.Object({ name: Type.String(), supportMail: Nullable(Type.String()) }),
  methods: Type.Array(
    Type.Object({
      type: Type.String({ description: 'local, ldap: name and password; oidc: leads to the provider; x509: the certificate of the browser.' }),
      name: Type.String(),
      label: Type.String({ description: 'For people.' }),
    }),
  ),
  registration: Type.Object({ open: Type.Boolean({ description: 'Whether anyone may ask for an account.' }) }),
  conditions: Nullable(Type.Object({ version: Type.Integer(), text: Type.Object({ en: Type.String(), fr: Nullable(Type.String()) }) })),
  languages: Type.Array(Type.String()),
});

const languages = ['en', 'fr'];

export function settingsRoutes(app: FastifyInstance, context: ApiContext): void {
  const { settings } = context;
  const tags = ['settings'];
  const shown = settings.shownSchema as TSchema;

  app.get(
    '/v1/settings',
    {
      config: { access: 'settings.read' },
      schema: { tags, summary: 'What is decided about the cloud as a whole; of secrets only whether they are set.', response: { 200: shown } },
    },
    async (_request, reply) => reply.header('etag', etag(settings.revision)).send(settings.shown),
  );

  app.patch<{ Body: Record<string, unknown> }>(
    '/v1/settings',
    {
      config: { access: 'settings.update', takes: ['If-Match'] },
      schema: {
        tags,
        summary: 'Change any part of the settings; takes effect at once.',
        description:
          'What is not named stays. Lists are replaced whole. null switches a section off, and takes a secret away; a secret that is not named, or sent back as it was shown, stays. It must be given again when the address changes to which it is told.',
        body: strict(settings.patchSchema),
        response: { 200: shown },
      },
    },
    async (request, reply) => {
      await settings.change(callerIn(context, request), request.body, ifMatch(request.headers));
      return reply.header('etag', etag(settings.revision)).send(settings.shown);
    },
  );

  app.get(
    '/v1/sign-in',
    {
      config: { access: 'sign-in.read' },
      schema: { tags: ['session'], summary: 'How people log in to this cloud, and what it asks of them.', security: [], response: { 200: SignIn } },
    },
    async () => {
      const { site, methods, registration, conditions } = settings.current;
      return {
        site: { name: site.name, supportMail: site.supportMail },
        methods: methods.map(({ type, name, label }) => ({ type, name, label: label ?? name })),
        registration: { open: registration.open },
        conditions,
        languages,
      };
    },
  );
}

function etag(revision: number): string {
  return `"${revision}"`;
}
