import type { Change, Store } from '../control/store/store.ts';
import { minutes } from '../core/units.ts';
import type { User } from '../kinds/user/user.ts';
import type { Clock } from '../ports/clock.ts';
import type { Passkeys } from './passkey.ts';
import { newSecret, secretHash } from './secret.ts';
import { hasTotp } from './totp.ts';

const attemptMs = 5 * minutes;
const openMax = 10_000;

/** Somebody has proven the first factor, and has a while for the second. */
export interface HalfWay {
  readonly user: User;
  /** Of the first: `password`, `ldap:lab`. */
  readonly method: string;
  /** To be committed with the session: what the first factor brings along, and what must still be as it was. */
  readonly changes: readonly Change[];
}

export type Factor = 'code' | 'passkey';

/** What a user has beside the password; empty: the password is all. */
export async function factorsOf(store: Store, passkeys: Passkeys, userId: string): Promise<Factor[]> {
  const [totp, keys] = await Promise.all([hasTotp(store, userId), passkeys.listOf(userId)]);
  return [...(totp ? (['code'] as const) : []), ...(keys.length > 0 ? (['passkey'] as const) : [])];
}

/** Log-ins that wait for their second factor. In memory: after a restart one begins again. */
export class HalfWayIn {
  readonly #clock: Clock;
  readonly #open = new Map<string, HalfWay & { readonly expiresAtMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(half: HalfWay): string {
    for (const [hash, { expiresAtMs }] of this.#open) {
      if (expiresAtMs > this.#clock.now() && this.#open.size < openMax) break;
      this.#open.delete(hash);
    }
    const secret = newSecret('');
    this.#open.set(secretHash(secret), { ...half, expiresAtMs: this.#clock.now() + attemptMs });
    return secret;
  }

  /** Stays open: a code may be mistyped, which is counted elsewhere. */
  find(secret: string): HalfWay | null {
    const half = this.#open.get(secretHash(secret));
    return half === undefined || half.expiresAtMs <= this.#clock.now() ? null : half;
  }

  end(secret: string): void {
    this.#open.delete(secretHash(secret));
  }
}
