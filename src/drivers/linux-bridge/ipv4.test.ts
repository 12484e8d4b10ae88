import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, formatPrefix, netmask, overlaps, parseAddress, parsePrefix, reverseZones, type Prefix } from './ipv4.ts';

const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const prefix = fc
  .tuple(address, fc.integer({ min: 0, max: 32 }))
  .map(([value, length]) => parsePrefix(`${formatAddress(value)}/${length}`) as Prefix);

test('an address that is written is read back', () => {
  fc.assert(
    fc.property(address, (value) => {
      expect(parseAddress(formatAddress(value))).toBe(value);
    }),
  );
});

test('a prefix that is written is read back, and holds as many addresses as its length says', () => {
  fc.assert(
    fc.property(prefix, (value) => {
      expect(parsePrefix(formatPrefix(value))).toEqual(value);
      expect(value.last - value.first + 1).toBe(2 ** (32 - value.length));
    }),
  );
});

test("prefixes overlap when one holds the other's first address", () => {
  const holds = (a: Prefix, b: Prefix) => a.first <= b.first && b.first <= a.last;
  fc.assert(
    fc.property(prefix, prefix, (a, b) => {
      expect(overlaps(a, b)).toBe(holds(a, b) || holds(b, a));
    }),
  );
});

test.each(['', '1.2.3', '1.2.3.4.5', '01.2.3.4', '256.0.0.1', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/2/3', '0x1.2.3.4', ' 1.2.3.4', '::1'])(
  '%j is no prefix',
  (text) => {
    expect(parsePrefix(text)).toBeNull();
  },
);

test('masks and reverse zones are cut as DHCP and DNS want them', () => {
  const of = (text: string) => parsePrefix(text) as Prefix;
  expect([netmask(of('10.42.0.0/20')), netmask(of('10.0.0.0/29')), netmask(of('0.0.0.0/0'))]).toEqual([
    '255.255.240.0',
    '255.255.255.248',
    '0.0.0.0',
  ]);
  expect(reverseZones(of('10.42.0.0/16'))).toEqual(['42.10.in-addr.arpa']);
  expect(reverseZones(of('10.42.16.0/23'))).toEqual(['16.42.10.in-addr.arpa', '17.42.10.in-addr.arpa']);
  expect(reverseZones(of('10.42.5.8/29'))).toEqual(['5.42.10.in-addr.arpa']);
});
