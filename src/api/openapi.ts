import type { SwaggerTransform } from '@fastify/swagger';
import type { Kind } from '../core/kind.ts';
import { answersOf } from './openapi-answers.ts';

/** What the API's description says beside its routes. */
export function openapi(kinds: readonly Kind[], version: string) {
  return {
    openapi: '3.1.0' as const,
    info: {
      title: 'StratusLab',
      version,
      description:
        'Everything that a cloud of StratusLab does. Errors are problem+json with a stable `code` and a `remedy`. Resources are addressed by id, or by name within a project (`?project=`).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [
      ...kinds.map(({ name, says }) => ({ name, description: says })),
      { name: 'cloud', description: 'The cloud as a whole.' },
      { name: 'session', description: 'Logging in with a browser.' },
      { name: 'token', description: 'API tokens, for programs.' },
      { name: 'agent', description: "The hosts' own line; for agents only." },
    ],
    components: {
      securitySchemes: {
        token: { type: 'http' as const, scheme: 'bearer', description: 'An API token: `Authorization: Bearer sl_…`.' },
        session: {
          type: 'apiKey' as const,
          in: 'cookie' as const,
          name: 'stratus_session_…',
          description: 'After POST /v1/session; with everything but GET also send X-CSRF-Token.',
        },
      },
    },
    security: [{ token: [] }, { session: [] }],
  };
}

/** Names each operation by method and path, and tells all of its answers. */
export const describeOperation: SwaggerTransform = ({ schema, url, route }) => {
  const method = String(route.method).toLowerCase();
  const words = url
    .replace('/v1', '')
    .split('/')
    .filter(Boolean)
    .map((part) => part.replace(/^:/, 'by-'));
  const described = (schema ?? {}) as Record<string, unknown>;
  const answers = described['hide'] === true ? {} : answersOf(route, described);
  return { schema: { ...described, operationId: [method, ...words].join('-'), ...answers }, url };
};
