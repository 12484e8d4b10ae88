import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hostAddress, elsewhereAddress, leaseOf, metadataAddress, networkOf, NetworkWorld, outsideAddress, type Agent } from './network-world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const cloud = 'ab12';
const net = networkOf(1);
const [alice, bob] = [leaseOf(1, 1, { hostname: 'alice' }), leaseOf(1, 2, { hostname: 'bob' })];
const closed = networkOf(2, { nat: false });
const carol = leaseOf(2, 1, { hostname: 'carol' });

let world: NetworkWorld;
let agent: Agent;
const counted = (family: 'bridge' | 'inet', counter: string) => world.counted(cloud, family, counter);

beforeAll(async () => {
  world = new NetworkWorld('a');
  agent = world.agent(cloud);
  for (const config of [net, closed]) await agent.call('ensure', config);
  for (const lease of [alice, bob]) await agent.call('ensureLease', net.networkId, lease);
  await agent.call('ensureLease', closed.networkId, carol);
  world.plug('alice', net.bridge, alice);
  world.plug('bob', net.bridge, bob);
  world.plug('carol', closed.bridge, carol);
  await world.starts('outside', 'serve', '0.0.0.0', 80);
  await world.starts('host', 'serve', '0.0.0.0', 8080);
});
afterAll(() => world.end());

describe('addresses and names', () => {
  test('a guest gets its own address, name, router, resolver and MTU by DHCP', () => {
    const given = world.does('alice', 'dhcp', alice.mac);
    expect(given).toEqual({
      address: alice.address,
      netmask: '255.255.240.0',
      router: net.gateway,
      dns: net.gateway,
      server: net.gateway,
      hostname: 'alice',
      domain: net.domain,
      mtu: 1400,
    });
    expect(world.does('bob', 'dhcp', bob.mac)).toMatchObject({ address: bob.address, hostname: 'bob' });
    world.configure('alice', alice.address, net.gateway);
    world.configure('bob', bob.address, net.gateway);
  });

  test('a guest of a network without NAT is not sent to a router that would drop its packets', () => {
    expect(world.does('carol', 'dhcp', carol.mac)).toMatchObject({ address: carol.address, router: null, dns: closed.gateway });
    world.configure('carol', carol.address, closed.gateway);
  });

  test('guests of a network know each other by name, and addresses know their names', () => {
    const names = ['bob', `bob.${net.domain}`, bob.address, `nobody.${net.domain}`, '10.41.0.200'];
    expect(world.does('alice', 'resolve', net.gateway, ...names)).toEqual([bob.address, bob.address, `bob.${net.domain}`, 'ENOTFOUND', 'ENOTFOUND']);
  });

  test('names of the outside are not asked for on behalf of guests who cannot go there', () => {
    expect(world.does('carol', 'resolve', closed.gateway, 'www.example.org')).toEqual(['EREFUSED']);
  });
});

describe('where packets go', () => {
  test("a guest reaches the outside under its host's address", () => {
    expect(world.does('alice', 'tcp', outsideAddress, 80)).toContain(hostAddress);
    expect(world.does('alice', 'tcp', elsewhereAddress, 80)).toContain(hostAddress);
  });

  test('a guest of a network without NAT does not reach the outside', () => {
    expect(world.does('carol', 'tcp', outsideAddress, 80)).toBe('no answer');
  });

  test('no packet for a metadata address leaves the host, though the host itself could reach it', () => {
    expect(world.does('host', 'tcp', metadataAddress, 80)).toContain(hostAddress);
    expect(world.does('alice', 'tcp', metadataAddress, 80)).toBe('no answer');
    expect(counted('inet', 'metadata_refused')).toBeGreaterThan(0);
  });

  test('guests of one network reach each other and the host reaches them', async () => {
    await world.starts('bob', 'serve', '0.0.0.0', 22);
    expect(world.does('alice', 'tcp', bob.address, 22)).toContain(alice.address);
    expect(await agent.call('answersTcp', bob.address, 22, 1000)).toBe(true);
    expect(await agent.call('answersTcp', bob.address, 23, 1000)).toBe(false);
    expect(await agent.call('answersTcp', '10.41.0.77', 22, 300)).toBe(false);
  });

  test('guests of different networks do not reach each other', async () => {
    await world.starts('carol', 'serve', '0.0.0.0', 22);
    expect(await agent.call('answersTcp', carol.address, 22, 1000)).toBe(true);
    expect(world.does('alice', 'tcp', carol.address, 22)).toBe('no answer');
    expect(counted('inet', 'between_networks')).toBeGreaterThan(0);
  });

  test('a guest reaches no service of its host but DHCP and DNS', () => {
    expect(world.does('host', 'tcp', hostAddress, 8080)).toContain(hostAddress);
    for (const address of [net.gateway, hostAddress, closed.gateway]) expect(world.does('alice', 'tcp', address, 8080)).toBe('no answer');
    expect(counted('inet', 'host_refused')).toBeGreaterThan(2);
  });

  test("the outside does not reach guests, and the host is nobody else's router", () => {
    world.ip('outside', 'route', 'add', net.cidr, 'via', hostAddress);
    world.ip('outside', 'route', 'add', '192.0.2.0/24', 'via', hostAddress);
    expect(world.does('outside', 'tcp', bob.address, 22)).toBe('no answer');
    expect(counted('inet', 'from_outside')).toBeGreaterThan(0);
    expect(world.does('outside', 'tcp', '192.0.2.7', 80)).toBe('no answer');
    expect(counted('inet', 'not_a_router')).toBeGreaterThan(0);
    world.ip('outside', 'route', 'del', net.cidr);
    expect(world.in('host', 'cat', '/proc/sys/net/ipv4/ip_forward').trim()).toBe('0');
  });
});

describe('guests that lie', () => {
  test("a packet from another address than the guest's own is dropped", () => {
    const before = counted('bridge', 'spoofed_ip');
    world.ip('alice', 'addr', 'add', '10.41.0.99/20', 'dev', 'eth0');
    world.ip('alice', 'neigh', 'replace', net.gateway, 'lladdr', macOf('host', net.bridge), 'dev', 'eth0');
    world.does('alice', 'send', net.gateway, 53, 0, '10.41.0.99');
    expect(counted('bridge', 'spoofed_ip')).toBe(before + 1);
  });

  test('a guest that claims another address by ARP is not heard', () => {
    const before = counted('bridge', 'spoofed_arp');
    world.does('alice', 'send', '10.41.0.50', 9, 0, '10.41.0.99');
    expect(counted('bridge', 'spoofed_arp')).toBeGreaterThan(before);
    expect(world.ip('bob', 'neigh', 'show', '10.41.0.99')).toBe('');
  });

  test("a frame with another MAC than the guest's own is dropped", () => {
    const before = counted('bridge', 'spoofed_mac');
    world.ip('alice', 'link', 'set', 'eth0', 'address', '52:54:00:00:09:99');
    world.does('alice', 'send', bob.address, 9, 0, alice.address);
    world.ip('alice', 'link', 'set', 'eth0', 'address', alice.mac);
    expect(counted('bridge', 'spoofed_mac')).toBeGreaterThan(before);
  });

  test('a guest that plays DHCP server is not heard', async () => {
    const heard = await world.starts('bob', 'hear', '0.0.0.0', 6800);
    world.does('alice', 'send', bob.address, 6800, 6700);
    world.does('alice', 'send', bob.address, 6800, 67);
    await expect.poll(() => heard).toEqual([`hello from ${alice.address}:6700`]);
    expect(counted('bridge', 'rogue_dhcp')).toBe(1);
  });

  test('IPv6, which is not offered, does not pass from guest to guest', () => {
    expect(world.ip('alice', '-6', 'addr', 'show', 'dev', 'eth0')).toContain('fe80::');
    expect(counted('bridge', 'other_protocol')).toBeGreaterThan(0);
    expect(world.ip('bob', '-6', 'neigh', 'show')).toBe('');
  });

  test('a port of the bridge without a lease reaches neither guests nor the outside', () => {
    const mallory = leaseOf(1, 9);
    world.plug('mallory', net.bridge, mallory);
    world.configure('mallory', mallory.address, net.gateway);
    world.ip('mallory', 'neigh', 'replace', bob.address, 'lladdr', bob.mac, 'dev', 'eth0');
    expect(world.does('mallory', 'tcp', bob.address, 22)).toBe('no answer');
    expect(world.does('mallory', 'tcp', outsideAddress, 80)).toBe('no answer');
    expect(world.does('mallory', 'dhcp', mallory.mac)).toBeNull();
    expect(counted('bridge', 'unknown_port')).toBeGreaterThan(0);
    expect(counted('inet', 'no_lease')).toBeGreaterThan(0);
    world.unplug('mallory');
  });
});

function macOf(place: string, device: string): string {
  return (JSON.parse(world.ip(place, '-j', 'link', 'show', 'dev', device)) as { address: string }[])[0]?.address ?? '';
}
