import { DriverError } from '../../core/driver-error.ts';
import type { LdapMethod } from '../../core/ldap-method.ts';

/** Result codes of RFC 4511 that only the administrator can change, and what to do. */
const settled: Readonly<Record<number, string>> = {
  7: 'it does not know simple log-ins',
  8: 'it asks for encryption: use ldaps:// or StartTLS',
  10: 'it points to another directory, and referrals are not followed: name that directory itself',
  11: 'it finds more than it may tell',
  13: 'it asks for encryption: use ldaps:// or StartTLS',
  16: 'it does not know an attribute that is asked for',
  32: 'there is no such entry',
  34: 'that is no DN',
  48: 'the account of the cloud cannot log in',
  49: 'it refuses the account of the cloud: check its DN and its password',
  50: 'the account of the cloud may not read there',
  53: 'it is unwilling: it may not allow searches without a name',
};

const untrusted = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT_ALTNAME|ERR_OSSL_|ERR_SSL_)/;

/** LDAP result code that the directory answered; null: it did not get that far. */
export function resultCode(error: unknown): number | null {
  const code = (error as { code?: unknown }).code;
  return error instanceof Error && typeof code === 'number' ? code : null;
}

/** @param doing what was being done, as in "The directory … could not be asked (looking for groups below ou=groups): …" */
export function directoryFailure(method: LdapMethod, doing: string, error: unknown): DriverError {
  if (error instanceof DriverError) return error;
  const says = (why: string) => `The directory ${method.url} of log-in method ${method.name} failed at ${doing}: ${why}.`;
  const code = resultCode(error);
  if (code !== null) {
    const why = settled[code];
    if (why !== undefined) return new DriverError(says(why), { retry: 'never', cause: error });
    return new DriverError(says(`it answers with LDAP result ${code}`), { cause: error });
  }
  const { code: name, message } = error as { code?: string; message?: string };
  if (name !== undefined && untrusted.test(name)) {
    return new DriverError(says(`its certificate is not trusted (${oneLine(message)}): check the CA certificate and the name in the address`), {
      retry: 'never',
      cause: error,
    });
  }
  return new DriverError(says(oneLine(message)), { cause: error });
}

function oneLine(text: string | undefined): string {
  return (text ?? 'no reason given')
    .replace(/[\s.]+/g, (run) => (run.includes('\n') || run.includes('\r') ? ' ' : run))
    .slice(0, 300)
    .replace(/\.$/, '');
}
