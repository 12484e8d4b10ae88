import { Type, type Static } from 'typebox';
import { Name, Nullable, OneOf } from './schema.ts';

const ClaimName = (byDefault: string, description: string) => Type.String({ minLength: 1, maxLength: 200, default: byDefault, description });

/** A provider of OpenID Connect that is asked who somebody is. One of `settings.methods`. */
export const OidcMethod = Type.Object(
  {
    type: Type.Literal('oidc'),
    name: Name,
    label: Type.String({ minLength: 1, maxLength: 100, description: 'What stands on its button, e.g. `University of Example`.' }),
    issuer: Type.String({
      pattern: '^https?://[^\\s?#]{1,500}$',
      description: 'Its address, exactly as it calls itself; `https`, except on this machine.',
    }),
    clientId: Type.String({ minLength: 1, maxLength: 500, description: 'As which the cloud is registered there.' }),
    clientSecret: Nullable(
      Type.String({ minLength: 1, maxLength: 1_024, writeOnly: true, description: 'Null: the cloud is registered as a public client.' }),
    ),
    clientAuthentication: OneOf(['automatic', 'basic', 'post'] as const, {
      default: 'automatic',
      description: 'How the secret is sent; automatic: as the provider says it likes, `basic` before `post`.',
    }),
    caCertificate: Nullable(
      Type.String({
        maxLength: 262_144,
        description: 'PEM, one or more certificates: who vouches for the provider. Null: the authorities that this machine trusts.',
      }),
    ),
    scopes: Type.Array(Type.String({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,200}$' }), {
      maxItems: 20,
      default: ['openid', 'profile', 'email'],
      description: 'What is asked for; `openid` is always.',
    }),
    claims: Type.Object(
      {
        userName: ClaimName('preferred_username', 'The claim with the name of the account.'),
        displayName: ClaimName('name', 'The claim with the name for people.'),
        groups: ClaimName('groups', 'The claim with the groups; dots lead into it, e.g. `realm_access.roles`.'),
      },
      { additionalProperties: false },
    ),
    requiredGroup: Nullable(
      Type.String({ minLength: 1, maxLength: 500, description: 'Group of those who may use the cloud. Null: everybody whom the provider lets in.' }),
    ),
    timeoutMs: Type.Integer({
      minimum: 100,
      maximum: 60_000,
      default: 10_000,
      description: 'How long a request waits for the provider, milliseconds.',
    }),
  },
  { additionalProperties: false },
);
export type OidcMethod = Static<typeof OidcMethod>;

/** A provider with the usual claims, all else as given. */
export function oidcMethod(given: Pick<OidcMethod, 'name' | 'issuer' | 'clientId'> & Partial<Omit<OidcMethod, 'type'>>): OidcMethod {
  return {
    type: 'oidc',
    label: given.name,
    clientSecret: null,
    clientAuthentication: 'automatic',
    caCertificate: null,
    scopes: ['openid', 'profile', 'email'],
    claims: { userName: 'preferred_username', displayName: 'name', groups: 'groups' },
    requiredGroup: null,
    timeoutMs: 10_000,
    ...given,
  };
}
