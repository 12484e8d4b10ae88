import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type RawServerDefault, type RouteOptions } from 'fastify';
import { AuditLog } from '../audit/audit-log.ts';
import type { IdentityServices } from '../auth/services.ts';
import { limits } from '../core/limits.ts';
import { minutes } from '../core/units.ts';
import type { ControlPlane } from '../kinds/control-plane.ts';
import { guardAccess } from './access.ts';
import { agentRoutes } from './agent-routes.ts';
import { auditRefusals } from './audit-refusals.ts';
import { auditRoutes } from './audit-routes.ts';
import { Channels } from './channels.ts';
import type { ApiContext } from './context.ts';
import { docsRoutes } from './docs.ts';
import { entryRoutes } from './entry-routes.ts';
import { answerFailures, pathOf, sendProblem } from './failures.ts';
import { sanelyNamed, standardHeaders } from './headers.ts';
import { instanceRoutes } from './instance-routes.ts';
import { Listeners, type Listening, type ListenOptions } from './listen.ts';
import { metricsRoutes } from './metrics-routes.ts';
import { describeOperation, openapi } from './openapi.ts';
import { component, ProblemSchema, WatchLineSchema } from './resource-schemas.ts';
import { recipeRoutes } from './recipe-routes.ts';
import { peopleRoutes } from './people-routes.ts';
import { resourceRoutes } from './resource-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import type { JsonSchema } from './strict.ts';
import { sweepRegularly } from './sweep.ts';
import { tokenRoutes } from './token-routes.ts';
import { webPage } from './web-page.ts';
import { inputInvalid, validatorOf, type Validator } from './validation.ts';

export interface ApiOptions {
  readonly cloud: ControlPlane;
  readonly identity: IdentityServices;
  readonly version: string;
  /** Name of this cloud, for people. */
  readonly name?: string;
  readonly logger?: FastifyBaseLogger;
  /** Where the built page lies; absent: the API alone. */
  readonly webDir?: string;
}

export interface ApiRoute {
  readonly method: string;
  readonly url: string;
  /** Row of the authorization matrix. */
  readonly access: string;
}

export interface Api {
  /** The routes themselves, whoever brings the requests. */
  readonly app: FastifyInstance;
  /** Streams out of hosts, for who brings an agent's end by another way than HTTP. */
  readonly channels: Channels;
  /** All of them, once `app.ready()`. */
  readonly routes: readonly ApiRoute[];
  listen(options: ListenOptions): Promise<Listening>;
  /** Ends all that is open; doing it twice is free. */
  close(): Promise<void>;
}

/** The HTTP API of the control plane. */
export function createApi(options: ApiOptions): Api {
  const routes: ApiRoute[] = [];
  const channels = new Channels(options.cloud.gateway, options.cloud.clock);
  const { store, clock, feed } = options.cloud;
  const { settings } = options.identity;
  const audit = new AuditLog({
    store,
    clock,
    feed,
    retentionDays: () => settings.current.audit.retentionDays,
    onError: (what, error) => app.log.error({ err: error }, what),
  });
  const app: FastifyInstance = routesOf(options, channels, audit, ({ method, url, config }) =>
    routes.push({ method: String(method), url, access: config?.access ?? '' }),
  );
  const listeners = new Listeners(app);
  return {
    app,
    channels,
    routes,
    listen: (where) => listeners.open(where),
    async close() {
      // Streams and waits end first, so that connections can.
      await Promise.all([app.close(), listeners.close()]);
      // With what the last requests were refused with.
      await audit.close();
    },
  };
}

function routesOf(
  { cloud, identity, version, name = 'stratus', logger, webDir }: ApiOptions,
  channels: Channels,
  audit: AuditLog,
  onRoute: (route: RouteOptions) => void,
): FastifyInstance {
  const closing = new AbortController();
  const { auth, settings, signIn } = identity;
  const context: ApiContext = { cloud, auth, audit, settings, signIn, identity, channels, version, name, closing: closing.signal };
  const app: FastifyInstance = fastify<RawServerDefault>({
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    exposeHeadRoutes: false,
    bodyLimit: limits.requestBodyBytesMax,
    requestTimeout: 1 * minutes,
    genReqId: (request) => sanelyNamed(request.headers['x-request-id']) ?? cloud.clock.uuid(),
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    schemaController: {
      compilersFactory: {
        buildValidator: () => buildValidator as never,
        // The schemas of answers are for readers: what goes out is what was made.
        buildSerializer: () => () => (value: unknown) => JSON.stringify(value),
      },
    },
  });
  readJsonOnly(app);
  app.addHook('onRequest', async (request, reply) => void reply.headers(standardHeaders(request.id)));
  app.addHook('onRequest', async ({ raw }) => {
    // HTTP/1.1 wants it (RFC 9112, 3.2), and the names of cookies follow from it.
    if (raw.headers.host === undefined && raw.httpVersion !== '1.0') throw inputInvalid('Host', 'is missing');
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, identity } = request;
    request.log.info({ method, path: pathOf(url), status: reply.statusCode, ms: Math.round(reply.elapsedTime), user: identity?.userId }, 'request');
  });
  app.addHook('onRoute', onRoute);
  auditRefusals(app, audit);
  answerFailures(app);
  void app.register(cookie);
  void app.register(swagger, {
    openapi: openapi(cloud.registry.kinds, version),
    refResolver: { buildLocalReference: (schema) => schema['$id'] as string },
    transform: describeOperation,
  });
  void app.register(async (routes) => {
    guardAccess(routes, auth);
    for (const kind of cloud.registry.kinds) routes.addSchema(component(kind));
    routes.addSchema(ProblemSchema);
    routes.addSchema(WatchLineSchema);
    entryRoutes(routes, context);
    docsRoutes(routes);
    if (webDir !== undefined) webPage(routes, webDir);
    sessionRoutes(routes, context);
    peopleRoutes(routes, context);
    tokenRoutes(routes, context);
    auditRoutes(routes, context);
    settingsRoutes(routes, context);
    instanceRoutes(routes, context);
    metricsRoutes(routes, context);
    recipeRoutes(routes, context);
    for (const slice of cloud.slices.values()) resourceRoutes(routes, context, slice);
    agentRoutes(routes, context);
  });
  const stopSweeping = sweepRegularly(auth.store, auth.clock, (error) => app.log.error({ err: error }, 'sweeping failed'));
  app.addHook('onReady', async () => {
    await identity.start();
    audit.start();
  });
  app.addHook('preClose', async () => {
    stopSweeping();
    await identity.stop();
    closing.abort();
    channels.close();
  });
  return app;
}

function buildValidator({ schema, httpPart }: { schema: JsonSchema; httpPart?: string }): Validator {
  return validatorOf(schema, httpPart);
}

/** JSON or nothing: an empty body is none, and a form or plain text, which any page can send, is refused. */
function readJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, null);
    else void parse(request, body as string, done);
  });
}
