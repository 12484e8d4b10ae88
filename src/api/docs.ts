import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { CloudError } from '../core/errors.ts';

/** Swagger UI's own files, served as they are; nothing of it is in memory until somebody reads the reference. */
const files: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API reference</title>
<link rel="icon" href="/v1/docs/favicon-32x32.png">
<link rel="stylesheet" href="/v1/docs/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<script src="/v1/docs/swagger-ui-bundle.js"></script>
<script src="/v1/docs/start.js"></script>
</body>
</html>
`;

const script = `SwaggerUIBundle({
  url: '/v1/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'none',
  // It would ask a server elsewhere whether the description is sound.
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (window.csrfToken) request.headers['X-CSRF-Token'] = window.csrfToken;
    return request;
  },
});
fetch('/v1/session').then((answer) => answer.json()).then((session) => (window.csrfToken = session.csrfToken));
`;

/** Only what comes from here; Swagger UI writes styles and images into its own page. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

export function docsRoutes(app: FastifyInstance): void {
  const config = { access: 'api.read-docs' };
  const schema = { hide: true };
  app.get('/v1/docs', { config, schema }, async (_request, reply) =>
    reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(page),
  );
  app.get('/v1/docs/start.js', { config, schema }, async (_request, reply) => reply.type('text/javascript; charset=utf-8').send(script));
  app.get<{ Params: { file: string } }>('/v1/docs/:file', { config, schema }, async (request, reply) => {
    const { file } = request.params;
    const type = Object.hasOwn(files, file) ? files[file] : undefined;
    if (type === undefined) throw new CloudError('ROUTE_NOT_FOUND', { method: 'GET', path: '/v1/docs/…' });
    const folder = join(dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui')), 'static');
    return reply
      .type(type)
      .header('cache-control', 'public, max-age=3600')
      .send(createReadStream(join(folder, file)));
  });
}
