import { Type, type TProperties } from 'typebox';
import type { Kind } from '../core/kind.ts';
import { limits } from '../core/limits.ts';
import { Labels, Name, Nullable, OneOf, Ref, Timestamp } from '../core/schema.ts';
import { strict, type JsonSchema } from './strict.ts';
import { goals, type Goal } from './wait.ts';

export const ref = Type.Object({ ref: Ref });

const project = Type.Optional(
  Type.String({ minLength: 1, maxLength: 100, description: 'Project by name or id; `default` where absent. Kinds of the cloud itself have none.' }),
);
const Revision = Type.Integer({ minimum: 0, description: 'Of the whole cloud; grows with every change.' });

const wait = {
  wait: Type.Optional(
    OneOf(goals, {
      description:
        'Answer only when it is settled (as asked for), ready (to be used) or gone, when it has failed, or when the time is over; `settled` in the answer tells.',
    }),
  ),
  timeoutSeconds: Type.Optional(
    Type.Integer({ minimum: 1, maximum: limits.waitSecondsMax, description: 'How long to wait at most; 60 where absent.' }),
  ),
};

export interface OneQuery {
  readonly project?: string;
  readonly wait?: Goal;
  readonly timeoutSeconds?: number;
}
export const oneQuery = strict(Type.Object({ project, ...wait }));

const dryRun = Type.Optional(Type.Boolean({ description: 'Change nothing: answer what would be created, or the refusal.' }));

export interface CreateQuery extends OneQuery {
  readonly dryRun?: boolean;
}
export const trialQuery = strict(Type.Object({ project, ...wait, dryRun }));

/** What a dry run answers. Ids and what else is drawn by chance is drawn anew when it is really created. */
export function trialAnswer(kind: Kind, fields: TProperties) {
  return Type.Object(
    { dryRun: Type.Literal(true), items: Type.Array(Type.Ref(`${componentName(kind)}#`)), ...fields },
    { description: 'With dryRun: what would be created.' },
  );
}

export interface ManyQuery {
  readonly project?: string;
  readonly limit?: number;
  readonly cursor?: string;
  readonly order?: 'asc' | 'desc';
  readonly name?: string;
  readonly state?: string;
  readonly label?: string[];
  readonly subject?: string;
  readonly watch?: boolean;
  readonly from?: number;
}

/** Where no project is named, all that the caller may see is meant. */
export function isListedFromAll({ name, isFoundFromAnywhere }: Kind): boolean {
  return name === 'event' || isFoundFromAnywhere === true;
}

export function manyQuery(kind: Kind): JsonSchema {
  return strict(
    Type.Object({
      project: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 100,
          description: `Project by name or id, or \`*\` for all; \`${isListedFromAll(kind) ? '*' : 'default'}\` where absent.`,
        }),
      ),
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: limits.pageSizeMax, description: `Of one page; ${limits.pageSizeDefault} where absent.` }),
      ),
      cursor: Type.Optional(Type.String({ maxLength: 2_000, description: 'nextCursor of the page before.' })),
      order: Type.Optional(OneOf(['asc', 'desc'] as const, { description: 'Oldest first, or newest first.' })),
      name: Type.Optional(Type.String({ maxLength: 100 })),
      state: Type.Optional(OneOf(kind.states)),
      label: Type.Optional(
        Type.Array(Type.String({ minLength: 1, maxLength: limits.labelKeyLengthMax + limits.labelValueLengthMax + 1 }), {
          maxItems: 20,
          description: '`key=value`, or `key`; repeated: all must hold.',
        }),
      ),
      ...(kind.name === 'event' ? { subject: Type.Optional(Type.String({ maxLength: 100, description: 'Id of what they are about.' })) } : {}),
      watch: Type.Optional(Type.Boolean({ description: 'Instead of a list: changes as they come, one JSON value per line (see /v1/watch).' })),
      from: Type.Optional({
        ...Revision,
        description: 'With watch: tell what changed after this revision; from now on where absent.',
      } as typeof Revision),
    }),
  );
}

export interface WatchAllQuery {
  readonly kinds?: string;
  readonly project?: string;
  readonly from?: number;
}
export const watchAllQuery = strict(
  Type.Object({
    kinds: Type.Optional(Type.String({ maxLength: 500, description: 'Kinds, separated by commas; all where absent.' })),
    project: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Project by name or id, or `*`; `*` where absent.' })),
    from: Type.Optional({ ...Revision, description: 'Tell what changed after this revision; from now on where absent.' } as typeof Revision),
  }),
);

const named = (kind: Kind): TProperties => ({ name: kind.nameSchema ?? Name, labels: Type.Optional(Labels) });

export function createBody(kind: Kind, more: TProperties = {}): JsonSchema {
  return strict(Type.Object({ ...named(kind), ...more, ...kind.create?.properties }));
}

export function updateBody(kind: Kind): JsonSchema {
  return strict(Type.Object({ name: Type.Optional(kind.nameSchema ?? Name), labels: Type.Optional(Labels), ...kind.update?.properties }));
}

/** Verbs without a body also take an empty one, or none. */
export function verbBody(kind: Kind, verb: string): JsonSchema {
  const body = strict(kind.verbs[verb]?.body ?? Type.Object({}));
  return { anyOf: [body, { type: 'null' }] };
}

/** Name of the kind's component in the API's description: `SshKey`. */
export function componentName({ name }: Kind): string {
  return name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The resource as it goes out. */
export function component(kind: Kind) {
  return Type.Object(
    {
      kind: Type.Literal(kind.name),
      id: Type.String({ description: `Begins with \`${kind.prefix}-\`.` }),
      name: Type.String(),
      project: Nullable(Type.String({ description: 'Id of the owning project.' })),
      labels: Labels,
      shares: Type.Optional(
        Type.Array(
          Type.Object({ with: Type.String({ description: 'Id, or `everyone`.' }), name: Type.String(), access: OneOf(['read', 'use'] as const) }),
          {
            description: 'Who may see or use it beside its project.',
          },
        ),
      ),
      generation: Type.Integer({ description: 'Grows with every change that somebody asks for.' }),
      requestId: Type.Optional(Nullable(Type.String({ description: 'Of the request that asked for this generation.' }))),
      revision: Revision,
      createdAt: Timestamp,
      updatedAt: Timestamp,
      deletedAt: Nullable(Timestamp),
      createdBy: Type.String(),
      spec: kind.spec,
      status: kind.status,
      state: OneOf(kind.states),
      settled: Type.Boolean({ description: 'It is as asked for.' }),
      verbs: Type.Record(Type.String(), Nullable(Type.Object({ allowed: Type.String(), hint: Type.String() })), {
        description: 'Each verb: null when it is possible now, otherwise why not.',
      }),
    },
    { $id: componentName(kind), description: kind.says },
  );
}

export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What went wrong, in plain words.' }),
    code: Type.String({ description: 'Stable, for programs.' }),
    remedy: Type.String({ description: 'What to do about it.' }),
    requestId: Type.String(),
    params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    errors: Type.Optional(Type.Array(Type.Object({ field: Type.String(), problem: Type.String() }))),
  },
  { $id: 'Problem', description: 'Any error (RFC 9457).' },
);

/** One line of a watch. */
export const WatchLineSchema = Type.Object(
  {
    type: OneOf(['put', 'delete', 'bookmark', 'error'] as const, { description: '`error` is the last line, and has the fields of a Problem.' }),
    revision: Type.Optional(Revision),
    kind: Type.Optional(Type.String()),
    id: Type.Optional(Type.String()),
    resource: Type.Optional(Type.Unknown({ description: 'With `put`: the resource as it is in other answers.' })),
  },
  { $id: 'WatchLine', description: 'One line of a watch.' },
);
