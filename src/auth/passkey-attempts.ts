import { minutes } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';
import { newSecret, secretHash } from './secret.ts';

/** As long as somebody may look for the telephone that has the passkey. */
export const passkeyAttemptMs = 5 * minutes;
const openMax = 10_000;

/** The site that a passkey is for, as the browser sees it. */
export interface PasskeySite {
  /** Host name without port. */
  readonly rpId: string;
  readonly origin: string;
}

export interface PasskeyAttempt {
  readonly purpose: 'register' | 'log-in';
  readonly challenge: string;
  readonly site: PasskeySite;
  /** Whose passkey it has to be; null: whoever's it is. */
  readonly userId: string | null;
  /** Id of the session in which it began; null: of none. */
  readonly sessionId: string | null;
}

/**
 * What was asked of a browser and waits for its answer: each good once, for a few minutes, and only together with the
 * secret that was given to the one who asked. In memory: after a restart one begins again.
 */
export class PasskeyAttempts {
  readonly #clock: Clock;
  readonly #open = new Map<string, PasskeyAttempt & { readonly expiresAtMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(attempt: PasskeyAttempt): string {
    for (const [hash, { expiresAtMs }] of this.#open) {
      if (expiresAtMs > this.#clock.now() && this.#open.size < openMax) break;
      this.#open.delete(hash);
    }
    const secret = newSecret('');
    this.#open.set(secretHash(secret), { ...attempt, expiresAtMs: this.#clock.now() + passkeyAttemptMs });
    return secret;
  }

  /** Whatever comes of it, it is over. null for one that is unknown, over, or was begun for something else. */
  end(secret: string, purpose: PasskeyAttempt['purpose'], sessionId: string | null): PasskeyAttempt | null {
    const hash = secretHash(secret);
    const attempt = this.#open.get(hash);
    this.#open.delete(hash);
    if (attempt === undefined || attempt.expiresAtMs <= this.#clock.now()) return null;
    return attempt.purpose === purpose && attempt.sessionId === sessionId ? attempt : null;
  }
}
