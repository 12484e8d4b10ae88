import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  genericGrantRequest,
  initiateDeviceAuthorization,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  ResponseBodyError,
  type Configuration,
  type TokenEndpointResponse,
  type TokenEndpointResponseHelpers,
} from 'openid-client';
import { DriverError } from '../../core/driver-error.ts';
import type { OidcMethod } from '../../core/oidc-method.ts';
import type { Clock } from '../../ports/clock.ts';
import type { BegunLogIn, DeviceAnswer, DeviceLogIn, MethodFinding, OpenIdAnswer, OpenIdProvider } from '../../ports/identity.ts';
import { checkProvider } from './check.ts';
import { identityOf } from './claims.ts';
import { Discovered } from './discovered.ts';
import { notProven, providerFailure, refusalOf } from './failures.ts';
import { isSafeAddress } from './loopback.ts';
import { providerFetch } from './provider-fetch.ts';

type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** A provider of OpenID Connect: the code flow with PKCE for browsers, the device flow for everything else. */
export class OpenId implements OpenIdProvider {
  readonly #method: OidcMethod;
  readonly #discovered: Discovered;
  readonly #closed = new AbortController();

  constructor(method: OidcMethod, clock: Clock) {
    this.#method = method;
    this.#discovered = new Discovered(method, clock, providerFetch(method, clock, this.#closed.signal));
  }

  async begin(redirectUri: string): Promise<BegunLogIn & { url: string }> {
    const configuration = await this.#discovered.get();
    const begun = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
    const parameters = {
      redirect_uri: redirectUri,
      scope: this.#scope(),
      state: begun.state,
      nonce: begun.nonce,
      code_challenge: await calculatePKCECodeChallenge(begun.codeVerifier),
      code_challenge_method: 'S256',
    };
    return { ...begun, url: this.#safe(this.#attempt('naming its log-in page', () => buildAuthorizationUrl(configuration, parameters)).href) };
  }

  async finish(redirectUri: string, callbackUrl: string, begun: BegunLogIn): Promise<OpenIdAnswer> {
    const configuration = await this.#discovered.get();
    // Only the query is the provider's; by which name the browser reached us is no business of the exchange.
    const url = new URL(redirectUri);
    url.search = URL.canParse(callbackUrl) ? new URL(callbackUrl).search : '';
    try {
      const tokens = await authorizationCodeGrant(configuration, url, {
        expectedState: begun.state,
        expectedNonce: begun.nonce,
        pkceCodeVerifier: begun.codeVerifier,
        idTokenExpected: true,
      });
      return await this.#answer(configuration, tokens);
    } catch (error) {
      return refusalOf(this.#method, 'taking the code of a log-in', error);
    }
  }

  async beginDevice(): Promise<DeviceLogIn> {
    const configuration = await this.#discovered.get();
    if (configuration.serverMetadata().device_authorization_endpoint === undefined) {
      throw new DriverError(`The provider of log-in method ${this.#method.name} offers no log-in for devices.`, { retry: 'never' });
    }
    try {
      const begun = await initiateDeviceAuthorization(configuration, { scope: this.#scope() });
      return {
        deviceCode: begun.device_code,
        userCode: begun.user_code,
        verificationUri: this.#safe(begun.verification_uri),
        verificationUriComplete: begun.verification_uri_complete === undefined ? null : this.#safe(begun.verification_uri_complete),
        intervalSeconds: begun.interval ?? 5,
        expiresInSeconds: begun.expires_in,
      };
    } catch (error) {
      throw providerFailure(this.#method, 'beginning a log-in of a device', error);
    }
  }

  async pollDevice(deviceCode: string): Promise<DeviceAnswer> {
    const configuration = await this.#discovered.get();
    try {
      const tokens = await genericGrantRequest(configuration, 'urn:ietf:params:oauth:grant-type:device_code', { device_code: deviceCode });
      return await this.#answer(configuration, tokens);
    } catch (error) {
      const code = error instanceof ResponseBodyError ? error.error : null;
      if (code === 'authorization_pending') return { type: 'pending' };
      if (code === 'slow_down') return { type: 'slow-down' };
      if (code === 'access_denied') return { type: 'denied' };
      if (code === 'expired_token' || code === 'invalid_grant') return { type: 'expired' };
      return refusalOf(this.#method, 'logging a device in', error);
    }
  }

  check(): Promise<MethodFinding[]> {
    return checkProvider(this.#method, this.#discovered);
  }

  close(): void {
    this.#closed.abort(new DriverError(`Log-in method ${this.#method.name} is closed.`, { retry: 'soon' }));
  }

  /** The signature of the ID token is checked by now (enableNonRepudiationChecks), and all that it claims of itself. */
  async #answer(configuration: Configuration, tokens: Tokens): Promise<OpenIdAnswer> {
    const idToken = tokens.claims();
    if (idToken === undefined) return notProven('there is no ID token');
    const server = configuration.serverMetadata();
    const userInfo = server.userinfo_endpoint === undefined ? {} : await fetchUserInfo(configuration, tokens.access_token, idToken.sub);
    return identityOf(this.#method, server.issuer, idToken, userInfo);
  }

  #scope(): string {
    return [...new Set(['openid', ...this.#method.scopes])].join(' ');
  }

  #attempt<T>(doing: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw providerFailure(this.#method, doing, error);
    }
  }

  /** An address of the provider to which people are sent. */
  #safe(address: string): string {
    if (isSafeAddress(address)) return address;
    throw new DriverError(`The provider of log-in method ${this.#method.name} sends people to an address that is not https.`, { retry: 'never' });
  }
}
