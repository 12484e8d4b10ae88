import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePublicKey } from '../public-key.ts';
import { checkPublicKey, fingerprintOf } from './check-public-key.ts';
import { makeKeyPair, type KeyPair } from './openssh-key.ts';

test('a pasted key has the same fingerprint in the browser as in the cloud', async () => {
  const { publicKey } = (await makeKeyPair('ada@lab')) as KeyPair;
  const checked = checkPublicKey(`  ${publicKey}\n`);
  expect(checked).toMatchObject({ is: 'good', type: 'ssh-ed25519', comment: 'ada@lab' });
  expect(await fingerprintOf((checked as Extract<typeof checked, { is: 'good' }>).bytes)).toBe(parsePublicKey(publicKey).fingerprint);
});

test('what is wrong with a pasted key is said before it is sent', async () => {
  const { publicKey, privateKey } = (await makeKeyPair('me')) as KeyPair;
  expect(checkPublicKey(privateKey)).toEqual({ is: 'bad', why: 'private' });
  expect(checkPublicKey(`${publicKey}\n${publicKey}`)).toEqual({ is: 'bad', why: 'lines' });
  expect(checkPublicKey('hello')).toEqual({ is: 'bad', why: 'type' });
  expect(checkPublicKey(publicKey.slice(0, -13))).toEqual({ is: 'bad', why: 'cut' });
});

test('whatever is pasted, the check comes to an end without an error', () => {
  const text = fc.oneof(
    fc.string(),
    fc.base64String().map((base64) => `ssh-ed25519 ${base64}`),
  );
  fc.assert(fc.property(text, (pasted) => ['good', 'bad'].includes(checkPublicKey(pasted).is)));
});
