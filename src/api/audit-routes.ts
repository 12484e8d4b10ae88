import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { Type, type Static } from 'typebox';
import { looksLikeId } from '../core/ids.ts';
import { limits } from '../core/limits.ts';
import { Nullable, OneOf, Ref, Timestamp } from '../core/schema.ts';
import { identityOf } from './access.ts';
import type { ApiContext } from './context.ts';
import { originIn } from './origin.ts';
import { strict } from './strict.ts';
import { projectOf } from './targets.ts';
import { inputInvalid } from './validation.ts';

const text = (description: string) => Type.String({ description });

const Head = Type.Object({ seq: Type.Integer({ description: 'Of the last entry; 0 for an empty log.' }), hash: text('Of the last entry.') });

const Entry = Type.Object({
  seq: Type.Integer({ description: 'Its place in the chain, from 1.' }),
  at: Timestamp,
  requestId: Nullable(Type.String()),
  userId: Nullable(text('null where nobody had logged in.')),
  name: text('Of the user or host, as it was then; of who tried to log in.'),
  method: text('What proved it: password, token, …; none where nothing did.'),
  credentialId: Nullable(text('Id of the session, token or certificate.')),
  address: Nullable(text('IP address; null for the unix socket.')),
  action: text('`subject.verb`, as in the authorization matrix.'),
  subjects: Type.Array(Type.Object({ kind: Type.String(), id: Nullable(Type.String()), name: Type.String(), project: Nullable(Type.String()) })),
  outcome: OneOf(['done', 'refused'] as const),
  code: Nullable(text('Of the error that refused it.')),
  count: Type.Integer({ description: 'How many alike it stands for; more than 1 only for refusals.' }),
  details: Type.Record(Type.String(), Type.Unknown()),
  prevHash: text('`hash` of the entry before; 64 zeros before the first.'),
  hash: text('SHA-256 over the canonical JSON of all other fields.'),
});

const Verdict = Type.Object({
  ok: Type.Boolean(),
  entries: Type.Integer({ description: 'Found as they were written.' }),
  firstSeq: Nullable(Type.Integer({ description: 'Older ones were let go.' })),
  firstBroken: Nullable(Type.Object({ line: Type.Integer(), seq: Nullable(Type.Integer()), problem: Type.String() })),
  head: Head,
});

const Query = Type.Object({
  user: Type.Optional({ ...Ref, description: 'Who: id, or name as it was then.' } as typeof Ref),
  action: Type.Optional(Type.String({ maxLength: 100, description: '`instance.create`, or `instance` for all that was done to instances.' })),
  subject: Type.Optional({ ...Ref, description: 'To what: id, or name as it was then.' } as typeof Ref),
  project: Type.Optional(Ref),
  outcome: Type.Optional(OneOf(['done', 'refused'] as const)),
  address: Type.Optional(Type.String({ maxLength: 100, description: 'IP address that the request came from.' })),
  from: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601; entries at or after.' })),
  to: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601; entries before.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageSizeMax })),
  cursor: Type.Optional(Type.String({ maxLength: 1_000, description: 'nextCursor of the page before.' })),
});

export function auditRoutes(app: FastifyInstance, context: ApiContext): void {
  const { audit, cloud } = context;
  const tags = ['audit'];

  app.get<{ Querystring: Static<typeof Query> }>(
    '/v1/audit',
    {
      config: { access: 'audit.read', errors: ['CURSOR_INVALID'] },
      schema: {
        tags,
        summary: 'Search the audit log, newest first.',
        description: 'Every change and every refusal. A page may be short, even empty, and still have a next one.',
        querystring: strict(Query),
        response: { 200: Type.Object({ items: Type.Array(Entry), nextCursor: Nullable(Type.String()) }) },
      },
    },
    async (request) => {
      const { project, from, to, limit = limits.pageSizeDefault, ...query } = request.query;
      return audit.search({
        ...query,
        limit,
        from: timeOf('from', from),
        to: timeOf('to', to),
        // One that is gone is known by its id alone.
        project:
          project === undefined || looksLikeId(project)
            ? project
            : ((await projectOf(context, request, cloud.slice('instance'), project)) ?? undefined),
      });
    },
  );

  app.get(
    '/v1/audit/export',
    {
      config: { access: 'audit.export' },
      schema: {
        tags,
        summary: 'The whole audit log, oldest first, one entry per line.',
        description:
          'Each line is canonical JSON with `seq`, `prevHash` and `hash`, the last one `{"end":{"hash","seq"}}`: by them `stratus audit verify FILE` finds every change, also years later and without this cloud. The export itself is an entry of the log, its last.',
        response: { 200: { content: { 'application/x-ndjson': { schema: Entry } } } },
      },
    },
    async (request, reply) => {
      await audit.record({ userId: identityOf(request).userId, requestId: request.id, origin: originIn(request), action: 'audit.export' });
      return reply
        .type('application/x-ndjson; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit.jsonl"')
        .send(Readable.from(withLineEnds(audit.lines())));
    },
  );

  app.get(
    '/v1/audit/verify',
    {
      config: { access: 'audit.verify' },
      schema: {
        tags,
        summary: 'Whether the audit log is as it was written.',
        description: 'Reads all of it. Keep `head` somewhere else: a log that was written anew as a whole is found only by that.',
        response: { 200: Verdict },
      },
    },
    () => audit.verify(),
  );
}

async function* withLineEnds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

function timeOf(field: string, given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const ms = Date.parse(given);
  if (Number.isNaN(ms)) throw inputInvalid(field, 'must be a time, such as 2031-12-31T23:59:59Z');
  return new Date(ms).toISOString();
}
