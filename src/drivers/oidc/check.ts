import type { OidcMethod } from '../../core/oidc-method.ts';
import type { MethodFinding } from '../../ports/identity.ts';
import type { Discovered } from './discovered.ts';

/** What can be found out without anybody logging in. Whether client id and secret are right only a log-in shows. */
export async function checkProvider(method: OidcMethod, discovered: Discovered): Promise<MethodFinding[]> {
  try {
    const server = (await discovered.get(true)).serverMetadata();
    const findings: MethodFinding[] = [{ isRight: true, says: `The provider answers as ${server.issuer}.` }];
    const says = (isRight: boolean, right: string, wrong: string): number => findings.push({ isRight, says: isRight ? right : wrong });
    says(
      server.authorization_endpoint !== undefined && server.token_endpoint !== undefined,
      'It has a log-in page.',
      'It names no log-in page or no place for the code: nobody can log in.',
    );
    says(server.jwks_uri !== undefined, 'It publishes its keys.', 'It publishes no keys: what it says cannot be proven.');
    const isDevice = server.device_authorization_endpoint !== undefined;
    says(isDevice, '`stratus login` works with it.', 'It offers no log-in for devices: `stratus login` does not work with it, the page does.');
    const missing = method.scopes.filter((scope) => server.scopes_supported?.includes(scope) === false);
    if (missing.length > 0) says(false, '', `It does not know the scope ${missing.join(', ')}.`);
    return findings;
  } catch (error) {
    return [{ isRight: false, says: (error as Error).message }];
  }
}
