// A provider of OpenID Connect as a process of its own: `node oidc-provider-program.ts '{"port": …}'`. See oidc-provider.ts.
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';
import type { ProviderOptions } from './oidc-provider.ts';

const options = JSON.parse(process.argv[2] ?? '') as Required<ProviderOptions> & { port: number };
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

const provider = new Provider(`http://127.0.0.1:${options.port}`, {
  clients: [
    {
      client_id: options.clientId,
      ...(options.clientSecret === null ? { token_endpoint_auth_method: 'none' as const } : { client_secret: options.clientSecret }),
      grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
      response_types: ['code'],
      redirect_uris: [...options.redirectUris],
      application_type: 'native',
    },
  ],
  jwks: { keys: [{ ...key, kid: 'test', alg: 'RS256', use: 'sig' }] },
  scopes: ['openid', 'profile', 'email', 'groups'],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'], groups: ['groups'] },
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: true } },
  cookies: { keys: ['a key of the tests'] },
  pkce: { required: () => true },
  findAccount: (_context, login) => {
    const claims = options.accounts[login];
    return claims === undefined ? undefined : { accountId: login, claims: () => ({ ...claims, sub: login }) };
  },
});
provider.listen(options.port, '127.0.0.1');
