import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { nameKey } from '../control/registry.ts';
import { CloudError } from '../core/errors.ts';
import { MiB } from '../core/units.ts';
import type { HostReport } from '../ports/control-link.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { streamLines } from './line-stream.ts';
import { strict } from './strict.ts';
import { untilRevoked } from './revoked.ts';
import { acceptChannel, channelProtocol, mustUpgrade } from './upgrade.ts';

/** All that a host with thousands of instances says at once. */
const reportBytesMax = 64 * MiB;

const Report = Type.Object({
  incarnation: Type.String({ maxLength: 100 }),
  facts: Type.Object({}),
  diskFreeBytes: Type.Number({ minimum: 0 }),
  recovery: Type.Union([Type.Object({}), Type.Null()]),
  items: Type.Array(
    Type.Object({
      kind: Type.String(),
      id: Type.String(),
      generation: Type.Integer({ minimum: 0 }),
      status: Type.Object({
        observedGeneration: Type.Integer({ minimum: 0 }),
        waitingFor: Type.Union([Type.Object({ code: Type.String(), reason: Type.String() }), Type.Null()]),
      }),
    }),
  ),
});

/** The agents' line. A token speaks for the host whose name it bears, and for no other. */
export function agentRoutes(app: FastifyInstance, context: ApiContext): void {
  const { cloud, channels, closing } = context;
  const tags = ['agent'];
  const hostName = (request: FastifyRequest): string => {
    const { host } = identityOf(request);
    if (host === null) throw new CloudError('HOST_UNKNOWN');
    return host;
  };
  const hostId = async (request: FastifyRequest): Promise<string> => {
    const host = await cloud.store.getByKey('host', nameKey(null, hostName(request)));
    if (host === null) throw new CloudError('HOST_UNKNOWN');
    return host.id;
  };

  app.post(
    '/v1/agent/join',
    {
      config: { access: 'agent.join', errors: ['HOST_UNKNOWN'] },
      schema: {
        tags,
        summary: 'Become a host of the cloud; found the second time.',
        response: { 200: Type.Object({ hostId: Type.String(), name: Type.String() }) },
      },
    },
    async (request) => {
      const { id, name } = await cloud.joinHost(hostName(request));
      return { hostId: id, name };
    },
  );

  app.get(
    '/v1/agent/desired',
    {
      config: { access: 'agent.read-desired', errors: ['HOST_UNKNOWN'] },
      schema: {
        tags,
        summary: 'What is wanted of this host: one JSON value per line, as it changes.',
        response: { 200: { content: { 'application/x-ndjson': { schema: Type.Object({ type: Type.String() }) } } } },
      },
    },
    async (request, reply) => {
      const id = await hostId(request);
      const removed = new AbortController();
      // Whoever is no host any more has to join again.
      const unsubscribe = cloud.feed.subscribe((event) => {
        if (event.kind === 'host' && event.id === id && event.resource === null) removed.abort();
      });
      try {
        await untilRevoked(context, request, null, (revoked) =>
          streamLines(reply, {
            clock: cloud.clock,
            closing: AbortSignal.any([closing, removed.signal, revoked]),
            lines: (signal) => cloud.gateway.desired(id, signal),
            failed: () => undefined,
          }),
        );
      } finally {
        unsubscribe();
      }
    },
  );

  app.post<{ Body: HostReport }>(
    '/v1/agent/report',
    {
      bodyLimit: reportBytesMax,
      config: { access: 'agent.report', errors: ['HOST_UNKNOWN'] },
      schema: { tags, summary: 'What this host sees.', body: Report, response: { 204: { type: 'null', description: 'Taken in.' } } },
    },
    async (request, reply) => {
      await cloud.gateway.report(await hostId(request), request.body);
      return reply.code(204).send();
    },
  );

  const Image = Type.Object({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) });
  app.get<{ Params: { sha256: string }; Querystring: { offset?: number } }>(
    '/v1/agent/images/:sha256',
    {
      config: { access: 'agent.read-image' },
      schema: {
        tags,
        summary: 'Content of an image.',
        params: Image,
        querystring: Type.Object({ offset: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })) }),
        response: { 200: { content: { 'application/octet-stream': { schema: Type.String({ description: 'Bytes.' }) } } } },
      },
    },
    async (request, reply) => {
      const { sha256 } = request.params;
      if (!(await cloud.images.has(sha256))) throw new CloudError('NOT_FOUND', { kind: 'image', ref: sha256, place: '' });
      return reply.type('application/octet-stream').send(await cloud.images.read(sha256, request.query.offset ?? 0));
    },
  );

  app.get<{ Params: { session: string } }>(
    '/v1/agent/channels/:session',
    {
      config: { access: 'agent.open-channel', errors: ['HOST_UNKNOWN'] },
      schema: {
        tags,
        summary: 'A stream that the control plane asked for: an upgrade to plain bytes.',
        params: Type.Object({ session: Type.String({ maxLength: 100 }) }),
        response: { 101: { type: 'null', description: 'The stream follows.' } },
      },
    },
    async (request, reply) => {
      const { session } = request.params;
      mustUpgrade(request, channelProtocol);
      if (!channels.isAwaited(await hostId(request), session)) throw new CloudError('NOT_FOUND', { kind: 'channel', ref: '', place: '' });
      channels.accept(session, acceptChannel(request, reply));
    },
  );

  app.post<{ Params: { session: string }; Body: { reason: string } }>(
    '/v1/agent/channels/:session/refusal',
    {
      config: { access: 'agent.open-channel', errors: ['HOST_UNKNOWN'] },
      schema: {
        tags,
        summary: 'A stream that the control plane asked for cannot be opened.',
        params: Type.Object({ session: Type.String({ maxLength: 100 }) }),
        body: strict(Type.Object({ reason: Type.String({ maxLength: 2_000 }) })),
        response: { 204: { type: 'null', description: 'Whoever asked for it is told.' } },
      },
    },
    async (request, reply) => {
      const { session } = request.params;
      if (channels.isAwaited(await hostId(request), session)) channels.refuse(session, request.body.reason);
      return reply.code(204).send();
    },
  );
}
