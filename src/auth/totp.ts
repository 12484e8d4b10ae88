import { Secret, TOTP } from 'otpauth';
import { createHash, randomBytes } from 'node:crypto';
import type { Change, Store } from '../control/store/store.ts';
import { CloudError } from '../core/errors.ts';
import type { Resource } from '../core/resource.ts';
import { days } from '../core/units.ts';
import { isoTime, type Clock } from '../ports/clock.ts';
import { newRecord, put, remove } from './records.ts';
import { sameSecret } from './secret.ts';
import type { SecretBox } from './secret-box.ts';

export const totpKind = 'totp';

/** What every authenticator app understands: RFC 6238 with SHA-1, six digits, thirty seconds. */
const form = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** Steps to either side that are taken: telephones go slow and fast, and typing takes its time. */
const windowSteps = 1;
const recoveryCodeCount = 10;

export interface TotpSpec {
  readonly userId: string;
  /** Base 32, sealed. */
  readonly sealedSecret: string;
  /** A factor only from the first right code on: until then it may never have reached an app. */
  readonly isConfirmed: boolean;
  /** Of the last code that was taken; neither it nor an earlier one is taken again. */
  readonly lastStep: number;
  /** SHA-256 of those not yet used, with the user's id. 80 random bits need no slow hash. */
  readonly recoverySha256: readonly string[];
}
export type Totp = Resource<TotpSpec>;

const indexed = ({ spec }: Totp) => ({ keys: [`user/${spec.userId}`], indexes: { user: spec.userId } });

/** A user's, confirmed or not; null without one. */
export async function findTotp(store: Store, userId: string): Promise<Totp | null> {
  return (await store.getByKey(totpKind, `user/${userId}`)) as Totp | null;
}

/** Whether log-in asks this user for a code. */
export async function hasTotp(store: Store, userId: string): Promise<boolean> {
  return (await findTotp(store, userId))?.spec.isConfirmed ?? false;
}

/** What the page shows this once: as a picture to scan, and to be typed. */
export interface NewTotp {
  /** `otpauth://totp/…` */
  readonly uri: string;
  /** Base 32. */
  readonly secret: string;
  /** Replaces one that was never confirmed. */
  readonly change: Change;
}

/** Throws NAME_TAKEN when there is a confirmed one: it has to be taken away first, which asks for a code. */
export async function startTotp(store: Store, clock: Clock, box: SecretBox, user: { id: string; name: string }, cloudName: string): Promise<NewTotp> {
  const existing = await findTotp(store, user.id);
  if (existing?.spec.isConfirmed === true) throw new CloudError('NAME_TAKEN', { kind: totpKind, name: user.name });
  const secret = new Secret({ size: 20 });
  const spec: TotpSpec = { userId: user.id, sealedSecret: box.seal(secret.base32), isConfirmed: false, lastStep: 0, recoverySha256: [] };
  const record: Totp =
    existing === null ? newRecord(clock, totpKind, 'totp', '', user.id, spec) : { ...existing, updatedAt: isoTime(clock.now()), spec };
  const uri = new TOTP({ ...form, secret, issuer: cloudName, label: user.name }).toString();
  return { uri, secret: secret.base32, change: put(record, indexed(record)) };
}

/** The first right code makes it a factor. The recovery codes are told this once. null: the code is wrong, or there is nothing to confirm. */
export async function confirmTotp(
  store: Store,
  clock: Clock,
  box: SecretBox,
  userId: string,
  code: string,
): Promise<{ recoveryCodes: string[]; change: Change } | null> {
  const totp = await findTotp(store, userId);
  const step = totp === null || totp.spec.isConfirmed ? null : stepOf(totp, clock, box, code);
  if (totp === null || step === null) return null;
  const recoveryCodes = newRecoveryCodes();
  return { recoveryCodes, change: changed(clock, totp, { isConfirmed: true, lastStep: step, recoverySha256: hashed(userId, recoveryCodes) }) };
}

/**
 * The change that uses up a right code of the app or a recovery code; commit it with the session that it lets in: of two who
 * send the same code at the same moment one gets a CommitConflict, and a null when it asks again. null: wrong or used.
 * The caller counts failures: six digits are few.
 */
export async function useCode(
  store: Store,
  clock: Clock,
  box: SecretBox,
  userId: string,
  code: string,
): Promise<{ by: 'code' | 'recovery-code'; recoveryCodesLeft: number; change: Change } | null> {
  const totp = await findTotp(store, userId);
  if (totp === null || !totp.spec.isConfirmed) return null;
  const { recoverySha256 } = totp.spec;
  const step = stepOf(totp, clock, box, code);
  if (step !== null) return { by: 'code', recoveryCodesLeft: recoverySha256.length, change: changed(clock, totp, { lastStep: step }) };
  const [hash = ''] = hashed(userId, [code]);
  const left = recoverySha256.filter((kept) => !sameSecret(kept, hash));
  if (left.length === recoverySha256.length) return null;
  return { by: 'recovery-code', recoveryCodesLeft: left.length, change: changed(clock, totp, { recoverySha256: left }) };
}

/** New ones, told this once; those of before are worthless. null without a confirmed TOTP. */
export async function renewRecoveryCodes(store: Store, clock: Clock, userId: string): Promise<{ recoveryCodes: string[]; change: Change } | null> {
  const totp = await findTotp(store, userId);
  if (totp === null || !totp.spec.isConfirmed) return null;
  const recoveryCodes = newRecoveryCodes();
  return { recoveryCodes, change: changed(clock, totp, { recoverySha256: hashed(userId, recoveryCodes) }) };
}

/** For the sweep: it was begun and never confirmed. */
export function isTotpForgotten({ spec, updatedAt }: Totp, clock: Clock): boolean {
  return !spec.isConfirmed && clock.now() - Date.parse(updatedAt) > 1 * days;
}

/** null: there is none. */
export async function removeTotp(store: Store, userId: string): Promise<Change | null> {
  const totp = await findTotp(store, userId);
  return totp === null ? null : remove(totp);
}

/** The code of a secret at a moment, for tests and tools. `secret`: base 32. */
export function totpCode(secret: string, atMs: number, digits: number = form.digits): string {
  return TOTP.generate({ ...form, digits, secret: Secret.fromBase32(secret), timestamp: atMs });
}

/** The step to which a code belongs; null: to none that may still be used. */
function stepOf({ spec }: Totp, clock: Clock, box: SecretBox, code: string): number | null {
  const digits = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(digits)) return null;
  const secret = box.open(spec.sealedSecret);
  const now = Math.floor(clock.now() / 1_000 / form.period);
  for (let step = now - windowSteps; step <= now + windowSteps; step++) {
    if (sameSecret(totpCode(secret, step * form.period * 1_000), digits) && step > spec.lastStep) return step;
  }
  return null;
}

function changed(clock: Clock, totp: Totp, to: Partial<TotpSpec>): Change {
  const record: Totp = { ...totp, updatedAt: isoTime(clock.now()), spec: { ...totp.spec, ...to } };
  return put(record, indexed(record));
}

/** Sixteen digits of Crockford's base 32: 80 bits that survive being written on paper. */
function newRecoveryCodes(): string[] {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  return Array.from({ length: recoveryCodeCount }, () =>
    [...randomBytes(16)]
      .map((byte) => digits[byte & 31])
      .join('')
      .replaceAll(/.{4}(?!$)/g, '$&-'),
  );
}

/** However they are typed: what is left out of the alphabet is read as what it looks like. */
function hashed(userId: string, codes: readonly string[]): string[] {
  return codes.map((code) => {
    const digits = code
      .toLowerCase()
      .replaceAll(/[^0-9a-z]/g, '')
      .replaceAll('o', '0')
      .replaceAll(/[il]/g, '1');
    return createHash('sha256').update(`${userId}\n${digits}`).digest('hex');
  });
}
