import { TLSSocket } from 'node:tls';
import type { IdentityOptions } from '../src/auth/services.ts';
import { LdapMethod } from '../src/core/ldap-method.ts';
import { OidcMethod } from '../src/core/oidc-method.ts';
import { X509Method } from '../src/core/x509-method.ts';
import { LdapDirectory } from '../src/drivers/ldap/ldap-directory.ts';
import { OpenId } from '../src/drivers/oidc/open-id.ts';
import { SmtpMailer } from '../src/drivers/smtp/smtp-mailer.ts';
import { GridCertificates } from '../src/drivers/x509/grid-certificates.ts';
import { presentedChain } from '../src/drivers/x509/presented-chain.ts';
import type { Clock } from '../src/ports/clock.ts';

/** The ways to log in from outside, and of sending mail, that this program has. */
export function identityDrivers(clock: Clock): Pick<IdentityOptions, 'methods' | 'drivers' | 'mailer'> {
  return {
    methods: [LdapMethod, OidcMethod, X509Method],
    drivers: {
      directory: (method) => new LdapDirectory(method as unknown as LdapMethod, clock),
      provider: (method) => new OpenId(method as unknown as OidcMethod, clock),
      presented: (socket) => (socket instanceof TLSSocket ? presentedChain(socket) : []),
      certificates: (method) => new GridCertificates(method as unknown as X509Method, clock),
    },
    mailer: (settings) => new SmtpMailer(settings),
  };
}
