import type { RouteOptions } from 'fastify';
import { errorCatalogue, type ErrorCode } from '../core/errors.ts';

/** Headers of a request that some routes look at. */
const requestHeaders = {
  'If-Match': 'The ETag that was read last: 412 when it has changed since.',
  'If-None-Match': 'ETags that are known: 304 when it is still one of them.',
  'Idempotency-Key':
    'Of your choice, 1 to 200 visible characters: for a day the same request with the same key counts once, and gets the first answer again, with `Idempotent-Replayed: true`.',
  'X-Request-Id': 'Your own name for this request, up to 64 letters, digits and `_.:-`; it stands in logs and events.',
  'X-CSRF-Token': 'What the log-in gave; needed with a session cookie.',
} as const;
export type RequestHeader = keyof typeof requestHeaders;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Headers that it looks at, beside those that all do. */
    takes?: readonly RequestHeader[];
    /** Errors of its own, beside those that follow from its form. */
    errors?: readonly ErrorCode[];
  }
}

interface Described {
  readonly body?: unknown;
  readonly params?: unknown;
  readonly querystring?: unknown;
  readonly security?: unknown;
  readonly response?: Readonly<Record<string, object>>;
}

/** What a route can answer: its own answers with their headers, and every error with its code. */
export function answersOf(route: RouteOptions, schema: Described) {
  const takes = takenBy(route, schema);
  const text = (description: string) => ({ type: 'string', description });
  const requestId = { 'X-Request-Id': text('Names this request in logs and events.') };
  const response: Record<string, object> = {};
  for (const [status, answer] of Object.entries(schema.response ?? {})) {
    const given = (answer as { headers?: object }).headers;
    response[status] = { description: defaultWords[status] ?? 'Done.', ...answer, headers: { ...requestId, ...given } };
  }
  for (const [status, codes] of Map.groupBy(errorsOf(route, schema, takes), (code) => errorCatalogue[code].status)) {
    const description = codes
      .map((code) => `\`${code}\`: ${errorCatalogue[code].says} ${errorCatalogue[code].remedy.replace('{hint}', '')}`.trim())
      .join('\n\n');
    response[status] = { description, headers: requestId, content: problem };
  }
  response['default'] = { description: 'Any other error.', headers: requestId, content: problem };
  return { headers: { type: 'object', properties: Object.fromEntries(takes.map((name) => [name, text(requestHeaders[name])])) }, response };
}

const problem = { 'application/problem+json': { schema: { $ref: 'Problem#' } } };

/** A component's description is not what an answer means. */
const defaultWords: Readonly<Record<string, string>> = { 200: 'As asked for.', 201: 'Made.', 202: 'Accepted: `settled` tells when it is done.' };

function takenBy({ config, method }: RouteOptions, { security }: Described): RequestHeader[] {
  return [...(config?.takes ?? []), 'X-Request-Id', ...(method === 'GET' || security !== undefined ? [] : (['X-CSRF-Token'] as const))];
}

function errorsOf(
  { config, method, url }: RouteOptions,
  { body, params, querystring, security }: Described,
  takes: readonly RequestHeader[],
): ErrorCode[] {
  const isPublic = security !== undefined;
  const found: readonly (readonly ErrorCode[])[] = [
    body === undefined && params === undefined && querystring === undefined ? [] : ['INPUT_INVALID'],
    body === undefined ? [] : ['JSON_INVALID', 'BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'],
    isPublic ? [] : ['UNAUTHENTICATED', 'FORBIDDEN'],
    params === undefined && querystring === undefined ? [] : ['NOT_FOUND'],
    takes.includes('If-Match') ? ['CHANGED_MEANWHILE'] : [],
    takes.includes('Idempotency-Key') ? ['IDEMPOTENCY_KEY_REUSED'] : [],
    method === 'GET' || isPublic || url.includes('/agent/') ? [] : ['CONFLICT'],
    config?.errors ?? [],
    ['INTERNAL', 'UNAVAILABLE'],
  ];
  return [...new Set(found.flat())];
}
