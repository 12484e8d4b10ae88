import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Slice } from '../control/slice.ts';
import type { Share } from '../core/resource.ts';
import { OneOf, Ref } from '../core/schema.ts';
import { shareResource, type ShareWith } from '../kinds/sharing.ts';
import { sendOne } from './answers.ts';
import type { ApiContext } from './context.ts';
import { componentName, oneQuery, ref, type OneQuery } from './resource-schemas.ts';
import { strict } from './strict.ts';
import { callerIn, target } from './targets.ts';

const who = {
  user: Type.Optional({ ...Ref, description: 'Log-in name or id.' } as typeof Ref),
  group: Type.Optional(Ref),
  project: Type.Optional(Ref),
  everyone: Type.Optional(Type.Literal(true, { description: 'All who can log in.' })),
};
const access = OneOf(['read', 'use'] as const, { description: '`read`: see it. `use`: also start, stop, boot from it.' });

interface Request {
  Params: { ref: string };
  Querystring: OneQuery;
}

/** Of kinds that can be shared with people, groups and projects outside their own project. */
export function shareRoutes(app: FastifyInstance, context: ApiContext, slice: Slice): void {
  const { kind } = slice;
  const path = `/v1/${kind.plural}/:ref`;
  const config = { access: `${kind.name}.share`, errors: ['NOT_FOUND', 'NOT_SHARED', 'LIMIT_REACHED', 'BEING_DELETED'] } as const;
  const schema = { tags: [kind.name], params: ref, querystring: oneQuery, response: { 200: { $ref: `${componentName(kind)}#` } } };

  app.post<Request & { Body: ShareWith & Pick<Share, 'access'> }>(
    `${path}/share`,
    { config, schema: { ...schema, summary: 'Share it with somebody outside its project.', body: strict(Type.Object({ ...who, access })) } },
    async (request, reply) => {
      const { id } = await target(context, request, slice, request.params.ref, request.query.project, 'share');
      const { access: wanted, ...withWhom } = request.body;
      return sendOne(reply, slice, await shareResource(context.cloud, slice, callerIn(context, request), id, withWhom, wanted));
    },
  );

  app.post<Request & { Body: ShareWith }>(
    `${path}/unshare`,
    { config, schema: { ...schema, summary: 'Share it no longer.', body: strict(Type.Object(who)) } },
    async (request, reply) => {
      const { id } = await target(context, request, slice, request.params.ref, request.query.project, 'share');
      return sendOne(reply, slice, await shareResource(context.cloud, slice, callerIn(context, request), id, request.body, null));
    },
  );
}
