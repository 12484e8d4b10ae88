import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { hashPassword, needsRehash, verifyPassword, type PasswordHash } from './password.ts';
import { isCrypt } from './password-legacy.ts';

const md5 = (text: string, encoding: BufferEncoding = 'utf8'): PasswordHash => ({
  algorithm: 'md5',
  hex: createHash('md5').update(Buffer.from(text, encoding)).digest('hex'),
});
/** Of `hello`, by crypt(3). */
const crypts = {
  DES: 'abl0JrMf6tlhw',
  MD5: '$1$salt$BSpYmSAZQYBttsZ28Ph1f/',
  SHA256: '$5$salt$ZYXsK0pxpaRWBUweKuToC90TC/15c9Iz8u3SGLTaS4D',
  SHA512: '$6$saltsalt$YTeBOLnmm3CoeJTzBuijUEtOEWCqrw/nQ8/AeMmON4LGp3k0ZiMjC1OdqzWFUAfDQBvYkOch9BWtQTBcZ1E/p0',
};

describe('a kept password', () => {
  test('of our own making is found right, in whichever form the same letters were typed', async () => {
    const kept = await hashPassword('café crème, été');
    expect(await verifyPassword('cafe\u0301 cre\u0300me, e\u0301te\u0301', kept)).toBe(true);
    expect(await verifyPassword('cafe creme, ete', kept)).toBe(false);
    expect(needsRehash(kept)).toBe(false);
  });

  test('that was imported as MD5 is found right, whether it was written as UTF-8 or Latin-1', async () => {
    expect(await verifyPassword('sésame', md5('sésame'))).toBe(true);
    expect(await verifyPassword('sésame', md5('sésame', 'latin1'))).toBe(true);
    expect(await verifyPassword('sesame', md5('sésame'))).toBe(false);
    expect(needsRehash(md5('x'))).toBe(true);
  });

  test.each(Object.entries(crypts))('that was imported as %s crypt is found right, and needs a new hash', async (_, crypt) => {
    const kept: PasswordHash = { algorithm: 'crypt', crypt };
    expect(await verifyPassword('hello', kept)).toBe(true);
    expect(await verifyPassword('hallo', kept)).toBe(false);
    expect(await verifyPassword('hello\0more', kept)).toBe(false);
    expect(needsRehash(kept)).toBe(true);
  });

  test('of a cheaper argon2id than today’s is right, and needs a new hash', async () => {
    const kept = await hashPassword('a');
    expect(needsRehash({ ...kept, passes: 1 })).toBe(true);
    expect(needsRehash({ ...kept, memoryKib: 19 * 1024 })).toBe(true);
  });

  test('is right for nobody when there is none', async () => {
    expect(await verifyPassword('', null)).toBe(false);
  });
});

test('nothing else than the four known forms is handed to crypt(3)', () => {
  for (const crypt of Object.values(crypts)) expect(isCrypt(crypt)).toBe(true);
  const refused = [
    '',
    '!',
    '*',
    'x',
    '$y$j9T$F5Jx5fExrKuPp53xLKQ..1$pAanBp0GxdDoC.EK6Si0uTUwzIJFEvkXDPG7l9k5OFB',
    `${crypts.DES}\nmore`,
    `${crypts.MD5}x`,
  ];
  refused.push('$6$rounds=999999999$salt$' + 'a'.repeat(86), '$6$salt$short', '$2b$12$' + 'a'.repeat(53));
  for (const crypt of refused) expect(isCrypt(crypt), crypt).toBe(false);
  expect(isCrypt('$6$rounds=5000$salt$' + 'a'.repeat(86))).toBe(true);
});
