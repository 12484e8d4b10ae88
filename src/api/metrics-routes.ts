import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { CloudError } from '../core/errors.ts';
import { hostSeries, instanceSeries, metricsPointsMax, type Metrics, type MetricsQuery } from '../core/metrics.ts';
import { Nullable } from '../core/schema.ts';
import { days, hours, minutes, MiB, seconds } from '../core/units.ts';
import type { Instance } from '../kinds/instance/instance.ts';
import type { ApiContext } from './context.ts';
import { readAtMost } from './read-at-most.ts';
import { ref, type OneQuery } from './resource-schemas.ts';
import { strict } from './strict.ts';
import { target } from './targets.ts';
import { inputInvalid } from './validation.ts';

/** {@link metricsPointsMax} points of all columns take a fifth of it. */
const answerBytesMax = 1 * MiB;

const when = (says: string) =>
  Type.Optional(
    Type.String({ maxLength: 40, description: `${says} ISO 8601, or so long before now: \`-90s\`, \`-15m\`, \`-1h\`, \`-7d\`.`, examples: ['-1h'] }),
  );
const query = {
  from: when('The hour before `to` where absent.'),
  to: when('Now where absent.'),
  step: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: (30 * days) / seconds,
      description: 'One value for so many seconds at least; as fine as is kept where absent.',
    }),
  ),
};
interface Asked extends OneQuery {
  readonly from?: string;
  readonly to?: string;
  readonly step?: number;
}

function answerOf(names: readonly string[]) {
  const column = Type.Array(Nullable(Type.Number()), { description: 'null: nothing was measured.' });
  return Type.Object({
    stepSeconds: Type.Integer({ description: 'One value is the mean over so long. Kept are 10 s for an hour, 1 min for a day, 15 min for 30 days.' }),
    times: Type.Array(Type.Integer(), {
      description: `When the time of each value begins, s since 1970, evenly spaced; at most ${metricsPointsMax}.`,
    }),
    series: Type.Object(Object.fromEntries(names.map((name) => [name, column]))),
  });
}

/** What instances and hosts have used, as their hosts have it on their own disks. */
export function metricsRoutes(app: FastifyInstance, context: ApiContext): void {
  const { cloud, channels, closing } = context;
  const [instances, hosts] = [cloud.slice('instance'), cloud.slice('host')];
  const project = Type.Optional(Type.String({ minLength: 1, maxLength: 100 }));

  app.get<{ Params: { ref: string }; Querystring: Asked }>(
    '/v1/instances/:ref/metrics',
    {
      config: { access: 'instance.read-metrics' },
      schema: {
        tags: ['instance'],
        summary: 'What it has used: processor, memory, disk, network.',
        params: ref,
        querystring: strict(Type.Object({ project, ...query })),
        response: { 200: answerOf(instanceSeries) },
      },
    },
    async (request) => {
      const instance = (await target(context, request, instances, request.params.ref, request.query.project, 'read-metrics')) as Instance;
      return ask({ what: `The history of instance ${instance.name}`, hostId: instance.spec.host, instanceId: instance.id }, request.query);
    },
  );

  app.get<{ Params: { ref: string }; Querystring: Asked }>(
    '/v1/hosts/:ref/metrics',
    {
      config: { access: 'host.read-metrics' },
      schema: {
        tags: ['host'],
        summary: 'What the machine has used: processors, memory, disk, network.',
        params: ref,
        querystring: strict(Type.Object(query)),
        response: { 200: answerOf(hostSeries) },
      },
    },
    async (request) => {
      const host = await target(context, request, hosts, request.params.ref, undefined, 'read-metrics');
      return ask({ what: `The history of host ${host.name}`, hostId: host.id, instanceId: null }, request.query);
    },
  );

  async function ask({ what, hostId, instanceId }: { what: string; hostId: string; instanceId: string | null }, asked: Asked): Promise<Metrics> {
    const metrics = queryOf(asked, cloud.clock.now());
    const stream = await channels.openTo({ hostId, what }, { stream: 'metrics', instanceId, metrics }, closing);
    const metricsOf = parse((await readAtMost(stream, answerBytesMax, cloud.clock)).toString());
    if (metricsOf === null) throw new CloudError('UNAVAILABLE', { what, problem: 'its host gave no whole answer' });
    return metricsOf;
  }
}

function queryOf({ from, to, step }: Asked, nowMs: number): MetricsQuery {
  const toMs = to === undefined ? nowMs : timeOf('to', to, nowMs);
  const fromMs = from === undefined ? toMs - 1 * hours : timeOf('from', from, nowMs);
  if (fromMs >= toMs) throw inputInvalid('from', 'must be before `to`');
  return { fromMs, toMs, stepMs: step === undefined ? null : step * seconds };
}

const units: Readonly<Record<string, number>> = { s: seconds, m: minutes, h: hours, d: days };

function timeOf(field: string, text: string, nowMs: number): number {
  const [, count, unit] = /^-(\d{1,7})([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return nowMs - Number(count) * (units[unit] ?? 0);
  const ms = /^\d{4}-\d\d-\d\dT[\d:.]{5,15}(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw inputInvalid(field, 'must be a time such as 2026-11-21T06:00:00Z, or so long before now: -90s, -15m, -1h, -7d');
  return ms;
}

/** An agent is ours, and yet another machine: what it says is looked at. */
function parse(text: string): Metrics | null {
  try {
    const { stepSeconds, times, series } = JSON.parse(text) as Metrics;
    const isColumn = (column: unknown, may: (value: unknown) => boolean) =>
      Array.isArray(column) && column.length === times.length && column.every((value) => may(value));
    const isNumber = (value: unknown) => typeof value === 'number';
    if (!isNumber(stepSeconds) || times.length > metricsPointsMax || !isColumn(times, isNumber)) return null;
    if (!Object.values(series).every((column) => isColumn(column, (value) => value === null || isNumber(value)))) return null;
    return { stepSeconds, times, series };
  } catch {
    return null;
  }
}
