import { Type, type Static } from 'typebox';
import { Name, Nullable, OneOf } from './schema.ts';

/** Of the name of a virtual organisation. */
export const voPattern = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?';

const Directory = Type.String({ pattern: '^/', maxLength: 1_000 });

/** Log-in with client certificates, proxies and VOMS attributes: one of the methods in the settings. */
export const X509Method = Type.Object(
  {
    type: Type.Literal('x509'),
    name: Name,
    trustDir: Type.String({
      ...Directory,
      default: '/etc/grid-security/certificates',
      description:
        'Directory of the trusted authorities: *.pem and *.0, revocation lists *.r0, and who may sign whom: *.signing_policy, *.namespaces.',
    }),
    vomsDir: Nullable(
      Type.String({
        ...Directory,
        description: 'Directory of the VOMS servers, a folder for each virtual organisation; null: attributes are not read.',
      }),
    ),
    crl: OneOf(['if-present', 'required'] as const, {
      default: 'if-present',
      description: 'Whether an authority without a revocation list is trusted. One past its time refuses everybody either way.',
    }),
    requiredVo: Nullable(
      Type.String({ pattern: `^${voPattern}$`, description: 'Only members of this virtual organisation get in; null: no attributes are needed.' }),
    ),
    badAttributes: OneOf(['no-groups', 'refuse'] as const, {
      default: 'no-groups',
      description: 'What attributes that do not verify mean: no rights from them, or no log-in.',
    }),
    limitedProxies: OneOf(['refuse', 'accept'] as const, {
      default: 'refuse',
      description: 'Limited proxies are made to read data and to start nothing.',
    }),
    reloadSeconds: Type.Integer({
      minimum: 1,
      maximum: 3_600,
      default: 60,
      description: 'How old what was read of the directories may be, in seconds.',
    }),
  },
  { additionalProperties: false },
);
export type X509Method = Static<typeof X509Method>;

/** With the directories of an ordinary grid site, all else as given. */
export function x509Method(given: Pick<X509Method, 'name'> & Partial<Omit<X509Method, 'type'>>): X509Method {
  return {
    type: 'x509',
    trustDir: '/etc/grid-security/certificates',
    vomsDir: '/etc/grid-security/vomsdir',
    crl: 'if-present',
    requiredVo: null,
    badAttributes: 'no-groups',
    limitedProxies: 'refuse',
    reloadSeconds: 60,
    ...given,
  };
}
