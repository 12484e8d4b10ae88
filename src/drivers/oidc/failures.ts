import { AuthorizationResponseError, ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { DriverError } from '../../core/driver-error.ts';
import type { OidcMethod } from '../../core/oidc-method.ts';
import { hasControlCharacters } from '../../core/schema.ts';
import type { Refusal } from '../../ports/identity.ts';

/** Of openid-client: what the provider says of itself does not fit, whoever logs in. */
const unfit = [
  'OAUTH_HTTP_REQUEST_FORBIDDEN',
  'OAUTH_REQUEST_PROTOCOL_FORBIDDEN',
  'OAUTH_MISSING_SERVER_METADATA',
  'OAUTH_INVALID_SERVER_METADATA',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
];
/** It answers, but not as a provider does: an error page, most often. */
const outOfOrder = ['OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON'];

/** @param doing as in "The provider … failed at taking the code: …" */
export function providerFailure(method: OidcMethod, doing: string, error: unknown): DriverError {
  const ours = driverErrorWithin(error);
  if (ours !== null) return ours;
  const code = error instanceof ClientError ? error.code : undefined;
  const retry = (code !== undefined && unfit.includes(code)) || isRefusalOfCloud(error) ? 'never' : 'later';
  return new DriverError(`The provider of log-in method ${method.name} (${method.issuer}) failed at ${doing}: ${why(error)}.`, {
    retry,
    cause: error,
  });
}

/** What went wrong with one person's log-in; throws DriverError where it is the provider or the configuration. */
export function refusalOf(method: OidcMethod, doing: string, error: unknown): Refusal {
  if (error instanceof AuthorizationResponseError) {
    if (['access_denied', 'login_required', 'interaction_required', 'consent_required', 'account_selection_required'].includes(error.error)) {
      return { type: 'refused', code: 'denied', reason: `The provider did not let you in: ${why(error)}.` };
    }
    throw providerFailure(method, doing, error);
  }
  if (error instanceof ResponseBodyError) {
    if (error.error === 'invalid_grant') return notProven(why(error));
    if (error.error === 'access_denied') return { type: 'refused', code: 'denied', reason: `The provider did not let you in: ${why(error)}.` };
    throw providerFailure(method, doing, error);
  }
  const code = error instanceof ClientError ? error.code : undefined;
  const isTheirs = code === undefined || outOfOrder.includes(code) || (unfit.includes(code) && code !== 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED');
  if (isTheirs || driverErrorWithin(error) !== null) throw providerFailure(method, doing, error);
  return notProven(why(error));
}

export function notProven(detail: string): Refusal {
  return { type: 'refused', code: 'not-proven', reason: `What the provider sent does not prove who you are: ${detail}.` };
}

function isRefusalOfCloud(error: unknown): boolean {
  return (
    error instanceof WWWAuthenticateChallengeError ||
    (error instanceof ResponseBodyError && ['invalid_client', 'unauthorized_client'].includes(error.error))
  );
}

function driverErrorWithin(error: unknown): DriverError | null {
  let each = error;
  for (let depth = 0; depth < 5 && each instanceof Error; depth++) {
    if (each instanceof DriverError) return each;
    each = each.cause;
  }
  return null;
}

/** Words of the provider come from outside, also by way of the browser's address: short, on one line, or not at all. */
function why(error: unknown): string {
  if (isRefusalOfCloud(error)) return 'it refuses the cloud: check the client id and its secret';
  if (error instanceof ResponseBodyError || error instanceof AuthorizationResponseError) {
    const told = error.error_description;
    const code = showable(error.error, 100) ? error.error : 'error';
    return told !== undefined && showable(told, 200) ? `${code} (${told.replace(/\.$/, '')})` : code;
  }
  const { message, cause } = error as Error;
  const inner = cause instanceof Error && cause.message !== message ? `${message} (${cause.message})` : message;
  return showable(inner, 300) ? inner : 'no reason that could be shown';
}

function showable(text: string, lengthMax: number): boolean {
  return text.length <= lengthMax && !hasControlCharacters(text);
}
