import { expect, test } from 'vitest';
import { confPath, currentLeaseLines, dhcpHostLine, dnsHostLine, dnsmasqConf, dnsmasqPaths } from './dnsmasq-conf.ts';
import { alice, network } from './network.fixture.ts';

const config = network;
const paths = dnsmasqPaths('/var/lib/stratus/agent/network/net-1');
const place = 'device 7 in net:[4026531840]';

test('DHCP and DNS of a network with NAT are configured so', async () => {
  await expect(dnsmasqConf(config, paths, 'dnsmasq', place)).toMatchFileSnapshot('dnsmasq.golden.conf');
});

test('without NAT no name is asked for outside and no router is given', () => {
  const lines = dnsmasqConf({ ...config, nat: false }, paths, 'dnsmasq', place).split('\n');
  expect(lines).toContain('no-resolv');
  expect(lines).toContain('dhcp-option=option:router');
  expect(lines.filter((line) => line.startsWith('resolv-file') || line.startsWith('server='))).toEqual([]);
});

test("a lease says who gets which address, and the address's full name comes first", () => {
  expect(dhcpHostLine(alice)).toBe('52:54:00:00:00:0a,10.42.0.5,alice\n');
  expect(dnsHostLine(config, alice)).toBe('10.42.0.5 alice.cloud.internal alice.default.cloud.internal alice\n');
  expect(dnsHostLine(config, { ...alice, hostname: 'i-1', dnsNames: ['alice.physics'] })).toBe('10.42.0.5 alice.physics.cloud.internal\n');
});

test('another configuration, or another bridge of the same name, has another file', () => {
  const confs = [
    dnsmasqConf(config, paths, 'dnsmasq', place),
    dnsmasqConf(config, paths, 'dnsmasq', 'device 8'),
    dnsmasqConf({ ...config, nat: false }, paths, 'dnsmasq', place),
  ];
  expect(new Set(confs.map((conf) => confPath(paths, conf))).size).toBe(3);
});

test('of what dnsmasq remembers only what agrees with the leases stays', () => {
  const current = '1795234567 52:54:00:00:00:0A 10.42.0.5 alice 01:52:54:00:00:00:0a';
  const others = ['1795234567 52:54:00:00:00:0b 10.42.0.5 bob *', '1795234567 52:54:00:00:00:0a 10.42.0.6 alice *', 'duid 00:01', ''];
  expect(currentLeaseLines([current, ...others].join('\n'), [alice])).toBe(`${current}\n`);
  expect(currentLeaseLines('', [alice])).toBe('');
});
