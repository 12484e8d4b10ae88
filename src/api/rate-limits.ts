import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CloudError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { minutes } from '../core/units.ts';
import { isLoopback } from './loopback.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Counted for each address besides: what costs a password's hash, and what makes accounts or sends mail. */
    rate?: 'log-in' | 'registration';
  }
}

/** Requests a minute. */
export interface Rates {
  readonly ofAddress: number;
  readonly ofCredential: number;
  readonly logIns: number;
  readonly registrations: number;
}

const usual: Rates = {
  ofAddress: limits.requestsPerMinuteOfAddressMax,
  ofCredential: limits.requestsPerMinuteOfCredentialMax,
  logIns: limits.logInsPerMinuteOfAddressMax,
  registrations: limits.registrationsPerMinuteOfAddressMax,
};

/** Remembered at once; the ones that were silent longest go first. */
const remembered = 20_000;

type Count = ReturnType<FastifyInstance['createRateLimit']>;

/**
 * Too many requests of one address, or with one token or session, are refused for the rest of the minute. Not counted:
 * who comes through the unix socket (the machine's root) and agents, whose reports must not be held up by anything.
 * Loopback has no address that tells one caller from another: there only credentials and log-ins count.
 */
export function limitRates(app: FastifyInstance, wanted: Partial<Rates> = {}): { afterAccess(routes: FastifyInstance): void } {
  const rates = { ...usual, ...wanted };
  const counters = new Map<keyof Rates, Count>();
  void app.register(rateLimit, { global: false });
  app.after(() => {
    // Of IPv6, who has one address has 2^64 of them.
    const common = { timeWindow: 1 * minutes, ipv6Subnet: 64, cache: remembered };
    for (const which of ['ofAddress', 'logIns', 'registrations'] as const) counters.set(which, app.createRateLimit({ ...common, max: rates[which] }));
    const keyGenerator = (request: FastifyRequest) => request.identity?.credentialId ?? '';
    counters.set('ofCredential', app.createRateLimit({ ...common, max: rates.ofCredential, keyGenerator }));
  });
  const count = async (which: keyof Rates, request: FastifyRequest) => {
    if (!Number.isFinite(rates[which])) return;
    const found = await counters.get(which)?.(request);
    if (found?.isAllowed === false && found.isExceeded) throw new CloudError('RATE_LIMITED', { retryAfterSeconds: found.ttlInSeconds });
  };
  app.addHook('onRequest', async (request) => {
    const { access, rate } = request.routeOptions.config ?? {};
    if (isFromSocket(request)) return;
    if (rate === 'log-in') await count('logIns', request);
    if (rate === 'registration') await count('registrations', request);
    if (access?.startsWith('agent.') !== true && !isLoopback(request.ip)) await count('ofAddress', request);
  });
  return {
    afterAccess: (routes) =>
      void routes.addHook('onRequest', async (request) => {
        if (request.identity !== null && request.identity.role !== 'agent' && !isFromSocket(request)) await count('ofCredential', request);
      }),
  };
}

function isFromSocket({ ip }: FastifyRequest): boolean {
  return ip === undefined || ip === '';
}
