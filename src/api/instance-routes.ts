import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { createResources } from '../control/requests.ts';
import { CloudError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { Resource } from '../core/resource.ts';
import { OneOf } from '../core/schema.ts';
import { MiB } from '../core/units.ts';
import { consoleStates } from '../kinds/instance/instance.state.ts';
import { readUserData } from '../kinds/instance/instance.user-data.ts';
import type { Instance } from '../kinds/instance/instance.ts';
import { isoTime } from '../ports/clock.ts';
import { identityOf } from './access.ts';
import { afterWaits } from './answers.ts';
import type { ApiContext } from './context.ts';
import { onceByKey } from './keyed-request.ts';
import { readAtMost } from './read-at-most.ts';
import { createErrors } from './resource-errors.ts';
import { trialQuery, createBody, ref, trialAnswer, type OneQuery } from './resource-schemas.ts';
import { untilRevoked } from './revoked.ts';
import { strict } from './strict.ts';
import { callerIn, projectOf, target } from './targets.ts';
import { mustUpgrade } from './upgrade.ts';
import { inputInvalid } from './validation.ts';
import { joinWebSocket } from './web-socket.ts';
import { answerTrial } from './trial.ts';
import { toWire } from './wire.ts';

const project = Type.Optional(Type.String({ minLength: 1, maxLength: 100 }));
const streams = ['serial', 'vnc'] as const;
type Stream = (typeof streams)[number];
interface Params {
  ref: string;
}

const logQuery = Type.Object({
  project,
  offset: Type.Optional(
    Type.Integer({
      minimum: -1024 * MiB,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Byte to begin with; negative: counted from the end; 0 where absent.',
    }),
  ),
  maxBytes: Type.Optional(Type.Integer({ minimum: 1, maximum: MiB, description: 'At most so much; 65,536 where absent.' })),
});

/** What only instances have: several at once, user-data, log, consoles. */
export function instanceRoutes(app: FastifyInstance, context: ApiContext): void {
  const { cloud, auth, channels } = context;
  const slice = cloud.slice('instance');
  const tags = ['instance'];
  const instanceOf = async (request: FastifyRequest, verb: string) =>
    (await target(context, request, slice, (request.params as Params).ref, (request.query as OneQuery).project, verb)) as Instance;

  const count = Type.Integer({ minimum: 1, maximum: limits.instancesPerRequestMax, description: 'How many: they are named name-1, name-2, …' });
  app.post<{ Body: { name: string; count: number; labels?: Record<string, string> }; Querystring: OneQuery & { dryRun?: boolean } }>(
    '/v1/instances/batch',
    {
      config: { access: 'instance.create', takes: ['Idempotency-Key'], errors: createErrors(slice.kind) },
      schema: {
        tags,
        summary: 'Create several, all or none.',
        querystring: trialQuery,
        body: createBody(slice.kind, { count }),
        response: { 200: trialAnswer(slice.kind, slice.forecast?.fields ?? {}), 201: Type.Object({ items: Type.Array(Type.Ref('Instance#')) }) },
      },
    },
    async (request, reply) => {
      const { name, count: asked, labels = {}, ...body } = request.body;
      const names = Array.from({ length: asked }, (_, index) => `${name}-${index + 1}`);
      if ((names.at(-1) ?? '').length > limits.nameLengthMax)
        throw inputInvalid('name', `must leave room for the number: ${limits.nameLengthMax - `-${asked}`.length} characters at most`);
      const projectId = await projectOf(context, request, slice, request.query.project);
      const inputs = names.map((each) => ({ name: each, labels, project: projectId, body }));
      if (request.query.dryRun === true) return answerTrial(context, slice, request, reply, inputs);
      const { resources } = await onceByKey(context, request, reply, (once) =>
        createResources(cloud, slice, callerIn(context, request), inputs, once),
      );
      const items = await afterWaits(context, request, reply, resources);
      return reply.code(201).send({ items: items.map((resource, index) => toWire(slice, resource ?? (resources[index] as Resource))) });
    },
  );

  app.get(
    '/v1/instances/:ref/user-data',
    {
      config: { access: 'instance.read-user-data' },
      schema: {
        tags,
        summary: 'The user-data it was created with.',
        params: ref,
        querystring: strict(Type.Object({ project })),
        response: { 200: Type.Object({ userDataBase64: Type.Union([Type.String(), Type.Null()]) }) },
      },
    },
    async (request) => ({ userDataBase64: await readUserData(cloud.store, (await instanceOf(request, 'read-user-data')).id) }),
  );

  app.get<{ Querystring: { offset?: number; maxBytes?: number } }>(
    '/v1/instances/:ref/log',
    {
      config: { access: 'instance.read-log', errors: ['CONSOLE_UNAVAILABLE'] },
      schema: {
        tags,
        summary: "Its serial console's log, as the guest wrote it.",
        params: ref,
        querystring: strict(logQuery),
        response: {
          200: {
            content: { 'text/plain': { schema: Type.String() } },
            headers: { 'X-Next-Offset': { type: 'integer', description: 'Where to go on, unless the offset was counted from the end.' } },
          },
        },
      },
    },
    async (request, reply) => {
      const { offset = 0, maxBytes = 65_536 } = request.query;
      const text = await readAtMost(
        await channels.open(await instanceOf(request, 'read-log'), { stream: 'log', offset, maxBytes }, context.closing),
        maxBytes,
        cloud.clock,
      );
      if (offset >= 0) reply.header('x-next-offset', offset + text.length);
      return reply.type('text/plain; charset=utf-8').send(text);
    },
  );

  app.post<{ Body: { stream?: Stream } | null }>(
    '/v1/instances/:ref/console-tickets',
    {
      config: { access: 'instance.open-console' },
      schema: {
        tags,
        summary: 'A ticket for one console: good once, for a minute.',
        params: ref,
        querystring: strict(Type.Object({ project })),
        body: { anyOf: [strict(Type.Object({ stream: Type.Optional(OneOf(streams)) })), { type: 'null' }] },
        response: { 201: Type.Object({ ticket: Type.String(), path: Type.String(), expiresAt: Type.String() }) },
      },
    },
    async (request, reply) => {
      const { id } = await instanceOf(request, 'open-console');
      const stream = request.body?.stream ?? 'serial';
      const { ticket, expiresAtMs } = auth.tickets.issue(identityOf(request), { instanceId: id, stream });
      return reply.code(201).send({ ticket, path: `/v1/instances/${id}/console?stream=${stream}&ticket=${ticket}`, expiresAt: isoTime(expiresAtMs) });
    },
  );

  const consoleQuery = Type.Object({ project, stream: Type.Optional(OneOf(streams)), ticket: Type.Optional(Type.String({ maxLength: 100 })) });
  app.get<{ Querystring: { stream?: Stream } }>(
    '/v1/instances/:ref/console',
    {
      config: { access: 'instance.open-console', takesTicket: true, errors: ['CONSOLE_UNAVAILABLE'] },
      schema: {
        tags,
        summary: 'WebSocket to its serial or graphical console: binary messages, both ways.',
        params: ref,
        querystring: strict(consoleQuery),
        response: { 101: { type: 'null', description: 'The console follows.' } },
      },
    },
    async (request, reply) => {
      const { stream = 'serial' } = request.query;
      mustUpgrade(request, 'websocket');
      const instance = await instanceOf(request, 'open-console');
      const use = request.ticketUse;
      if (use !== null && (use.instanceId !== instance.id || use.stream !== stream))
        throw new CloudError('UNAUTHENTICATED', { problem: 'the ticket is for another console' });
      const state = slice.kind.state(instance);
      if (!consoleStates.includes(state)) throw new CloudError('CONSOLE_UNAVAILABLE', { name: instance.name, reason: `it is ${state}` });
      await untilRevoked(context, request, { kind: 'instance', id: instance.id, verb: 'open-console' }, async (revoked) => {
        const far = await channels.open(instance, { stream }, context.closing);
        revoked.addEventListener('abort', () => far.destroy(), { once: true });
        await joinWebSocket(request, reply, cloud.clock, far);
      });
    },
  );
}
