import type { FastifyRequest } from 'fastify';
import type { Settings } from '../auth/settings/settings.ts';

/** Where this request's browser reaches the cloud: as the settings say, else as it says itself, which the door has checked. No slash at the end. */
export function siteAddress(settings: Settings, request: FastifyRequest): string {
  const { url } = settings.current.site;
  return url === null ? `${request.protocol}://${request.headers.host ?? 'localhost'}` : url.replace(/\/+$/, '');
}
