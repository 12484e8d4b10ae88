import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  clockSkew,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  type ClientAuth,
  type Configuration,
} from 'openid-client';
import { DriverError } from '../../core/driver-error.ts';
import type { OidcMethod } from '../../core/oidc-method.ts';
import { hours, seconds } from '../../core/units.ts';
import type { Clock } from '../../ports/clock.ts';
import { nodeClock } from '../node-clock.ts';
import { providerFailure } from './failures.ts';
import { isSafeAddress } from './loopback.ts';
import type { ProviderFetch } from './provider-fetch.ts';

const goodForMs = 1 * hours;
/** A provider that is down is not asked again by everybody who wants to log in. */
const failureGoodForMs = 5 * seconds;

/** What the provider tells of itself, asked once an hour; what was told before serves while it is down. */
export class Discovered {
  readonly #method: OidcMethod;
  readonly #clock: Clock;
  readonly #fetch: ProviderFetch;
  #known: { configuration: Configuration; atMs: number } | null = null;
  #failed: { error: DriverError; atMs: number } | null = null;
  #asking: Promise<Configuration> | null = null;

  constructor(method: OidcMethod, clock: Clock, fetch: ProviderFetch) {
    this.#method = method;
    this.#clock = clock;
    this.#fetch = fetch;
  }

  /** Throws DriverError. `isFresh`: asked now, whatever is known. */
  async get(isFresh = false): Promise<Configuration> {
    const now = this.#clock.now();
    if (!isFresh && this.#known !== null && now - this.#known.atMs < goodForMs) return this.#known.configuration;
    if (!isFresh && this.#failed !== null && now - this.#failed.atMs < failureGoodForMs) return this.#lastKnown(this.#failed.error);
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    try {
      const configuration = await this.#asking;
      this.#known = { configuration, atMs: this.#clock.now() };
      this.#failed = null;
      return configuration;
    } catch (error) {
      const failure = error as DriverError;
      this.#failed = { error: failure, atMs: this.#clock.now() };
      if (isFresh) throw failure;
      return this.#lastKnown(failure);
    }
  }

  #lastKnown(failure: DriverError): Configuration {
    if (this.#known === null) throw failure;
    return this.#known.configuration;
  }

  async #ask(): Promise<Configuration> {
    const { issuer, name, clientId } = this.#method;
    if (!isSafeAddress(issuer)) throw new DriverError(`The issuer of log-in method ${name} must be https: ${issuer}.`, { retry: 'never' });
    // openid-client would take such an address as it is, and not compare who answers with who was asked.
    if (issuer.includes('/.well-known/')) {
      throw new DriverError(`The issuer of log-in method ${name} is the part of its address before /.well-known/.`, { retry: 'never' });
    }
    // openid-client goes by the machine's clock; times of tokens are judged by ours.
    const metadata = { [clockSkew]: Math.round((this.#clock.now() - nodeClock.now()) / 1_000) };
    const extensions = [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowInsecureRequests] : [])];
    try {
      return await discovery(new URL(issuer), clientId, metadata, clientAuthentication(this.#method), {
        execute: extensions,
        [customFetch]: this.#fetch,
        // Longer than ours, which says what happened.
        timeout: 120,
      });
    } catch (error) {
      throw providerFailure(this.#method, 'telling about itself', error);
    }
  }
}

function clientAuthentication(method: OidcMethod): ClientAuth {
  if (method.clientSecret === null) return None();
  const basic = ClientSecretBasic(method.clientSecret);
  const post = ClientSecretPost(method.clientSecret);
  if (method.clientAuthentication !== 'automatic') return method.clientAuthentication === 'basic' ? basic : post;
  return (server, client, body, headers) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const chosen = !ways.includes('client_secret_basic') && ways.includes('client_secret_post') ? post : basic;
    return chosen(server, client, body, headers);
  };
}
