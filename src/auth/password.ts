import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { CloudError } from '../core/errors.ts';
import { matchesCrypt, matchesMd5 } from './password-legacy.ts';

/** Base64. */
export interface Argon2Hash {
  readonly algorithm: 'argon2id';
  readonly memoryKib: number;
  readonly passes: number;
  readonly salt: string;
  readonly hash: string;
}

/** From StratusLab's `login-pswd.properties`: unsalted, 32 hexadecimal digits in lower case. */
export interface Md5Hash {
  readonly algorithm: 'md5';
  readonly hex: string;
}

/** From StratusLab's `login-pswd.properties`: as crypt(3) writes it ({@link isCrypt}). */
export interface CryptHash {
  readonly algorithm: 'crypt';
  readonly crypt: string;
}

/** What is kept of a password. What is not argon2id was imported, and becomes so at the first log-in ({@link needsRehash}). */
export type PasswordHash = Argon2Hash | Md5Hash | CryptHash;

/** Source: OWASP asks for 19 MiB and two passes at least. About 0.2 s on one core. */
const cost = { memoryKib: 64 * 1024, passes: 3 };

/** Each hash takes 64 MiB while it is computed: one at a time, and a short queue. */
const queueLengthMax = 20;
let queue: Promise<unknown> = Promise.resolve();
let queued = 0;

export async function hashPassword(password: string): Promise<Argon2Hash> {
  const salt = randomBytes(16);
  const hash = await inTurn(() => compute(password, salt, cost));
  return { algorithm: 'argon2id', ...cost, salt: salt.toString('base64'), hash: hash.toString('base64') };
}

/**
 * Takes as long as one argon2id of today's cost at least, whatever is kept, and also when nothing is (`kept` null: nobody
 * of that name): how long it takes tells nobody who is there.
 */
export function verifyPassword(password: string, kept: PasswordHash | null): Promise<boolean> {
  return inTurn(async () => {
    if (kept !== null && !needsRehash(kept)) return matches(password, kept);
    // Side by side: reading an old form is much quicker, so it adds nothing that could be seen.
    const [isRight] = await Promise.all([kept === null ? false : matches(password, kept), compute(password, Buffer.alloc(16), cost)]);
    return isRight;
  });
}

/** The password that was just found right should be hashed anew: its kept form is weaker than what is made today. */
export function needsRehash(kept: PasswordHash): boolean {
  return kept.algorithm !== 'argon2id' || kept.memoryKib < cost.memoryKib || kept.passes < cost.passes;
}

/** 100 random bits that survive being read aloud and typed: no i, l, o, u. */
export function randomPassword(): string {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  const letters = [...randomBytes(20)].map((byte) => digits[byte & 31]).join('');
  return letters.replaceAll(/.{5}(?!$)/g, '$&-');
}

async function matches(password: string, kept: PasswordHash): Promise<boolean> {
  if (kept.algorithm === 'md5') return matchesMd5(password, kept.hex);
  if (kept.algorithm === 'crypt') return matchesCrypt(password, kept.crypt);
  const computed = await compute(password, Buffer.from(kept.salt, 'base64'), kept);
  const expected = Buffer.from(kept.hash, 'base64');
  return expected.length === computed.length && timingSafeEqual(expected, computed);
}

function compute(password: string, nonce: Buffer, { memoryKib, passes }: { memoryKib: number; passes: number }): Promise<Buffer> {
  const options = { message: Buffer.from(password.normalize('NFKC')), nonce, parallelism: 1, tagLength: 32, memory: memoryKib, passes };
  return new Promise((resolve, reject) => argon2('argon2id', options, (error, hash) => (error === null ? resolve(hash) : reject(error))));
}

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (queued >= queueLengthMax) return Promise.reject(new CloudError('RATE_LIMITED', { retryAfterSeconds: 5 }));
  queued++;
  const result = queue.then(work);
  queue = result.catch(() => undefined).finally(() => queued--);
  return result;
}
