import type { FastifyError } from 'fastify';
import { RevisionCompacted, InvalidCursor } from '../control/store/store.ts';
import { DriverError } from '../core/driver-error.ts';
import { CloudError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { formatBytes } from '../core/units.ts';
import type { FieldProblem } from './explain.ts';
import { inputInvalid, InputInvalid } from './validation.ts';

/** RFC 9457, with our code, the remedy, and the request's id. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly remedy: string;
  readonly requestId: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly errors?: readonly FieldProblem[];
}

export const problemType = 'application/problem+json; charset=utf-8';

export function problemOf(error: CloudError, requestId: string): Problem {
  const { code, status, params } = error;
  return {
    type: `urn:stratuslab:error:${code}`,
    title: `${code.slice(0, 1)}${code.slice(1).toLowerCase().replaceAll('_', ' ')}`,
    status,
    detail: error.message,
    code,
    remedy: error.remedy,
    requestId,
    ...(Object.keys(params).length === 0 ? {} : { params }),
    ...(error instanceof InputInvalid ? { errors: error.errors } : {}),
  };
}

/** Whatever was thrown, as the user may see it. Anything unexpected is INTERNAL and says nothing of its cause. */
export function toCloudError(error: unknown, requestId: string, contentType = '', bodyBytesMax: number = limits.requestBodyBytesMax): CloudError {
  if (error instanceof CloudError) return error;
  if (error instanceof InvalidCursor) return new CloudError('CURSOR_INVALID');
  if (error instanceof RevisionCompacted) return new CloudError('WATCH_TOO_OLD', { revision: '' });
  if (error instanceof DriverError) return new CloudError('UNAVAILABLE', { what: 'What this needs', problem: error.message });
  const { code, statusCode, message } = error as Partial<FastifyError>;
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new CloudError('BODY_TOO_LARGE', { limit: formatBytes(bodyBytesMax) });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new CloudError('MEDIA_TYPE_UNSUPPORTED', { contentType: contentType.slice(0, 100) || 'none' });
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new CloudError('JSON_INVALID', { problem: 'it cannot be parsed' });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new CloudError('JSON_INVALID', { problem: 'its length is not what was announced' });
    default:
  }
  // secure-json-parse: a body that would change prototypes.
  if (error instanceof SyntaxError && statusCode === 400) return new CloudError('JSON_INVALID', { problem: message ?? 'it cannot be parsed' });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return inputInvalid('', (message ?? 'cannot be understood').replace(/\.$/, ''));
  return new CloudError('INTERNAL', { requestId });
}
