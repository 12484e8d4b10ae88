import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CloudError } from '../core/errors.ts';
import { standardHeaders } from './headers.ts';
import { problemOf, problemType, toCloudError } from './problem.ts';

/** Whatever goes wrong becomes problem+json; what is ours to mend is logged, and tells nothing. */
export function answerFailures(app: FastifyInstance): void {
  const routes: { method: string; path: RegExp }[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const path = new RegExp(`^${url.replaceAll(/[.]/g, '\\.').replaceAll(/:\w+/g, '[^/]+')}/?$`);
    for (const each of [method].flat()) routes.push({ method: each, path });
  });
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.url);
    const allowed = [...new Set(routes.filter((route) => route.path.test(path)).map((route) => route.method))];
    const params = { method: request.method, path: path.slice(0, 200) };
    if (allowed.length === 0) return sendProblem(new CloudError('ROUTE_NOT_FOUND', params), request, reply);
    return sendProblem(new CloudError('METHOD_NOT_ALLOWED', params), request, reply.header('allow', allowed.join(', ')));
  });
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = toCloudError(error, request.id, request.headers['content-type'], request.routeOptions.bodyLimit);
  if (known.code === 'INTERNAL') request.log.error({ err: error }, 'a request failed inside');
  if (known.code === 'RATE_LIMITED') reply.header('retry-after', String(known.params['retryAfterSeconds'] ?? 1));
  if (known.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer');
  return (
    reply
      .code(known.status)
      // What fails before it is routed has not met the hook that sets them.
      .headers(standardHeaders(request.id))
      .type(problemType)
      .serializer((problem: unknown) => JSON.stringify(problem))
      .send(problemOf(known, request.id))
  );
}

/** Without the query: it may hold a ticket. */
export function pathOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? url : url.slice(0, at);
}
