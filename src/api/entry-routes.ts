import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { ApiContext } from './context.ts';
import { watchAllQuery, type WatchAllQuery } from './resource-schemas.ts';
import { projectOf } from './targets.ts';
import { inputInvalid } from './validation.ts';
import { sendWatch } from './watch.ts';

const Entry = Type.Object({
  name: Type.String({ description: 'Of this cloud.' }),
  version: Type.String(),
  kinds: Type.Array(
    Type.Object({
      name: Type.String(),
      plural: Type.String(),
      scope: Type.String(),
      says: Type.String(),
      path: Type.String(),
      verbs: Type.Array(Type.String()),
    }),
  ),
  links: Type.Record(Type.String(), Type.String()),
});

/** The way in, and what is about the whole. */
export function entryRoutes(app: FastifyInstance, context: ApiContext): void {
  const { cloud, name, version } = context;
  const tags = ['cloud'];
  const links = {
    docs: '/v1/docs',
    openapi: '/v1/openapi.json',
    health: '/v1/health',
    watch: '/v1/watch',
    session: '/v1/session',
    tokens: '/v1/tokens',
    recipes: '/v1/recipes',
  };
  const kinds = cloud.registry.kinds.map((kind) => ({
    name: kind.name,
    plural: kind.plural,
    scope: kind.scope,
    says: kind.says,
    path: `/v1/${kind.plural}`,
    verbs: Object.keys(kind.verbs),
  }));

  app.get(
    '/v1',
    { config: { access: 'api.read' }, schema: { tags, summary: 'What this cloud is, and where to go on.', response: { 200: Entry } } },
    async () => ({ name, version, kinds, links }),
  );

  app.get(
    '/v1/health',
    {
      config: { access: 'api.read-health' },
      schema: {
        tags,
        summary: 'Whether it answers and its store does.',
        security: [],
        response: { 200: Type.Object({ status: Type.Literal('ok') }) },
      },
    },
    async () => {
      await cloud.store.revision();
      return { status: 'ok' };
    },
  );

  app.get('/v1/openapi.json', { config: { access: 'api.read-docs' }, schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(app.swagger()),
  );

  app.get<{ Querystring: WatchAllQuery }>(
    '/v1/watch',
    {
      config: { access: 'api.watch', errors: ['WATCH_TOO_OLD', 'RIGHTS_CHANGED'] },
      schema: {
        tags,
        summary: 'Changes of all kinds as they come, one JSON value per line.',
        description:
          'Lines are `{"type":"put",…,"resource"}`, `{"type":"delete",…}` and, at the beginning and every 10 s, `{"type":"bookmark","revision"}`: all up to that revision has been told. Come back with `from` the last bookmark\'s revision: nothing is missed, the newest may be told again. 410 WATCH_TOO_OLD, or a last line of type `error` with that code or RIGHTS_CHANGED: list again.',
        querystring: watchAllQuery,
        response: { 200: { content: { 'application/x-ndjson': { schema: Type.Ref('WatchLine#') } } } },
      },
    },
    async (request, reply) => {
      const { kinds: wanted, project = '*', from } = request.query;
      const names = wanted === undefined ? cloud.registry.kinds.map((kind) => kind.name) : wanted.split(',');
      const unknown = names.find((each) => !cloud.registry.has(each));
      if (unknown !== undefined) throw inputInvalid('kinds', `has no kind named ${unknown.slice(0, 50)}`);
      const projectId = project === '*' ? null : await projectOf(context, request, cloud.slice('instance'), project);
      return sendWatch(context, request, reply, { kinds: new Set(names), project: projectId, subject: null, from: from ?? null });
    },
  );
}
