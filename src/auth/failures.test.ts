import { beforeEach, describe, expect, test } from 'vitest';
import { hours, minutes, seconds } from '../core/units.ts';
import { SimClock } from '../drivers/sim/sim-clock.ts';
import { LoginFailures } from './failures.ts';

let clock: SimClock;
let failures: LoginFailures;

beforeEach(() => {
  clock = new SimClock(1);
  failures = new LoginFailures(clock);
});

/** Seconds that it has to wait; 0: it was let through, and failed. */
function guess(account: string, address: string): number {
  try {
    failures.attempt(account, address);
  } catch (error) {
    return (error as { params: { retryAfterSeconds: number } }).params.retryAfterSeconds;
  }
  failures.failed(account, address);
  return 0;
}

function logIn(account: string, address: string): void {
  failures.attempt(account, address);
  failures.succeeded(account, address);
}

/** Guesses as soon as it may, for so long; how many came through. */
async function guessFor(ms: number, account: () => string, address: () => string): Promise<number> {
  const endMs = clock.now() + ms;
  let guesses = 0;
  for (;;) {
    const waitMs = guess(account(), address()) * seconds;
    if (waitMs === 0) guesses++;
    if (clock.now() + waitMs > endMs) return guesses;
    await clock.run(waitMs);
  }
}

let next = 0;
const anotherAddress = () => `10.${(++next >> 16) & 255}.${(next >> 8) & 255}.${next & 255}`;

describe('guessing at one account from one address', () => {
  test('costs nothing three times, then pauses double', async () => {
    for (let n = 0; n < 3; n++) expect(guess('ada', '192.0.2.1')).toBe(0);
    for (const pause of [1, 2, 4, 8, 16]) {
      expect(guess('ada', '192.0.2.1')).toBe(pause);
      await clock.run(pause * seconds);
      expect(guess('ada', '192.0.2.1')).toBe(0);
    }
  });

  test('gets about a guess in five minutes through a whole day', async () => {
    const guesses = await guessFor(
      24 * hours,
      () => 'ada',
      () => '192.0.2.1',
    );
    expect(guesses).toBeGreaterThan(100);
    expect(guesses).toBeLessThan(310);
  });

  test('is the same for an account that is not there, and however its name is written', () => {
    for (let n = 0; n < 3; n++) expect([guess('Ada', '192.0.2.1'), guess('nobody', '192.0.2.2')]).toEqual([0, 0]);
    expect([guess('ADA', '192.0.2.1'), guess('nobody', '192.0.2.2')]).toEqual([1, 1]);
  });

  test('with many addresses of one IPv6 network is from one address', () => {
    for (const end of ['1', '2', 'abcd:1:2']) expect(guess('ada', `2001:db8:1:2::${end}`)).toBe(0);
    expect(guess('ada', '2001:db8:1:2:9::9')).toBe(1);
    expect(guess('ada', '2001:db8:1:3::1')).toBe(0);
    for (let n = 0; n < 3; n++) guess('bob', '::ffff:192.0.2.1');
    expect(guess('bob', '192.0.2.1')).toBe(1);
  });

  test('all at once gets no more guesses than one after the other', () => {
    let letThrough = 0;
    for (let n = 0; n < 100; n++) {
      try {
        failures.attempt('ada', '192.0.2.1');
        letThrough++;
      } catch {}
    }
    expect(letThrough).toBe(3);
  });

  test('is forgotten when the right password comes', () => {
    for (let n = 0; n < 2; n++) guess('ada', '192.0.2.1');
    logIn('ada', '192.0.2.1');
    for (let n = 0; n < 3; n++) expect(guess('ada', '192.0.2.1')).toBe(0);
  });
});

describe('guessing at one account with many machines', () => {
  test('is held back for all of them together', async () => {
    const guesses = await guessFor(24 * hours, () => 'ada', anotherAddress);
    expect(guesses).toBeLessThan(330);
  });

  test('does not keep the owner out at a place where the account got in before', async () => {
    logIn('ada', '192.0.2.1');
    await guessFor(2 * hours, () => 'ada', anotherAddress);
    expect(guess('ada', anotherAddress())).toBeGreaterThan(0);
    logIn('ada', '192.0.2.1');
    // That the owner got in makes it no easier for the others.
    expect(guess('ada', anotherAddress())).toBeGreaterThan(0);
  });

  test('is told once a day, not at every guess', async () => {
    let told = 0;
    for (let n = 0; n < 400; n++) {
      try {
        const address = anotherAddress();
        failures.attempt('ada', address);
        if (failures.failed('ada', address).isLocked) told++;
      } catch {
        await clock.run(2 * minutes);
      }
    }
    expect(told).toBe(1);
  });
});

describe('somebody at the owner’s own address', () => {
  test('keeps the owner out for half a minute at most', async () => {
    logIn('ada', '192.0.2.1');
    await guessFor(
      1 * hours,
      () => 'ada',
      () => '192.0.2.1',
    );
    expect(guess('ada', '192.0.2.1')).toBeLessThanOrEqual(30);
    await clock.run(30 * seconds);
    logIn('ada', '192.0.2.1');
  });

  test('who tries one password on many accounts is held back, and those who got in there before are not', async () => {
    logIn('ada', '192.0.2.1');
    let n = 0;
    const guesses = await guessFor(
      1 * hours,
      () => `user${++n}`,
      () => '192.0.2.1',
    );
    expect(guesses).toBeLessThan(250);
    expect(guess('eve', '192.0.2.1')).toBeGreaterThan(0);
    logIn('ada', '192.0.2.1');
    expect(guess('eve', '192.0.2.1')).toBeGreaterThan(0);
  });

  test('who has an account gets no free guesses at others by logging in between', () => {
    let guesses = 0;
    for (let n = 0; n < 300; n++) {
      if (guess(`user${n}`, '192.0.2.1') === 0) guesses++;
      try {
        logIn('eve', '192.0.2.1');
      } catch {}
    }
    expect(guesses).toBeLessThanOrEqual(50);
  });
});

test('a flood of names does not fill the memory, and ends nobody’s pause', async () => {
  for (let n = 0; n < 4; n++) guess('ada', '192.0.2.1');
  const before = guess('ada', '192.0.2.1');
  for (let n = 0; n < 30_000; n++) guess(`user${n}`, '192.0.2.66');
  expect(guess('ada', '192.0.2.1')).toBe(before);
});
