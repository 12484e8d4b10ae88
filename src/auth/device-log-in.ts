import { randomBytes } from 'node:crypto';
import { CloudError } from '../core/errors.ts';
import { minutes, seconds } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';
import { newSecret, secretHash } from './secret.ts';

const lifetimeMs = 10 * minutes;
const intervalMs = 3 * seconds;
const openMax = 1_000;

/** What is decided about a command line that waits to be let in. */
type Decision = { readonly type: 'approved'; readonly userId: string; readonly userName: string } | { readonly type: 'denied' };

interface Waiting {
  readonly userCode: string;
  /** What the command line calls itself, for the person who decides. */
  readonly name: string;
  readonly address: string | null;
  readonly expiresAtMs: number;
  askedAtMs: number;
  decision: Decision | null;
}

export interface BegunDevice {
  /** Secret: who has it gets the token. */
  readonly deviceCode: string;
  /** What the person compares, or types: eight letters. */
  readonly userCode: string;
  readonly intervalSeconds: number;
  readonly expiresInSeconds: number;
}

export type DeviceState = { readonly type: 'pending' | 'slow-down' | 'denied' | 'expired' } | Extract<Decision, { type: 'approved' }>;

/**
 * A command line without a browser is let in from a page where somebody has logged in, by whatever method. Source:
 * RFC 8628. In memory: after a restart one begins again.
 */
export class DeviceLogIns {
  readonly #clock: Clock;
  readonly #byDevice = new Map<string, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Throws RATE_LIMITED when too many wait. */
  begin(name: string, address: string | null): BegunDevice {
    this.#forget();
    if (this.#byDevice.size >= openMax) throw new CloudError('RATE_LIMITED', { retryAfterSeconds: 60 });
    const deviceCode = newSecret('');
    const userCode = newUserCode();
    this.#byDevice.set(secretHash(deviceCode), {
      userCode,
      name,
      address,
      expiresAtMs: this.#clock.now() + lifetimeMs,
      askedAtMs: -Infinity,
      decision: null,
    });
    return { deviceCode, userCode, intervalSeconds: intervalMs / seconds, expiresInSeconds: lifetimeMs / seconds };
  }

  /** What the page shows before somebody decides; null: no such code waits. */
  show(userCode: string): { readonly name: string; readonly address: string | null } | null {
    const waiting = this.#waiting(userCode);
    return waiting === null ? null : { name: waiting.name, address: waiting.address };
  }

  /** false: no such code waits any more. */
  decide(userCode: string, decision: Decision): boolean {
    const waiting = this.#waiting(userCode);
    if (waiting === null) return false;
    waiting.decision = decision;
    return true;
  }

  /** An approval is told once. */
  poll(deviceCode: string): DeviceState {
    this.#forget();
    const hash = secretHash(deviceCode);
    const waiting = this.#byDevice.get(hash);
    if (waiting === undefined) return { type: 'expired' };
    if (waiting.decision !== null) {
      this.#byDevice.delete(hash);
      return waiting.decision;
    }
    const isTooSoon = this.#clock.now() - waiting.askedAtMs < intervalMs - 500;
    waiting.askedAtMs = this.#clock.now();
    return { type: isTooSoon ? 'slow-down' : 'pending' };
  }

  #waiting(userCode: string): Waiting | null {
    this.#forget();
    const code = plainCode(userCode);
    for (const waiting of this.#byDevice.values()) if (plainCode(waiting.userCode) === code && waiting.decision === null) return waiting;
    return null;
  }

  #forget(): void {
    for (const [hash, { expiresAtMs }] of this.#byDevice) if (expiresAtMs <= this.#clock.now()) this.#byDevice.delete(hash);
  }
}

/** Letters that nobody mistakes for each other and that make no words. Source: RFC 8628, 6.1. */
const letters = 'BCDFGHJKLMNPQRSTVWXZ';

/** `BCDF-GHJK`: 34 random bits, to be read aloud and typed. */
export function newUserCode(): string {
  let code = '';
  // 240 is the greatest multiple of 20 in a byte: no letter is likelier than another.
  while (code.length < 8) for (const byte of randomBytes(16)) if (byte < 240 && code.length < 8) code += letters[byte % 20];
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** However it was typed. */
export function plainCode(code: string): string {
  return code.toUpperCase().replaceAll(/[^A-Z]/g, '');
}
