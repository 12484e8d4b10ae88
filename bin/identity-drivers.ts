import { TLSSocket } from 'node:tls';
import type { IdentityOptions } from '../src/auth/services.ts';
import { comparableNameOf } from '../src/core/distinguished-name.ts';
import { LdapMethod } from '../src/core/ldap-method.ts';
import { OidcMethod } from '../src/core/oidc-method.ts';
import { X509Method } from '../src/core/x509-method.ts';
import { LdapDirectory } from '../src/drivers/ldap/ldap-directory.ts';
import { OpenId } from '../src/drivers/oidc/open-id.ts';
import { SmtpMailer } from '../src/drivers/smtp/smtp-mailer.ts';
import { GridTrust } from '../src/drivers/x509/grid-trust.ts';
import { presentedChain } from '../src/drivers/x509/presented-chain.ts';
import type { Clock } from '../src/ports/clock.ts';
import type { CertificateVerifier } from '../src/ports/identity.ts';

/** The ways to log in from outside, and of sending mail, that this program has. */
export function identityDrivers(clock: Clock): Pick<IdentityOptions, 'methods' | 'drivers' | 'mailer'> {
  return {
    methods: [LdapMethod, OidcMethod, X509Method],
    drivers: {
      directory: (method) => new LdapDirectory(method as unknown as LdapMethod, clock),
      provider: (method) => new OpenId(method as unknown as OidcMethod, clock),
      presented: (socket) => (socket instanceof TLSSocket ? presentedChain(socket) : []),
      certificates: (method) => certificatesOf(method as unknown as X509Method, clock),
    },
    mailer: (settings) => new SmtpMailer(settings),
  };
}

function certificatesOf(method: X509Method, clock: Clock): CertificateVerifier {
  const trust = new GridTrust(method, clock);
  return {
    async check() {
      const problems = await trust.problems();
      if (problems.length === 0) return [{ isRight: true, says: `Everything in ${method.trustDir} can be used.` }];
      return problems.map(({ path, problem }) => ({ isRight: false, says: `${path}: ${problem}` }));
    },
    async identify(presented) {
      const verdict = await trust.verifyChain(presented);
      if (verdict.type === 'refused') return { type: 'refused', code: 'not-proven', reason: verdict.reason };
      const { rfc4514 } = verdict.subject;
      const [, userName = null] = /^CN=((?:[^,\\]|\\.)+)/i.exec(rfc4514) ?? [];
      return {
        type: 'found',
        identity: {
          method: method.name,
          type: 'x509',
          subject: comparableNameOf(rfc4514) ?? rfc4514,
          userName,
          displayName: userName,
          email: null,
          groups: verdict.fqans.map(({ text }) => text),
        },
      };
    },
  };
}
