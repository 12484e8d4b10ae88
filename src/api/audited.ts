import type { FastifyRequest } from 'fastify';
import { auditChange, subjectOf } from '../control/audit-entry.ts';
import type { Change } from '../control/store/store.ts';
import type { Resource } from '../core/resource.ts';
import type { ApiContext } from './context.ts';
import { originIn } from './origin.ts';

/** Somebody for whom a request acts that has no log-in of its own. */
interface OnBehalfOf {
  readonly userId: string;
  readonly name: string;
  readonly method: string;
}

/** The audit entry of a change that admission knows nothing of: to be committed together with it. */
export function audited({ cloud }: ApiContext, request: FastifyRequest, action: string, subject?: Resource, who?: OnBehalfOf): Change {
  const origin = originIn(request);
  return auditChange(cloud.clock, {
    action,
    userId: who?.userId ?? request.identity?.userId ?? null,
    requestId: request.id,
    origin: who === undefined ? origin : { ...origin, name: who.name, method: who.method },
    subjects: subject === undefined ? [] : [subjectOf(subject)],
  });
}
