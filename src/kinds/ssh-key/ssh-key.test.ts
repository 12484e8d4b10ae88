import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CloudError } from '../../core/errors.ts';
import { parsePublicKey } from './public-key.ts';

const field = (bytes: Uint8Array) => Buffer.concat([Buffer.from([0, 0, bytes.length >> 8, bytes.length & 255]), bytes]);
const key = (type: string, ...parts: Uint8Array[]) => `${type} ${Buffer.concat([Buffer.from(type), ...parts].map(field)).toString('base64')}`;
const ed25519 = key('ssh-ed25519', Buffer.alloc(32, 7));
const rsa = (bits: number) => key('ssh-rsa', Buffer.from([1, 0, 1]), Buffer.concat([Buffer.from([0]), Buffer.alloc(bits / 8, 255)]));

test('a key is kept as one line, with its comment and the fingerprint that ssh-keygen shows', () => {
  const { publicKey, fingerprint } = parsePublicKey(`  ${ed25519}   me@laptop \n`);
  expect(publicKey).toBe(`${ed25519} me@laptop`);
  expect(execFileSync('ssh-keygen', ['-lf', '-'], { input: ed25519, encoding: 'utf8' })).toContain(fingerprint);
  expect(parsePublicKey(rsa(2048)).publicKey).toBe(rsa(2048));
});

test.each([
  ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----', /keep that to yourself/],
  ['two lines', `${ed25519}\n${ed25519}`, /more than one line/],
  ['an option before the type', `command="rm" ${ed25519}`, /not with a key type/],
  ['a key of another type than it says', ed25519.replace('ssh-ed25519 ', 'ssh-rsa '), /does not match its type/],
  ['a key cut short', ed25519.slice(0, -8), /cut short/],
  ['no key at all', 'ssh-ed25519', /cut short/],
  ['an RSA key of 1024 bits', rsa(1024), /2048 bits at least/],
])('%s is refused in plain words', (_what, text, problem) => {
  expect(() => parsePublicKey(text)).toThrow(problem);
});

test('whatever is pasted is taken as one line or refused, and never quoted whole', () => {
  const pasted = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.tuple(fc.constantFrom('ssh-rsa', 'ssh-ed25519'), fc.base64String()).map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(pasted, (text) => {
      try {
        expect(parsePublicKey(text).publicKey).not.toMatch(/[\n\r]/);
      } catch (error) {
        expect(error).toBeInstanceOf(CloudError);
        expect((error as CloudError).code).toBe('SSH_KEY_INVALID');
      }
    }),
  );
});
