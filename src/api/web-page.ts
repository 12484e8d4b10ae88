import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pathOf } from './failures.ts';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Nothing from elsewhere and nothing inline; styles that the page writes itself carry the number of this one answer. */
const policy = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

interface Built {
  readonly builtAtMs: number;
  readonly html: string;
  /** Listed once: what is asked for is compared with names, and never becomes a path. */
  readonly files: ReadonlySet<string>;
}

/** What lies there; `known` where that is still it, null where no whole page does: another may just take its place. */
function readBuilt(dir: string, known: Built | null = null): Built | null {
  const page = join(dir, 'index.html');
  try {
    const { mtimeMs } = statSync(page);
    if (mtimeMs === known?.builtAtMs) return known;
    return { builtAtMs: mtimeMs, html: readFileSync(page, 'utf8'), files: new Set(readdirSync(dir, { recursive: true, encoding: 'utf8' })) };
  } catch (error) {
    return unlessMissing(error as NodeJS.ErrnoException);
  }
}

/**
 * The page for people: built once by set-up (`dist/web`) and served as it is. Every address outside /v1 is one of the
 * page's own, which sorts it out itself. `dir` without an index.html: there is no page, and the API says so.
 */
export function webPage(app: FastifyInstance, dir: string): void {
  let built = readBuilt(dir);
  if (built === null) return;
  const config = { access: 'api.read-page' };
  const schema = { hide: true };
  /** Set-up may have put a newer page there since. */
  const current = (): Built => (built = readBuilt(dir, built) ?? (built as Built));
  const sendPage = (reply: FastifyReply) => {
    const nonce = randomBytes(16).toString('base64url');
    return (
      reply
        .header('content-security-policy', policy(nonce))
        // A window of another site that opened it, or was opened by it, gets no hold of it.
        .header('cross-origin-opener-policy', 'same-origin')
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(current().html.replace('STYLE_NONCE', nonce))
    );
  };
  app.get('/', { config, schema }, async (_request, reply) => sendPage(reply));
  app.get('/*', { config, schema }, async (request: FastifyRequest, reply) => {
    const path = pathOf(request.url);
    const file = path.slice(1);
    const type = types[extname(file)];
    const { files } = current();
    if (type === undefined || !files.has(file)) {
      if (path.startsWith('/v1/') || path.startsWith('/assets/') || type !== undefined) return reply.callNotFound();
      return sendPage(reply);
    }
    const isPacked = files.has(`${file}.gz`) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    const content = await readFile(join(dir, isPacked ? `${file}.gz` : file)).catch(unlessMissing);
    // Before the headers: what says that it is not there must not be kept for ever.
    if (content === null) return reply.callNotFound();
    if (isPacked) reply.header('content-encoding', 'gzip');
    return (
      reply
        .type(type)
        // Names of assets change with their content.
        .header('cache-control', file.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'public, max-age=3600')
        .header('vary', 'accept-encoding')
        .send(content)
    );
  });
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
