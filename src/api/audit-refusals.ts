import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AuditLog } from '../audit/audit-log.ts';
import type { AuditSubject } from '../control/audit-entry.ts';
import type { CloudError } from '../core/errors.ts';
import { looksLikeId } from '../core/ids.ts';
import { isHidden } from './hidden.ts';
import { originIn } from './origin.ts';
import { toCloudError } from './problem.ts';
import { readSessionCookie } from './session-cookie.ts';
import { InputInvalid } from './validation.ts';

/** Every refusal goes into the audit log, wherever it was decided. */
export function auditRefusals(app: FastifyInstance, audit: AuditLog): void {
  app.decorateRequest('triedName', null);
  app.addHook('onError', async (request, _reply, error) => {
    const known = toCloudError(error, request.id);
    if (!isRefusal(request, known)) return;
    audit.refused({
      requestId: request.id,
      userId: request.identity?.userId ?? null,
      origin: originIn(request),
      action: request.routeOptions.config.access ?? 'api.read',
      subjects: subjectsOf(request),
      code: known.code,
      details: detailsOf(known),
    });
  });
}

/**
 * Whoever was not let in or not let through; for requests that would have changed something, every reason, a field
 * that may not be written as well. Not what is only a mistake in reading, and not who just has not logged in yet.
 */
function isRefusal(request: FastifyRequest, error: CloudError): boolean {
  if (request.is404 || error.status >= 500) return false;
  const isChange = !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
  if (error.status === 401) return isChange || hasCredential(request);
  if (error.status === 403 || error.status === 429 || isHidden(error)) return true;
  const { dryRun } = request.query as { dryRun?: unknown };
  return isChange && String(dryRun) !== 'true';
}

function hasCredential(request: FastifyRequest): boolean {
  const { ticket } = request.query as { ticket?: unknown };
  return request.headers.authorization !== undefined || ticket !== undefined || readSessionCookie(request) !== null;
}

/** What the path names, whether it exists or not. */
function subjectsOf({ routeOptions, params }: FastifyRequest): AuditSubject[] {
  const [kind = ''] = (routeOptions.config.access ?? '').split('.');
  const ref = Object.values((params ?? {}) as Record<string, unknown>)[0];
  return typeof ref === 'string' ? [{ kind, id: looksLikeId(ref) ? ref : null, name: ref, project: null }] : [];
}

/** Of what was sent only the names of fields: what is in them may be a password in the wrong place. */
function detailsOf(error: CloudError): Record<string, string | number> {
  if (error instanceof InputInvalid) return { fields: error.errors.map(({ field }) => field).join(', ') };
  return error.status === 400 || error.status === 422 ? {} : error.params;
}
