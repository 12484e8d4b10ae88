import {
  browserSupportsWebAuthn,
  browserSupportsWebAuthnAutofill,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
} from '@simplewebauthn/browser';
import { ask } from '../cloud/client.ts';

/** Browsers want TLS, or this machine, and a name: an IP address has no passkeys. */
export function canUsePasskeys(): boolean {
  const isAddress = /^[\d.]+$|^\[/.test(location.hostname);
  return isSecureContext && !isAddress && browserSupportsWebAuthn();
}

type RequestOptions = Parameters<typeof startAuthentication>[0]['optionsJSON'];
type CreationOptions = Parameters<typeof startRegistration>[0]['optionsJSON'];

/**
 * Logs in with a passkey: alone, or as the second factor of `attempt`. false: the person, or the browser, gave it up.
 * Throws CloudProblem. `asSuggestion`: offered among the names that the browser knows, until one is chosen.
 */
export async function logInWithPasskey(attempt: string | null, { asSuggestion = false } = {}): Promise<boolean> {
  if (asSuggestion && !(await browserSupportsWebAuthnAutofill())) return false;
  const half = attempt === null ? {} : { attempt };
  const { passkeyAttempt, options } = await ask<{ passkeyAttempt: string; options: RequestOptions }>('POST', '/v1/session/passkey-options', {
    body: half,
  });
  const response = await startAuthentication({ optionsJSON: options, useBrowserAutofill: asSuggestion }).catch(nullIfGivenUp);
  if (response === null) return false;
  await ask('POST', '/v1/session/passkey', { body: { ...half, passkeyAttempt, response } });
  return true;
}

/** No browser goes on waiting for what nobody asks for any more. */
export function giveUpPasskeys(): void {
  WebAuthnAbortService.cancelCeremony();
}

/** false: given up, or this device has one already. Throws CloudProblem. */
export async function addPasskey(name: string): Promise<'added' | 'given-up' | 'known'> {
  const { attempt, options } = await ask<{ attempt: string; options: CreationOptions }>('POST', '/v1/account/passkey-options');
  try {
    const response = await startRegistration({ optionsJSON: options });
    await ask('POST', '/v1/account/passkeys', { body: { attempt, name, response } });
    return 'added';
  } catch (error) {
    if (error instanceof WebAuthnError && error.code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED') return 'known';
    if (nullIfGivenUp(error) === null) return 'given-up';
    throw error;
  }
}

function nullIfGivenUp(error: unknown): null {
  if (error instanceof WebAuthnError || (error instanceof Error && /^(NotAllowed|Abort|InvalidState)Error$/.test(error.name))) return null;
  throw error;
}
