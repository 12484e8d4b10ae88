import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { SqliteStore } from '../control/store/sqlite-store.ts';
import { CommitConflict, type Store } from '../control/store/store.ts';
import { seconds } from '../core/units.ts';
import { SimClock } from '../drivers/sim/sim-clock.ts';
import { SecretBox } from './secret-box.ts';
import { confirmTotp, hasTotp, removeTotp, renewRecoveryCodes, startTotp, totpCode, totpKind, useCode } from './totp.ts';

const box = new SecretBox(randomBytes(32));
const ada = { id: 'usr-ada', name: 'ada' };
let store: Store;
let clock: SimClock;

beforeEach(() => {
  store = new SqliteStore(':memory:');
  clock = new SimClock(1);
});

async function confirmed() {
  const { secret, change } = await startTotp(store, clock, box, ada, 'Lab Cloud');
  await store.commit([change]);
  const { recoveryCodes, change: confirm } = (await confirmTotp(store, clock, box, ada.id, totpCode(secret, clock.now())))!;
  await store.commit([confirm]);
  await clock.run(30 * seconds);
  return { secret, recoveryCodes };
}

async function use(code: string): Promise<boolean> {
  const used = await useCode(store, clock, box, ada.id, code);
  if (used !== null) await store.commit([used.change]);
  return used !== null;
}

test('codes are those of RFC 6238, appendix B', () => {
  // `12345678901234567890` in base 32.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  const vectors: [number, string][] = [
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ];
  for (const [atSeconds, code] of vectors) expect(totpCode(secret, atSeconds * seconds, 8)).toBe(code);
});

describe('a second factor by app', () => {
  test('is told as an address that apps scan, and counts from its first right code on', async () => {
    const { uri, secret, change } = await startTotp(store, clock, box, ada, 'Lab Cloud');
    await store.commit([change]);
    expect(uri).toBe(`otpauth://totp/Lab%20Cloud:ada?issuer=Lab%20Cloud&secret=${secret}&algorithm=SHA1&digits=6&period=30`);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(await hasTotp(store, ada.id)).toBe(false);
    expect(await use(totpCode(secret, clock.now()))).toBe(false);
    expect(await confirmTotp(store, clock, box, ada.id, '000000')).toBeNull();
    const { recoveryCodes, change: confirm } = (await confirmTotp(store, clock, box, ada.id, totpCode(secret, clock.now())))!;
    await store.commit([confirm]);
    expect(await hasTotp(store, ada.id)).toBe(true);
    expect(new Set(recoveryCodes).size).toBe(10);
    // The code that confirmed it is used.
    expect(await use(totpCode(secret, clock.now()))).toBe(false);
  });

  test('can be begun anew until it is confirmed, and not after', async () => {
    const first = await startTotp(store, clock, box, ada, 'Lab Cloud');
    await store.commit([first.change]);
    const second = await startTotp(store, clock, box, ada, 'Lab Cloud');
    await store.commit([second.change]);
    expect(await confirmTotp(store, clock, box, ada.id, totpCode(first.secret, clock.now()))).toBeNull();
    await store.commit([(await confirmTotp(store, clock, box, ada.id, totpCode(second.secret, clock.now())))!.change]);
    await expect(startTotp(store, clock, box, ada, 'Lab Cloud')).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    await store.commit([(await removeTotp(store, ada.id))!]);
    expect(await hasTotp(store, ada.id)).toBe(false);
    expect(await removeTotp(store, ada.id)).toBeNull();
  });

  test('takes the code of now, of the step before and of the one after, however it is typed', async () => {
    const { secret } = await confirmed();
    expect(await use(totpCode(secret, clock.now() - 60 * seconds))).toBe(false);
    expect(await use(totpCode(secret, clock.now() + 60 * seconds))).toBe(false);
    await clock.run(300 * seconds);
    expect(await use(totpCode(secret, clock.now() - 30 * seconds))).toBe(true);
    const code = totpCode(secret, clock.now());
    expect(await use(` ${code.slice(0, 3)} ${code.slice(3)} `)).toBe(true);
    expect(await use(totpCode(secret, clock.now() + 30 * seconds))).toBe(true);
  });

  test('takes no code twice, and none from before the last one', async () => {
    const { secret } = await confirmed();
    const [before, now] = [totpCode(secret, clock.now() - 30 * seconds), totpCode(secret, clock.now())];
    expect(await use(now)).toBe(true);
    expect(await use(now)).toBe(false);
    expect(await use(before)).toBe(false);
  });

  test('lets one of two in who send the same code at the same moment', async () => {
    const { secret } = await confirmed();
    const code = totpCode(secret, clock.now());
    const both = await Promise.all([1, 2].map(() => useCode(store, clock, box, ada.id, code)));
    const results = await Promise.allSettled(both.map((each) => store.commit([each!.change])));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(results.find((each) => each.status === 'rejected')).toMatchObject({ reason: expect.any(CommitConflict) });
  });

  test('stands in the store in no form that would make codes or be one', async () => {
    const { secret, recoveryCodes } = await confirmed();
    const written = JSON.stringify(await store.list({ kind: totpKind, limit: 10 }));
    for (const told of [secret, ...recoveryCodes]) expect(written).not.toContain(told);
  });
});

describe('a recovery code', () => {
  test('lets in once, however it is typed', async () => {
    const { recoveryCodes } = await confirmed();
    expect(recoveryCodes[0]).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
    expect(await useCode(store, clock, box, ada.id, recoveryCodes[0]!)).toMatchObject({ by: 'recovery-code', recoveryCodesLeft: 9 });
    expect(await use(recoveryCodes[0]!.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l'))).toBe(true);
    expect(await use(recoveryCodes[0]!)).toBe(false);
    expect(await use(recoveryCodes[1]!)).toBe(true);
    expect(await use('')).toBe(false);
  });

  test('is worthless when there are new ones', async () => {
    const { recoveryCodes } = await confirmed();
    const renewed = (await renewRecoveryCodes(store, clock, ada.id))!;
    await store.commit([renewed.change]);
    expect(await use(recoveryCodes[2]!)).toBe(false);
    expect(await use(renewed.recoveryCodes[2]!)).toBe(true);
    expect(await renewRecoveryCodes(store, clock, 'usr-nobody')).toBeNull();
  });
});
