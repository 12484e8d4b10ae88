import type { FastifyReply, FastifyRequest } from 'fastify';
import { lifetimes } from '../auth/lifetimes.ts';
import { seconds } from '../core/units.ts';

/**
 * Browsers do not keep ports apart: two clouds on one machine would log each other out without theirs in the name. Over
 * TLS its prefix keeps whoever speaks plain HTTP under our name, or another host of our domain, from setting one.
 */
function cookieName(request: FastifyRequest, what = 'session'): string {
  return `${request.protocol === 'https' ? '__Host-' : ''}stratus_${what}_${/:(\d{1,5})$/.exec(request.headers.host ?? '')?.[1] ?? 'default'}`;
}

function options(request: FastifyRequest) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' } as const;
}

export function readSessionCookie(request: FastifyRequest): string | null {
  return request.cookies[cookieName(request)] ?? null;
}

export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, secret: string): void {
  reply.setCookie(cookieName(request), secret, { ...options(request), maxAge: lifetimes.sessionMs / seconds });
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(cookieName(request), options(request));
}

/** While the browser is at a provider. It comes back from another site: `strict` would keep the cookie from us then. */
function awayOptions(request: FastifyRequest) {
  return { ...options(request), sameSite: 'lax' } as const;
}

export function readAwayCookie(request: FastifyRequest): string | null {
  return request.cookies[cookieName(request, 'away')] ?? null;
}

export function setAwayCookie(request: FastifyRequest, reply: FastifyReply, secret: string): void {
  reply.setCookie(cookieName(request, 'away'), secret, { ...awayOptions(request), maxAge: 600 });
}

export function clearAwayCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(cookieName(request, 'away'), awayOptions(request));
}
