import { CloudError } from '../core/errors.ts';
import { minutes } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { BegunLogIn } from '../ports/identity.ts';
import { newSecret, secretHash } from './secret.ts';

const lifetimeMs = 10 * minutes;
const openMax = 10_000;

/** What is remembered of a browser while it is at a provider. */
export interface AwayAtProvider extends BegunLogIn {
  /** Name of the method. */
  readonly method: string;
  readonly redirectUri: string;
  /** Path of ours where the person wanted to go. */
  readonly returnTo: string;
  /** Id of the user who wants to link the provider's person; null: a log-in. */
  readonly linkTo: string | null;
}

/**
 * Browsers that are at a provider, each known by a secret of its own in a cookie: an answer of the provider's counts
 * only in the browser that asked, once. In memory: after a restart one begins again.
 */
export class ProviderLogIns {
  readonly #clock: Clock;
  readonly #away = new Map<string, AwayAtProvider & { readonly expiresAtMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  leave(away: AwayAtProvider): string {
    for (const [hash, { expiresAtMs }] of this.#away) {
      if (expiresAtMs > this.#clock.now() && this.#away.size < openMax) break;
      this.#away.delete(hash);
    }
    const secret = newSecret('');
    this.#away.set(secretHash(secret), { ...away, expiresAtMs: this.#clock.now() + lifetimeMs });
    return secret;
  }

  /** Throws UNAUTHENTICATED for who did not leave from here for that method, or too long ago. */
  comeBack(secret: string | null, method: string): AwayAtProvider {
    const hash = secretHash(secret ?? '');
    const away = this.#away.get(hash);
    this.#away.delete(hash);
    if (away === undefined || away.expiresAtMs <= this.#clock.now() || away.method !== method)
      throw new CloudError('UNAUTHENTICATED', { problem: 'this log-in was not begun in this browser, or too long ago: begin again' });
    return away;
  }
}
