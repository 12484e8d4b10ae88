import type { FastifyInstance } from 'fastify';
import { CloudError } from '../core/errors.ts';

/** Source: RFC 6750, 2.3, and what people try. */
const secretFields = new Set(['access_token', 'token', 'api_key', 'apikey', 'password', 'secret', 'authorization', 'bearer']);
const ourSecrets = /^slj?_[A-Za-z0-9_-]{20,}$/;

/** A secret in an address ends up in histories and in the logs of whatever stands in between: it is refused, and not used. */
export function refuseAddressSecrets(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    const at = request.url.indexOf('?');
    if (at < 0 || !request.url.startsWith('/v1')) return;
    for (const [field, value] of new URLSearchParams(request.url.slice(at))) {
      if (secretFields.has(field.toLowerCase()) || ourSecrets.test(value))
        throw new CloudError('SECRET_IN_ADDRESS', { field: ourSecrets.test(field) ? 'a token' : field.slice(0, 50) });
    }
  });
}
