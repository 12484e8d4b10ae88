import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A provider of our own making that says whatever a test wants it to say. */
export interface FalseIssuer {
  readonly issuer: string;
  /** Its true key; `publicKey` is what it publishes, under the id `one`. */
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Changed by tests; {@link reset} undoes it. */
  says: Sayings;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  reset(): void;
  stop(): Promise<void>;
}

export interface Sayings {
  metadata: Record<string, unknown>;
  /** Answer of the token endpoint to the form that came. */
  token: (form: URLSearchParams, authorization: string) => { status?: number; headers?: Record<string, string>; body: unknown };
  userInfo: Record<string, unknown>;
  /** Instead of any answer. */
  instead: ((response: ServerResponse, path: string) => void) | null;
}

export async function startFalseIssuer(): Promise<FalseIssuer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', issuer).pathname;
    falseIssuer.asked.push(path);
    let form = '';
    request.on('data', (data: Buffer) => (form += data.toString()));
    request.on('end', () => {
      const { says } = falseIssuer;
      const send = (body: unknown, status = 200, headers: Record<string, string> = {}): void => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(typeof body === 'string' ? body : JSON.stringify(body));
      };
      if (says.instead !== null) return says.instead(response, path);
      if (path === '/.well-known/openid-configuration') return send(says.metadata);
      if (path === '/keys') return send({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] });
      if (path === '/me') return send(says.userInfo);
      const answer = says.token(new URLSearchParams(form), request.headers.authorization ?? '');
      send(answer.body, answer.status, answer.headers);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const honest = (): Sayings => ({
    metadata: {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/me`,
      jwks_uri: `${issuer}/keys`,
      device_authorization_endpoint: `${issuer}/device`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: true,
    },
    token: () => ({ status: 400, body: { error: 'invalid_grant' } }),
    userInfo: { sub: 'ada' },
    instead: null,
  });
  const falseIssuer: FalseIssuer = {
    issuer,
    privateKey,
    publicKey,
    says: honest(),
    asked: [],
    reset: () => {
      falseIssuer.says = honest();
      falseIssuer.asked.length = 0;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return falseIssuer;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token signed as its header says; with a secret for HS256, with nothing for `none`. */
export function jsonWebToken(header: Record<string, unknown>, claims: Record<string, unknown>, key: KeyObject | string | null): string {
  const content = `${encode(header)}.${encode(claims)}`;
  if (key === null) return `${content}.`;
  const signature = typeof key === 'string' ? createHmac('sha256', key).update(content).digest() : sign('sha256', Buffer.from(content), key);
  return `${content}.${signature.toString('base64url')}`;
}
