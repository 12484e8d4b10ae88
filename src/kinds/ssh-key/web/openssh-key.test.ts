import { createPrivateKey, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { parsePublicKey } from '../public-key.ts';
import { makeKeyPair } from './openssh-key.ts';

test('a key made in the browser is one that the cloud takes', async () => {
  const pair = await makeKeyPair('ada@laptop');
  expect(parsePublicKey(pair?.publicKey ?? '').publicKey).toBe(pair?.publicKey);
  expect(pair?.publicKey).toMatch(/^ssh-ed25519 \S+ ada@laptop$/);
});

test('its private half is an OpenSSH file that belongs to the public half', async () => {
  const { publicKey, privateKey } = (await makeKeyPair('me')) as { publicKey: string; privateKey: string };
  const lines = privateKey.split('\n');
  expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual(['-----BEGIN OPENSSH PRIVATE KEY-----', '-----END OPENSSH PRIVATE KEY-----', '']);
  const bytes = Buffer.from(lines.slice(1, -2).join(''), 'base64');
  expect(bytes.subarray(0, 15).toString()).toBe('openssh-key-v1\0');
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  const at = bytes.indexOf(blob);
  const secret = bytes.subarray(at + blob.length + 4);
  expect(secret.length % 8).toBe(0);
  expect(secret.subarray(0, 4)).toEqual(secret.subarray(4, 8));
  const seed = secret.subarray(8 + blob.length + 4, 8 + blob.length + 4 + 32);
  const key = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
  const derived = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  expect(derived).toEqual(blob.subarray(-32));
});

test('no two are alike', async () => {
  const pairs = await Promise.all(Array.from({ length: 5 }, () => makeKeyPair('me')));
  expect(new Set(pairs.map((pair) => pair?.publicKey)).size).toBe(5);
});
