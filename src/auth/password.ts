import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { CloudError } from '../core/errors.ts';

/** What is kept of a password. Base64. */
export interface PasswordHash {
  readonly algorithm: 'argon2id';
  readonly memoryKib: number;
  readonly passes: number;
  readonly salt: string;
  readonly hash: string;
}

/** Source: OWASP asks for 19 MiB and two passes at least. About 0.2 s on one core. */
const cost = { memoryKib: 64 * 1024, passes: 3 };

/** Each hash takes 64 MiB while it is computed: one at a time, and a short queue. */
const queueLengthMax = 20;
let queue: Promise<unknown> = Promise.resolve();
let queued = 0;

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16);
  const hash = await compute(password, salt, cost);
  return { algorithm: 'argon2id', ...cost, salt: salt.toString('base64'), hash: hash.toString('base64') };
}

/** `kept` null (nobody of that name) takes as long as a wrong password. */
export async function verifyPassword(password: string, kept: PasswordHash | null): Promise<boolean> {
  const { salt, hash, memoryKib, passes } = kept ?? { ...cost, salt: '', hash: '' };
  const saltBytes = salt === '' ? Buffer.alloc(16) : Buffer.from(salt, 'base64');
  const computed = await compute(password, saltBytes, { memoryKib, passes });
  const expected = Buffer.from(hash, 'base64');
  return expected.length === computed.length && timingSafeEqual(expected, computed);
}

/** 100 random bits that survive being read aloud and typed: no i, l, o, u. */
export function randomPassword(): string {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  const letters = [...randomBytes(20)].map((byte) => digits[byte & 31]).join('');
  return letters.replaceAll(/.{5}(?!$)/g, '$&-');
}

function compute(password: string, nonce: Buffer, { memoryKib, passes }: { memoryKib: number; passes: number }): Promise<Buffer> {
  if (queued >= queueLengthMax) return Promise.reject(new CloudError('RATE_LIMITED', { retryAfterSeconds: 5 }));
  queued++;
  const result = queue.then(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        const options = { message: Buffer.from(password.normalize('NFKC')), nonce, parallelism: 1, tagLength: 32, memory: memoryKib, passes };
        argon2('argon2id', options, (error, hash) => (error === null ? resolve(hash) : reject(error)));
      }),
  );
  queue = result.catch(() => undefined).finally(() => queued--);
  return result;
}
