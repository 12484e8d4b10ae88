import type { TLSSocket } from 'node:tls';
import cookie from '@fastify/cookie';
import swagger from '@fastify/swagger';
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type RawServerDefault, type RouteOptions } from 'fastify';
import { AuditLog } from '../audit/audit-log.ts';
import type { IdentityServices } from '../auth/services.ts';
import { limits } from '../core/limits.ts';
import type { CallerAuthorities, HostAuthority } from '../ports/certificates.ts';
import type { ControlPlane } from '../kinds/control-plane.ts';
import { guardAccess } from './access.ts';
import { refuseAddressSecrets } from './address-secrets.ts';
import { agentRoutes } from './agent-routes.ts';
import { auditRefusals } from './audit-refusals.ts';
import { auditRoutes } from './audit-routes.ts';
import { Channels } from './channels.ts';
import type { ApiContext } from './context.ts';
import { deviceRoutes } from './device-routes.ts';
import { docsRoutes } from './docs.ts';
import { govern } from './govern.ts';
import { entryRoutes } from './entry-routes.ts';
import { explainRoutes } from './explain-routes.ts';
import { answerFailures, pathOf, sendProblem } from './failures.ts';
import { sanelyNamed, standardHeaders } from './headers.ts';
import { cutRemovedHosts } from './host-connections.ts';
import { hostJoinRoutes } from './host-join-routes.ts';
import { instanceRoutes } from './instance-routes.ts';
import { Listeners, stickToTls, type Entrance, type Listening, type ListenOptions } from './listen.ts';
import { metricsRoutes } from './metrics-routes.ts';
import { describeOperation, openapi } from './openapi.ts';
import { refuseOtherNames } from './own-names.ts';
import { limitRates, type Rates } from './rate-limits.ts';
import { component, ProblemSchema, WatchLineSchema } from './resource-schemas.ts';
import { providerRoutes } from './provider-routes.ts';
import { recipeRoutes } from './recipe-routes.ts';
import { peopleRoutes } from './people-routes.ts';
import { resourceRoutes } from './resource-routes.ts';
import { sessionRoutes, visitOf } from './session-routes.ts';
import { settingsRoutes } from './settings-routes.ts';
import type { JsonSchema } from './strict.ts';
import { sweepRegularly } from './sweep.ts';
import { tokenRoutes } from './token-routes.ts';
import { usageRoutes } from './usage-routes.ts';
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
  /** Makes machines hosts of the cloud; absent: none can join. */
  readonly hostAuthority?: HostAuthority;
  /** Whose certificates people may show besides: their names are told in the handshake. What one is worth, the routes find out. */
  readonly callerAuthorities?: CallerAuthorities;
  /** Names that people reach this cloud by, besides those of this machine and of its certificate. Asked with every request. */
  readonly ownNames?: () => readonly string[];
  /** Requests a minute, where they are not to be the usual ones. */
  readonly rates?: Partial<Rates>;
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
  /** Connections that are open now, on all sockets. */
  readonly connectionCount: number;
  /** Ends all that is open; doing it twice is free. */
  close(): Promise<void>;
}

/** The HTTP API of the control plane. */
export function createApi(options: ApiOptions): Api {
  const routes: ApiRoute[] = [];
  const channels = new Channels(options.cloud.gateway, options.cloud.clock);
  const { store, feed } = options.cloud;
  const { settings, auth } = options.identity;
  const audit = new AuditLog({
    store,
    // Of a simulated control plane that has died, the own clock has stopped: its end would wait for ever.
    clock: auth.clock,
    feed,
    retentionDays: () => settings.current.audit.retentionDays,
    onError: (what, error) => app.log.error({ err: error }, what),
  });
  const door: Door = {
    entrance: () => listeners.entrance,
    ownNames: () => [...(options.ownNames?.() ?? []), ...listeners.names],
  };
  const app: FastifyInstance = routesOf(options, door, channels, audit, ({ method, url, config }) =>
    routes.push({ method: String(method), url, access: config?.access ?? '' }),
  );
  const { hostAuthority, callerAuthorities } = options;
  govern(options.cloud, options.identity);
  const listeners = new Listeners(app, {
    ownNames: door.ownNames,
    authorities: () => [...(hostAuthority === undefined ? [] : [hostAuthority.certificatePem]), ...(callerAuthorities?.current() ?? [])],
    ...(callerAuthorities === undefined ? {} : { onAuthoritiesChange: (listener) => callerAuthorities.onChange(listener) }),
  });
  return {
    app,
    channels,
    routes,
    listen: (where) => listeners.open(where),
    get connectionCount() {
      return listeners.connectionCount;
    },
    async close() {
      // Streams and waits end first, so that connections can.
      await Promise.all([app.close(), listeners.close()]);
      // With what the last requests were refused with.
      await audit.close();
    },
  };
}

interface Door {
  readonly entrance: () => Entrance | null;
  readonly ownNames: () => readonly string[];
}

function routesOf(
  { cloud, identity, version, name = 'stratus', logger, webDir, hostAuthority, rates }: ApiOptions,
  door: Door,
  channels: Channels,
  audit: AuditLog,
  onRoute: (route: RouteOptions) => void,
): FastifyInstance {
  const closing = new AbortController();
  const { auth, settings, signIn } = identity;
  const context: ApiContext = {
    cloud,
    auth,
    audit,
    settings,
    signIn,
    identity,
    channels,
    hostAuthority: hostAuthority ?? null,
    entrance: door.entrance,
    version,
    name,
    closing: closing.signal,
  };
  const app: FastifyInstance = fastify<RawServerDefault>({
    ...(logger === undefined ? {} : { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    exposeHeadRoutes: false,
    bodyLimit: limits.requestBodyBytesMax,
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
  let stopCutting = () => {};
  readJsonOnly(app);
  app.addHook('onRequest', async (request, reply) => void reply.headers({ ...standardHeaders(request.id), ...stickToTls(request) }));
  app.addHook('onRequest', async ({ raw }) => {
    // HTTP/1.1 wants it (RFC 9112, 3.2), and the names of cookies follow from it.
    if (raw.headers.host === undefined && raw.httpVersion !== '1.0') throw inputInvalid('Host', 'is missing');
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method, url, identity } = request;
    request.log.info({ method, path: pathOf(url), status: reply.statusCode, ms: Math.round(reply.elapsedTime), user: identity?.userId }, 'request');
  });
  refuseOtherNames(app, door.ownNames);
  refuseAddressSecrets(app);
  const counted = limitRates(app, rates);
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
    guardAccess(routes, auth, (request) => signIn.byCertificates(identity.drivers.presented(request.raw.socket as TLSSocket), visitOf(request)));
    counted.afterAccess(routes);
    stopCutting = cutRemovedHosts(routes, cloud.feed);
    for (const kind of cloud.registry.kinds) routes.addSchema(component(kind));
    routes.addSchema(ProblemSchema);
    routes.addSchema(WatchLineSchema);
    entryRoutes(routes, context);
    docsRoutes(routes);
    if (webDir !== undefined) webPage(routes, webDir);
    sessionRoutes(routes, context);
    providerRoutes(routes, context);
    deviceRoutes(routes, context);
    peopleRoutes(routes, context);
    tokenRoutes(routes, context);
    auditRoutes(routes, context);
    settingsRoutes(routes, context);
    explainRoutes(routes, context);
    instanceRoutes(routes, context);
    metricsRoutes(routes, context);
    recipeRoutes(routes, context);
    usageRoutes(routes, context);
    for (const slice of cloud.slices.values()) resourceRoutes(routes, context, slice);
    agentRoutes(routes, context);
    hostJoinRoutes(routes, context);
  });
  const stopSweeping = sweepRegularly(auth.store, auth.clock, (error) => app.log.error({ err: error }, 'sweeping failed'));
  app.addHook('onReady', async () => {
    await identity.start();
    audit.start();
  });
  app.addHook('preClose', async () => {
    stopSweeping();
    await identity.stop();
    stopCutting();
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
