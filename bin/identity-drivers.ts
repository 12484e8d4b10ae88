import { TLSSocket } from 'node:tls';
import type { IdentityOptions } from '../src/auth/services.ts';
import { LdapMethod } from '../src/core/ldap-method.ts';
import { OidcMethod } from '../src/core/oidc-method.ts';
import { X509Method } from '../src/core/x509-method.ts';
import { presentedChain } from '../src/drivers/x509/presented-chain.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { CertificateVerifier, Directory, OpenIdProvider } from '../src/ports/identity.ts';
import type { Mailer } from '../src/ports/mail.ts';

/**
 * The ways to log in from outside, and of sending mail, that this program has. Each is loaded when it is first used:
 * a cloud that uses none of them starts sooner, and in less memory.
 */
export function identityDrivers(clock: Clock): Pick<IdentityOptions, 'methods' | 'drivers' | 'mailer'> {
  return {
    methods: [LdapMethod, OidcMethod, X509Method],
    drivers: {
      presented: (socket) => (socket instanceof TLSSocket ? presentedChain(socket) : []),
      directory: (method) =>
        lazy<Directory>(async () => {
          const { LdapDirectory } = await import('../src/drivers/ldap/ldap-directory.ts');
          return new LdapDirectory(method as unknown as LdapMethod, clock);
        }),
      provider: (method) =>
        lazy<OpenIdProvider>(async () => {
          const { OpenId } = await import('../src/drivers/oidc/open-id.ts');
          return new OpenId(method as unknown as OidcMethod, clock);
        }),
      certificates: (method) =>
        lazy<CertificateVerifier>(async () => {
          const { GridCertificates } = await import('../src/drivers/x509/grid-certificates.ts');
          return new GridCertificates(method as unknown as X509Method, clock);
        }),
    },
    mailer: (settings) => lazy<Mailer>(async () => new (await import('../src/drivers/smtp/smtp-mailer.ts')).SmtpMailer(settings)),
  };
}

/** A driver that is made when it is first asked something: all that drivers are asked is answered later anyway. */
function lazy<T extends object>(make: () => Promise<T>): T {
  let made: Promise<T> | null = null;
  return new Proxy({} as T, {
    get: (_, name) =>
      name === 'then'
        ? undefined
        : async (...args: unknown[]) => {
            if (name === 'close' && made === null) return undefined;
            const driver = (await (made ??= make())) as Record<PropertyKey, (...args: unknown[]) => unknown>;
            return driver[name]?.(...args);
          },
  });
}
