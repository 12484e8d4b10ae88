import { isIP } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { CloudError } from '../core/errors.ts';
import { isLoopback } from './loopback.ts';

/**
 * Only by a name of the cloud's own can it be asked. A page elsewhere may give its own name our address (DNS
 * rebinding), and a browser would then take us for that page. What is an address itself was not looked up by anybody.
 */
export function refuseOtherNames(app: FastifyInstance, ownNames: () => readonly string[]): void {
  app.addHook('onRequest', async ({ raw }) => {
    const { host } = raw.headers;
    // No name leads to the unix socket.
    if (host === undefined || raw.socket.remoteAddress === undefined) return;
    const name = nameOf(host);
    if (name === null || !isOwn(name, ownNames())) throw new CloudError('HOST_NAME_REFUSED', { host: host.slice(0, 100) });
  });
}

/** Of a Host header, without its port; null for what is none. */
export function nameOf(host: string): string | null {
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253}))(?::\d{1,5})?$/i.exec(host) ?? [];
  return (bracketed ?? plain)?.toLowerCase().replace(/\.$/, '') ?? null;
}

export function isOwn(name: string, ownNames: readonly string[]): boolean {
  if (isLoopback(name) || isIP(name) !== 0 || name.endsWith('.localhost')) return true;
  return ownNames.some((own) => own.toLowerCase() === name || (own.startsWith('*.') && name.slice(name.indexOf('.')) === own.slice(1).toLowerCase()));
}
