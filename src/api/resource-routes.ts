import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { createResources, deleteResource, runVerbOnce, updateResource } from '../control/requests.ts';
import type { Slice } from '../control/slice.ts';
import { limits } from '../core/limits.ts';
import type { Resource } from '../core/resource.ts';
import { identityOf } from './access.ts';
import { afterWait, sendLeft, sendOne } from './answers.ts';
import { ifMatch, isKnown } from './conditions.ts';
import type { ApiContext } from './context.ts';
import { onceByKey } from './keyed-request.ts';
import { listResources } from './list.ts';
import { createErrors, projectErrors, verbErrors } from './resource-errors.ts';
import {
  componentName,
  createBody,
  isListedFromAll,
  manyQuery,
  oneQuery,
  ref,
  trialAnswer,
  trialQuery,
  updateBody,
  verbBody,
  type CreateQuery,
  type ManyQuery,
  type OneQuery,
} from './resource-schemas.ts';
import { shareRoutes } from './share-routes.ts';
import { callerIn, projectOf, target } from './targets.ts';
import { answerTrial } from './trial.ts';
import { inputInvalid } from './validation.ts';
import { sendWatch } from './watch.ts';
import { etagOf, toWire } from './wire.ts';

interface One {
  Params: { ref: string };
  Querystring: OneQuery;
}
type Fields = Readonly<Record<string, unknown>>;
interface CreateBody extends Fields {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The routes that every kind has, as far as its slice allows. */
export function resourceRoutes(app: FastifyInstance, context: ApiContext, slice: Slice): void {
  readRoutes(app, context, slice);
  if (slice.create !== undefined && slice.kind.create !== null) createRoute(app, context, slice);
  if (slice.update !== undefined && slice.kind.update !== null) updateRoute(app, context, slice);
  if (slice.delete !== undefined) deleteRoute(app, context, slice);
  if (slice.kind.canBeShared === true) shareRoutes(app, context, slice);
  for (const verb of Object.keys(slice.verbs ?? {})) verbRoute(app, context, slice, verb);
}

function readRoutes(app: FastifyInstance, context: ApiContext, slice: Slice): void {
  const { kind } = slice;
  const { cloud } = context;
  const { path, one, tags } = describe(slice);
  const page = Type.Object({ items: Type.Array(Type.Ref(one.$ref)), nextCursor: Type.Union([Type.String(), Type.Null()]), revision: Type.Integer() });
  app.get<{ Querystring: ManyQuery }>(
    path,
    {
      config: { access: `${kind.name}.read`, errors: ['CURSOR_INVALID', 'WATCH_TOO_OLD', 'RIGHTS_CHANGED', ...projectErrors(kind)] },
      schema: {
        tags,
        summary: `List ${kind.plural}, or watch them.`,
        querystring: manyQuery(kind),
        response: { 200: { content: { 'application/json': { schema: page }, 'application/x-ndjson': { schema: Type.Ref('WatchLine#') } } } },
      },
    },
    async (request, reply) => {
      const {
        project = isListedFromAll(kind) ? '*' : undefined,
        limit = limits.pageSizeDefault,
        order,
        label = [],
        watch,
        from,
        ...rest
      } = request.query;
      const projectId = project === '*' ? null : await projectOf(context, request, slice, project);
      if (watch === true) {
        for (const name of ['cursor', 'order', 'name', 'state', 'label', 'limit'] as const)
          if (request.query[name] !== undefined) throw inputInvalid(name, 'is not possible together with watch');
        return sendWatch(context, request, reply, {
          kinds: new Set([kind.name]),
          project: projectId,
          subject: rest.subject ?? null,
          from: from ?? null,
        });
      }
      if (from !== undefined) throw inputInvalid('from', 'is possible only with watch=true');
      const { items, nextCursor, revision } = await listResources(cloud.store, slice, identityOf(request), {
        ...rest,
        project: projectId,
        limit,
        labels: label,
        descending: order === 'desc',
      });
      return { items: items.map((resource) => toWire(slice, resource)), nextCursor, revision };
    },
  );

  app.get<One>(
    `${path}/:ref`,
    {
      config: { access: `${kind.name}.read`, takes: ['If-None-Match'] },
      schema: {
        tags,
        summary: `Show one, by name or id.`,
        params: ref,
        querystring: oneQuery,
        response: {
          200: one,
          204: goneWhileWaiting,
          304: { type: 'null', description: 'It is still what `If-None-Match` says.', headers: etagHeader },
        },
      },
    },
    async (request, reply) => {
      const found = await target(context, request, slice, request.params.ref, request.query.project);
      const resource = await afterWait(context, request, reply, found);
      if (resource !== null && isKnown(request.headers, resource)) return reply.code(304).header('etag', etagOf(resource)).send();
      return sendLeft(reply, slice, resource);
    },
  );
}

function createRoute(app: FastifyInstance, context: ApiContext, slice: Slice): void {
  const { kind } = slice;
  const { path, one, tags } = describe(slice);
  const { forecast } = slice;
  app.post<{ Body: CreateBody; Querystring: CreateQuery }>(
    path,
    {
      config: { access: `${kind.name}.create`, takes: ['Idempotency-Key'], errors: createErrors(kind) },
      schema: {
        tags,
        summary: `Create: ${kind.says}`,
        querystring: forecast === undefined ? oneQuery : trialQuery,
        body: createBody(kind),
        response: {
          ...(forecast === undefined ? {} : { 200: trialAnswer(kind, forecast.fields) }),
          201: { ...one, headers: { ...etagHeader, Location: { type: 'string', description: 'Where it is.' } } },
        },
      },
    },
    async (request, reply) => {
      const { name, labels = {}, ...body } = request.body;
      const project = await projectOf(context, request, slice, request.query.project);
      if (request.query.dryRun === true) return answerTrial(context, slice, request, reply, [{ name, labels, project, body }]);
      const { resources } = await onceByKey(context, request, reply, (once) =>
        createResources(context.cloud, slice, callerIn(context, request), [{ name, labels, project, body }], once),
      );
      const created = resources[0] as Resource;
      const resource = (await afterWait(context, request, reply, created)) ?? created;
      return sendOne(reply.code(201).header('location', `${path}/${created.id}`), slice, resource);
    },
  );
}

function updateRoute(app: FastifyInstance, context: ApiContext, slice: Slice): void {
  const { kind } = slice;
  const { path, one, tags } = describe(slice);
  app.patch<One & { Body: Partial<CreateBody> }>(
    `${path}/:ref`,
    {
      config: { access: `${kind.name}.update`, takes: ['If-Match'], errors: ['NAME_TAKEN', 'NOT_CHANGEABLE', 'BEING_DELETED'] },
      schema: {
        tags,
        summary: 'Change it; fields that are absent stay.',
        params: ref,
        querystring: oneQuery,
        body: updateBody(kind),
        response: { 200: one, 204: goneWhileWaiting },
      },
    },
    async (request, reply) => {
      const caller = callerIn(context, request);
      const { id } = await target(context, request, slice, request.params.ref, request.query.project, 'update');
      const { name, labels, ...body } = request.body;
      const changed = await updateResource(context.cloud, slice, caller, id, { name, labels, body }, ifMatch(request.headers));
      return sendLeft(reply, slice, await afterWait(context, request, reply, changed));
    },
  );
}

function deleteRoute(app: FastifyInstance, context: ApiContext, slice: Slice): void {
  const { kind } = slice;
  const { path, one, tags } = describe(slice);
  app.delete<One>(
    `${path}/:ref`,
    {
      config: { access: `${kind.name}.delete`, takes: ['If-Match'], errors: ['IN_USE'] },
      schema: {
        tags,
        summary: 'Delete it. 202: it is being deleted; 204: it is gone.',
        params: ref,
        querystring: oneQuery,
        response: { 202: one, 204: { type: 'null', description: 'Gone.' } },
      },
    },
    async (request, reply) => {
      const caller = callerIn(context, request);
      const { id } = await target(context, request, slice, request.params.ref, request.query.project, 'delete');
      const deleted = await deleteResource(context.cloud, slice, caller, id, ifMatch(request.headers));
      const left = deleted === null ? null : await afterWait(context, request, reply, deleted);
      return sendLeft(reply.code(202), slice, left);
    },
  );
}

function verbRoute(app: FastifyInstance, context: ApiContext, slice: Slice, verb: string): void {
  const { kind } = slice;
  const { path, one, tags } = describe(slice);
  app.post<One>(
    `${path}/:ref/${verb}`,
    {
      config: { access: `${kind.name}.${verb}`, takes: ['If-Match', 'Idempotency-Key'], errors: verbErrors(kind, verb) },
      schema: {
        tags,
        summary: kind.verbs[verb]?.says ?? verb,
        params: ref,
        querystring: oneQuery,
        body: verbBody(kind, verb),
        response: { 202: one, 204: goneWhileWaiting },
      },
    },
    async (request, reply) => {
      const caller = callerIn(context, request);
      const { id } = await target(context, request, slice, request.params.ref, request.query.project, verb);
      const { resources } = await onceByKey(context, request, reply, (once) =>
        runVerbOnce(context.cloud, slice, caller, id, verb, request.body ?? null, ifMatch(request.headers), once),
      );
      return sendLeft(reply.code(202), slice, await afterWait(context, request, reply, resources[0] as Resource));
    },
  );
}

function describe({ kind }: Slice) {
  return { path: `/v1/${kind.plural}`, tags: [kind.name], one: { $ref: `${componentName(kind)}#`, headers: etagHeader } };
}

const etagHeader = { ETag: { type: 'string', description: 'For `If-Match` and `If-None-Match`.' } };
const goneWhileWaiting = { type: 'null', description: 'It was deleted while the answer waited.' };
