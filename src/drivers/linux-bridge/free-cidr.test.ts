import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseFreeCidr, occupiedPrefixes } from './free-cidr.ts';
import { overlaps, parsePrefix, type Prefix } from './ipv4.ts';

const routes = JSON.stringify([
  { dst: 'default', gateway: '192.168.1.1' },
  { dst: '0.0.0.0/1' },
  { dst: '192.168.1.0/24' },
  { type: 'local', dst: '192.168.1.7' },
  { dst: 'fe80::/64' },
]);
const addresses = JSON.stringify([
  { ifname: 'lo', addr_info: [{ local: '127.0.0.1', prefixlen: 8 }] },
  { ifname: 'tun0', addr_info: [{ local: '10.8.0.6', prefixlen: 20 }] },
  { ifname: 'eth1' },
]);
const resolvers = '# made by hand\nnameserver 10.42.3.53\nnameserver fd00::1\nsearch lab\n';

test('routes, addresses and resolvers are occupied; the default route is not', () => {
  const of = (text: string) => parsePrefix(text);
  expect(occupiedPrefixes(routes, addresses, resolvers)).toEqual([
    of('192.168.1.0/24'),
    of('192.168.1.7'),
    of('127.0.0.1/8'),
    of('10.8.0.6/20'),
    of('10.42.3.53'),
  ]);
  expect(occupiedPrefixes('', '', '')).toEqual([]);
});

test('the first preferred prefix that is free is chosen, then any private one', () => {
  const occupied = occupiedPrefixes(routes, addresses, resolvers);
  expect(chooseFreeCidr(['10.42.0.0/20', '10.43.0.0/20'], occupied)).toBe('10.43.0.0/20');
  expect(chooseFreeCidr(['10.42.0.0/20', 'nonsense'], occupied)).toBe('10.64.0.0/20');
});

test('where everything private is reached already, there is none', () => {
  const all = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(parsePrefix) as Prefix[];
  expect(chooseFreeCidr(['10.42.0.0/20'], all)).toBeNull();
});

test('what is chosen overlaps nothing', () => {
  const occupied = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 9, max: 28 }))
      .map(([octet, length]) => parsePrefix(`10.${octet}.77.1/${length}`) as Prefix),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(occupied, (taken) => {
      const chosen = parsePrefix(chooseFreeCidr(['10.42.0.0/20'], taken) ?? '') as Prefix;
      expect(chosen.length).toBe(20);
      expect(taken.some((prefix) => overlaps(prefix, chosen))).toBe(false);
    }),
  );
});
