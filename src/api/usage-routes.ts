import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { usageKind, type UsageRecord } from '../control/usage.ts';
import { inFull, limitsOf, UsageSchema, type OwnQuota } from '../core/quota.ts';
import type { ApiContext } from './context.ts';
import { ref } from './resource-schemas.ts';
import { strict } from './strict.ts';
import { target } from './targets.ts';

/** What projects and people take, and may take. */
export function usageRoutes(app: FastifyInstance, context: ApiContext): void {
  const { store, quotas } = context.cloud;
  for (const [kind, summary] of [
    ['project', 'What its resources take, and may take at most.'],
    ['user', 'What this person has made and is still there, over all projects, and may be at most.'],
  ] as const) {
    const slice = context.cloud.slice(kind);
    app.get<{ Params: { ref: string } }>(
      `/v1/${slice.kind.plural}/:ref/usage`,
      {
        config: { access: `${kind}.read-usage` },
        schema: { tags: [kind], summary, params: ref, querystring: strict(Type.Object({})), response: { 200: UsageSchema } },
      },
      async (request) => {
        const { id, spec } = await target(context, request, slice, request.params.ref, undefined, 'read-usage');
        const record = (await store.get(usageKind, id)) as UsageRecord | null;
        return { used: inFull(record?.spec.amounts ?? {}), limits: limitsOf((spec as { quota?: OwnQuota }).quota, quotas.defaults()[kind]) };
      },
    );
  }
}
