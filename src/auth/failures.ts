import ipaddr from 'ipaddr.js';
import { CloudError } from '../core/errors.ts';
import { days, minutes, seconds } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';

/** How failures of one sort of counter turn into pauses. */
interface Rule {
  /** So many failures cost nothing. The next pause is a second, each further one twice as long. */
  readonly free: number;
  readonly pauseMsMax: number;
  /** Each failure is forgotten after this, one after the other: in the long run there are no more tries than one per this time. */
  readonly forgottenMs: number;
}

const rules = {
  /** One account from one address: who mistypes, or who guesses. */
  pair: { free: 3, pauseMsMax: 15 * minutes, forgottenMs: 5 * minutes },
  /** The same, where this account got in from this address before: its owner's own place. */
  knownPair: { free: 3, pauseMsMax: 30 * seconds, forgottenMs: 5 * minutes },
  /** One account from everywhere: guessing with many machines. */
  account: { free: 20, pauseMsMax: 15 * minutes, forgottenMs: 5 * minutes },
  /** All accounts from one address: one password tried on many. A whole university may be behind one address. */
  address: { free: 50, pauseMsMax: 5 * minutes, forgottenMs: 20 * seconds },
} as const satisfies Record<string, Rule>;

const rememberedMax = 10_000;
const knownForMs = 90 * days;
const toldAgainMs = 1 * days;

interface Failures {
  /** Failures not yet forgotten, as of `atMs`; a fraction is one that is being forgotten. */
  readonly level: number;
  readonly atMs: number;
  readonly pauseEndMs: number;
}

/**
 * After wrong passwords the next try has to wait, longer each time: for an account from one address, for an account
 * from everywhere, for an address. In memory; names that nobody has are treated as those that somebody has.
 *
 * The trade: pauses that hold for an account wherever it is tried from would let anybody lock its owner out. So they,
 * and those of an address, do not hold for a place from which the account has got in before: there only its own
 * pauses count, of half a minute at most. An owner at a new place, while strangers with many machines guess at the
 * account, has to wait with them, or takes a mailed link or a passkey, neither of which counts here; what gets in
 * once is known from then on. After a restart all places are new, and nothing is held against anybody.
 */
export class LoginFailures {
  readonly #clock: Clock;
  readonly #failures = new Map<string, Failures>();
  /** Pairs that got in, with when they did. */
  readonly #known = new Map<string, number>();
  /** Accounts that were told to be locked, with when. */
  readonly #told = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Throws RATE_LIMITED while a pause lasts. What goes on counts as failed until it has {@link succeeded}: checking
   * a password takes its time, and a hundred guesses sent at once would all find the count of before.
   */
  attempt(account: string, address: string): void {
    const counters = this.#counters(account, address);
    const pauseEndMs = Math.max(...counters.map(({ key, isHolding }) => (isHolding ? (this.#failures.get(key)?.pauseEndMs ?? 0) : 0)));
    const leftMs = pauseEndMs - this.#clock.now();
    if (leftMs > 0) throw new CloudError('RATE_LIMITED', { retryAfterSeconds: Math.ceil(leftMs / 1_000) });
    for (const { key, rule } of counters) this.#count(key, rule, 1);
  }

  /**
   * It has counted already; the pauses begin now. `isLocked`: tries from everywhere have to wait from now on, which the
   * account's owner, if there is one, should hear of; told once a day at most.
   */
  failed(account: string, address: string): { isLocked: boolean } {
    const counters = this.#counters(account, address);
    for (const { key, rule } of counters) this.#pause(key, rule);
    const { key, rule } = counters[1];
    const now = this.#clock.now();
    const isLocked = Math.round(this.#level(key, rule)) >= rule.free && now - (this.#told.get(key) ?? -Infinity) >= toldAgainMs;
    if (isLocked) remember(this.#told, key, now);
    return { isLocked };
  }

  /** Takes back what {@link attempt} counted, and no more than that: who has one account gets no free guesses at others. */
  succeeded(account: string, address: string): void {
    const [pair, ...others] = this.#counters(account, address);
    this.#failures.delete(pair.key);
    for (const { key, rule } of others) this.#count(key, rule, -1);
    remember(this.#known, pair.key, this.#clock.now());
  }

  /** Somebody has proven otherwise, from there, that the account is theirs: strangers' failures hold them up no longer. */
  proven(account: string, address: string): void {
    const [pair] = this.#counters(account, address);
    this.#failures.delete(pair.key);
    remember(this.#known, pair.key, this.#clock.now());
  }

  #counters(account: string, address: string) {
    const [name, place] = [account.toLowerCase(), placeOf(address)];
    const pair = `pair\n${name}\n${place}`;
    const knownSince = this.#known.get(pair);
    const isKnown = knownSince !== undefined && this.#clock.now() - knownSince < knownForMs;
    return [
      { key: pair, rule: isKnown ? rules.knownPair : rules.pair, isHolding: true },
      { key: `account\n${name}`, rule: rules.account, isHolding: !isKnown },
      { key: `address\n${place}`, rule: rules.address, isHolding: !isKnown },
    ] as const;
  }

  #count(key: string, rule: Rule, by: 1 | -1): void {
    const level = Math.max(0, this.#level(key, rule) + by);
    const endMs = pauseEnd(level, rule, this.#clock.now());
    // What is taken back shortens the pause to what it was without it; others' failures still hold.
    const pauseEndMs = by === 1 ? endMs : Math.min(endMs, this.#failures.get(key)?.pauseEndMs ?? 0);
    remember(this.#failures, key, { level, atMs: this.#clock.now(), pauseEndMs });
  }

  #pause(key: string, rule: Rule): void {
    // Forgotten since the attempt, in a flood of others: it did fail.
    const level = this.#failures.has(key) ? this.#level(key, rule) : 1;
    remember(this.#failures, key, { level, atMs: this.#clock.now(), pauseEndMs: pauseEnd(level, rule, this.#clock.now()) });
  }

  #level(key: string, rule: Rule): number {
    const failures = this.#failures.get(key);
    return failures === undefined ? 0 : Math.max(0, failures.level - (this.#clock.now() - failures.atMs) / rule.forgottenMs);
  }
}

function pauseEnd(level: number, rule: Rule, nowMs: number): number {
  const over = Math.round(level) - rule.free;
  return over < 0 ? 0 : nowMs + Math.min(rule.pauseMsMax, 1 * seconds * 2 ** over);
}

/** The oldest go first: guessing names must not fill the memory. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > rememberedMax && oldest.done !== true) map.delete(oldest.value);
}

/** One machine has a whole /64 of IPv6 to itself, and picks another address of it for each guess. */
function placeOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === 'ipv4'
    ? parsed.toString()
    : (parsed as ipaddr.IPv6).parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':');
}
