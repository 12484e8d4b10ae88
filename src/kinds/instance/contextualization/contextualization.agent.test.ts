import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Instance } from '../instance.ts';
import { buildSeed, instanceSeed, type SeedInput } from './contextualization.agent.ts';

const input = (changes: Partial<SeedInput> = {}): SeedInput => ({
  identity: { instanceId: 'i-1', hostname: 'first', publicKeys: ['ssh-ed25519 AAAA'] },
  nics: [{ mac: '52:54:00:12:34:56', mtuBytes: null, fixed: null }],
  userData: Buffer.from('#!/bin/sh\n'),
  hasSwap: false,
  ...changes,
});

test('the hash of a seed follows everything that a guest reads from it, and nothing else', () => {
  const { hash } = buildSeed(input());
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(buildSeed(input()).hash).toBe(hash);
  const others = [
    input({ identity: { instanceId: 'i-1', hostname: 'other', publicKeys: ['ssh-ed25519 AAAA'] } }),
    input({ identity: { instanceId: 'i-1', hostname: 'first', publicKeys: [] } }),
    input({ nics: [] }),
    input({ userData: null }),
    input({ hasSwap: true }),
  ].map((changed) => buildSeed(changed).hash);
  expect(new Set([hash, ...others]).size).toBe(others.length + 1);
});

test('user-data goes into the seed as it is while small, gzipped when large, and never packed twice', () => {
  const small = Buffer.from('#!/bin/sh\necho hi\n');
  expect([...buildSeed(input({ userData: small })).userData]).toEqual([...small]);
  const large = Buffer.from(`#!/bin/sh\n${'echo hi\n'.repeat(7000)}`);
  const { userData } = buildSeed(input({ userData: large }));
  expect(userData.length).toBeLessThan(1024);
  expect(gunzipSync(userData).equals(large)).toBe(true);
  const packed = gzipSync(Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 251)), { level: 0 });
  expect([...buildSeed(input({ userData: packed })).userData]).toEqual([...packed]);
  expect(buildSeed(input({ userData: null })).userData).toHaveLength(0);
});

test('whatever user-data holds, a guest gets exactly that', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000, size: 'max' }), (content) => {
      const { userData } = buildSeed(input({ userData: content }));
      const isPacked = userData.length !== content.length;
      expect(Buffer.from(isPacked ? gunzipSync(userData) : userData).equals(content)).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test("an instance's seed carries its id, name, keys and MACs, asks for DHCP, and mounts its swap", () => {
  const instance = {
    id: 'i-1',
    name: 'first',
    spec: {
      swapMib: 512,
      sshKeys: [{ name: 'me', publicKey: 'ssh-ed25519 AAAA me' }],
      nics: [{ network: 'net-1', mac: '52:54:00:12:34:56', address: '10.42.0.7' }],
    },
  } as unknown as Instance;
  const network = { cidr: '10.42.0.0/20', gateway: '10.42.0.1', domain: 'lab', mtuBytes: 1450, nat: true, bridge: 'br' };
  const seed = instanceSeed(instance, { userDataBase64: Buffer.from('#!/bin/sh\n').toString('base64') }, new Map([['net-1', network]]));
  expect(parse(seed.metaData)).toEqual({ 'instance-id': 'i-1', 'local-hostname': 'first', 'public-keys': ['ssh-ed25519 AAAA me'] });
  expect(parse(seed.networkConfig)).toEqual({
    version: 2,
    ethernets: { eth0: { match: { macaddress: '52:54:00:12:34:56' }, 'set-name': 'eth0', mtu: 1450, dhcp4: true } },
  });
  expect(parse(seed.vendorData)).toHaveProperty('mounts');
  expect(Buffer.from(seed.userData).toString()).toBe('#!/bin/sh\n');
});
