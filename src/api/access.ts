import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Auth } from '../auth/auth.ts';
import { mayDo } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { leastOf } from '../auth/matrix.ts';
import { csrfTokenOf, sameSecret } from '../auth/secret.ts';
import type { TicketUse } from '../auth/tickets.ts';
import { CloudError } from '../core/errors.ts';
import { presentedSha256 } from './presented-certificate.ts';
import { readSessionCookie } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Row of the authorization matrix, `subject.verb`. */
    access?: string;
    /** A one-time ticket in the address is taken instead of a log-in. */
    takesTicket?: boolean;
  }
  interface FastifyRequest {
    /** null where anyone may ask and nobody has logged in. */
    identity: Identity | null;
    /** What the ticket that was taken is good for; null without one. */
    ticketUse: TicketUse | null;
  }
}

/** Every route has its row in the matrix, or the server does not start; every request has its caller, or is refused. */
export function guardAccess(
  app: FastifyInstance,
  auth: Auth,
  /** Who comes with the certificates of the connection; null where they say nothing. */
  byCertificates: (request: FastifyRequest) => Promise<Identity | null> = async () => null,
): void {
  app.decorateRequest('identity', null);
  app.decorateRequest('ticketUse', null);
  app.addHook('onRoute', (route) => {
    const [subject, verb] = split(route.config?.access);
    if (leastOf(subject, verb) === null)
      throw new Error(`${String(route.method)} ${route.url}: ${route.config?.access ?? 'no access'} is not in the authorization matrix`);
  });
  app.addHook('onRequest', async (request) => {
    const { config } = request.routeOptions;
    if (request.is404) return;
    const [subject, verb] = split(config.access);
    const isForAnyone = mayDo(null, subject, verb);
    request.identity = await identify(auth, request, isForAnyone, byCertificates);
    if (isForAnyone) return;
    if (mayDo(request.identity, subject, verb)) return mustBeDone(request.identity, `${subject}.${verb}`);
    if (request.identity === null) throw new CloudError('UNAUTHENTICATED', { problem: 'there is no valid session or token' });
    throw new CloudError('FORBIDDEN', { verb, what: subject });
  });
}

const steps = {
  conditions: 'read and accept the conditions of this site',
  'second-factor': 'set up a second factor: this site asks for one',
} as const;

/** A session with something left to do can do that, and log out. */
function mustBeDone(identity: Identity | null, row: string): void {
  const pending = identity?.pending ?? null;
  if (pending !== null && !/^(account|session|sign-in)\.|^api\.(?!watch)/.test(row)) throw new CloudError('STEP_NEEDED', { step: steps[pending] });
}

/** The identity of a request that got past the door. */
export function identityOf(request: FastifyRequest): Identity {
  if (request.identity === null) throw new CloudError('UNAUTHENTICATED', { problem: 'there is no valid session or token' });
  return request.identity;
}

/** Where a request comes from; null on the cloud's own socket. */
export function addressOf({ ip }: FastifyRequest): string | null {
  return ip === undefined || ip === '' ? null : ip;
}

async function identify(
  auth: Auth,
  request: FastifyRequest,
  isForAnyone: boolean,
  byCertificates: (request: FastifyRequest) => Promise<Identity | null>,
): Promise<Identity | null> {
  const { ticket } = request.query as { ticket?: unknown };
  if (request.routeOptions.config.takesTicket === true && typeof ticket === 'string') {
    const redeemed = auth.tickets.redeem(ticket);
    if (redeemed === null) throw new CloudError('UNAUTHENTICATED', { problem: 'the ticket was used already, or its minute is over' });
    request.ticketUse = redeemed.use;
    const { identity } = redeemed;
    const rights = identity.rights === null ? null : await auth.rights.of(identity.userId);
    if (identity.rights !== null && rights === null) throw new CloudError('UNAUTHENTICATED', { problem: 'this account is gone or blocked' });
    return { ...identity, rights };
  }
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1];
    const identity = token === undefined ? null : await auth.byToken(token, addressOf(request));
    if (identity === null && !isForAnyone) throw new CloudError('UNAUTHENTICATED', { problem: 'the token is not valid, or not any more' });
    return identity;
  }
  const certificate = isForAnyone ? null : presentedSha256(request);
  const agent = certificate === null ? null : await auth.byAgentCertificate(certificate);
  if (agent !== null) return agent;
  const secret = readSessionCookie(request);
  const identity = secret === null ? null : await auth.bySession(secret, addressOf(request));
  if (secret !== null && identity !== null && !isForAnyone) refuseForgery(request, secret);
  return identity ?? (isForAnyone || isOfBrowser(request) ? null : await byCertificates(request));
}

/** A browser shows its certificate to whoever makes it send the request: there a session is needed, which proves more. */
function isOfBrowser({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
}

/** For routes that anyone may ask, where they do something as the person of a session. Throws FORBIDDEN. */
export function proveNotForged(request: FastifyRequest): void {
  const secret = request.identity?.via === 'session' ? readSessionCookie(request) : null;
  if (secret !== null) refuseForgery(request, secret);
}

/** A browser sends a cookie along whoever made it send the request; only our own page knows the token that belongs to it. */
function refuseForgery(request: FastifyRequest, secret: string): void {
  // No header can be sent with a WebSocket: there a ticket proves the same.
  if (request.routeOptions.config.takesTicket === true)
    throw new CloudError('UNAUTHENTICATED', { problem: 'a browser session needs a ticket for this' });
  const { origin, host } = request.headers;
  if (origin !== undefined && URL.parse(origin)?.host !== host)
    throw new CloudError('FORBIDDEN', { verb: 'use this session', what: 'from another site' });
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return;
  const given = request.headers['x-csrf-token'];
  if (typeof given !== 'string' || !sameSecret(given, csrfTokenOf(secret)))
    throw new CloudError('FORBIDDEN', { verb: 'change anything', what: 'with a session cookie alone: send the X-CSRF-Token that the log-in gave' });
}

function split(access: string | undefined): [subject: string, verb: string] {
  const [subject = '', verb = ''] = (access ?? '').split('.');
  return [subject, verb];
}
