import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DriverError } from '../../core/driver-error.ts';
import { acceptCloudId, acceptLease, acceptMac, acceptNetwork, acceptNetworkId, acceptStateDir } from './accepted.ts';
import { alice, network } from './network.fixture.ts';

const config = network;
const lease = { ...alice, mac: alice.mac.toUpperCase() };
const hostile = ['', 'a b', 'a\nb', 'a"b', "a'", 'a;b', 'a}', 'a,b', 'a#b', '../a', '$(a)', '-a', 'a/b', 'é', 'a\0', 'x'.repeat(300)];

test('an ordinary network and lease are taken, the MAC in lower case', () => {
  expect(acceptNetwork(config).prefix.length).toBe(20);
  expect(acceptLease(config, lease)).toEqual({ ...lease, mac: '52:54:00:00:00:0a' });
});

describe('text that could mean more in a rule, a configuration or a path is refused', () => {
  test.each(hostile)('%j', (text) => {
    for (const field of ['networkId', 'bridge', 'cidr', 'gateway', 'domain'] as const)
      expect(() => acceptNetwork({ ...config, [field]: text }), field).toThrow(DriverError);
    for (const field of ['instanceId', 'mac', 'address', 'hostname', 'tap'] as const)
      expect(() => acceptLease(config, { ...lease, [field]: text }), field).toThrow(DriverError);
    for (const accept of [acceptCloudId, acceptNetworkId, acceptMac, acceptStateDir]) expect(() => accept(text)).toThrow(DriverError);
  });

  test('whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        for (const accept of [acceptNetworkId, acceptCloudId, acceptMac]) {
          try {
            expect(accept(text)).toMatch(/^[0-9a-z:-]+$/);
          } catch (error) {
            expect(error).toBeInstanceOf(DriverError);
          }
        }
      }),
    );
  });
});

test.each([
  { gateway: '10.42.0.0' },
  { gateway: '10.42.15.255' },
  { gateway: '10.43.0.1' },
  { cidr: '10.0.0.0/8', gateway: '10.0.0.1' },
  { cidr: '10.42.0.0/30' },
  { mtuBytes: 100 },
  { mtuBytes: 1450.5 },
  { bridge: 'a-name-of-sixteen' },
  { domain: 'a..b' },
])('a network is refused for %j', (change) => {
  expect(() => acceptNetwork({ ...config, ...change })).toThrow(DriverError);
});

test.each([
  { address: '10.42.0.1' },
  { address: '10.42.16.1' },
  { address: '10.42.0.0' },
  { tap: 'st1' },
  { mac: '01:00:5e:00:00:01' },
  { mac: '00:00:00:00:00:00' },
  { mac: 'ff:ff:ff:ff:ff:ff' },
])('a lease is refused for %j', (change) => {
  expect(() => acceptLease(config, { ...lease, ...change })).toThrow(DriverError);
});

test('a folder is absolute and without blanks, quotes or steps upwards', () => {
  expect(acceptStateDir('/var/lib/stratus/agent/network/')).toBe('/var/lib/stratus/agent/network');
  for (const dir of ['var/lib', '/', '/a b', '/a/../b', '/a"b']) expect(() => acceptStateDir(dir)).toThrow(DriverError);
});
