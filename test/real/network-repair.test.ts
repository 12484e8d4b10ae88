import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { leaseOf, networkOf, NetworkWorld, outsideAddress, type Agent } from './network-world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const cloud = 'ab12';
const otherCloud = 'cd34';
const net = networkOf(1);
const alice = leaseOf(1, 1, { hostname: 'alice' });

let world: NetworkWorld;
let agent: Agent;
let untouched: ReturnType<typeof traces>;

beforeAll(async () => {
  world = new NetworkWorld('r');
  untouched = traces();
  agent = world.agent(cloud);
  await agent.call('ensure', net);
  await agent.call('ensureLease', net.networkId, alice);
  world.plug('alice', net.bridge, alice);
  world.does('alice', 'dhcp', alice.mac);
  world.configure('alice', alice.address, net.gateway);
  await world.starts('outside', 'serve', '0.0.0.0', 80);
});
afterAll(() => world.end());

const isHealthy = (config = net) => agent.call<boolean>('isHealthy', config);

describe('repair', () => {
  beforeEach(async () => {
    await agent.call('ensure', net);
    expect(await isHealthy()).toBe(true);
  });

  async function expectRepaired(): Promise<void> {
    expect(await isHealthy()).toBe(false);
    await agent.call('ensure', net);
    expect(await isHealthy()).toBe(true);
    expect(world.does('alice', 'resolve', net.gateway, 'alice')).toEqual([alice.address]);
    expect(world.does('alice', 'tcp', outsideAddress, 80)).toContain('198.51.100.1');
    expect(await agent.call('listLeases', net.networkId)).toEqual([alice]);
  }

  test('a dnsmasq that was killed is started again', async () => {
    for (const pid of world.dnsmasqs()) process.kill(pid, 'SIGKILL');
    await expectRepaired();
    expect(world.dnsmasqs()).toHaveLength(1);
  });

  test('packet rules that somebody flushed are loaded again, with every lease', async () => {
    world.nft('flush', 'ruleset');
    await expectRepaired();
    expect(world.nft('list', 'set', 'bridge', `stratus_${cloud}`, 'addresses')).toContain(`"${alice.tap}" . ${alice.mac} . ${alice.address}`);
  });

  test('a lease that is ensured after a flush finds all rules again', async () => {
    world.nft('flush', 'ruleset');
    await agent.call('ensureLease', net.networkId, alice);
    expect(await isHealthy()).toBe(true);
  });

  test('a bridge that was taken down, lost its address or got another is put right', async () => {
    world.ip('host', 'link', 'set', net.bridge, 'down');
    await expectRepaired();
    world.ip('host', 'addr', 'flush', 'dev', net.bridge);
    await expectRepaired();
    world.ip('host', 'addr', 'add', '10.99.0.1/24', 'dev', net.bridge);
    await expectRepaired();
    expect(world.ip('host', 'addr', 'show', 'dev', net.bridge)).not.toContain('10.99.0.1');
  });

  test('a bridge that was deleted is made again with the same MAC', async () => {
    const [before] = JSON.parse(world.ip('host', '-j', 'link', 'show', net.bridge)) as { address: string }[];
    world.ip('host', 'link', 'del', net.bridge);
    expect(await isHealthy()).toBe(false);
    await agent.call('ensure', net);
    world.ip('host', 'link', 'set', alice.tap, 'master', net.bridge);
    expect(JSON.parse(world.ip('host', '-j', 'link', 'show', net.bridge))).toMatchObject([{ address: before?.address }]);
    expect(await isHealthy()).toBe(true);
    expect(world.does('alice', 'resolve', net.gateway, 'alice')).toEqual([alice.address]);
  });

  test('forwarding that somebody turned off is turned on again', async () => {
    world.in('host', '/usr/sbin/sysctl', '-qw', 'net.ipv4.ip_forward=1');
    expect(await isHealthy()).toBe(false);
    await agent.call('ensure', net);
    expect(world.nft('list', 'set', 'inet', `stratus_${cloud}`, 'guarded')).not.toContain('uplink');
    world.in('host', '/usr/sbin/sysctl', '-qw', 'net.ipv4.ip_forward=0');
    await expectRepaired();
    expect(world.nft('list', 'set', 'inet', `stratus_${cloud}`, 'guarded')).toContain('uplink');
  });

  test('NAT can be turned off and on again', async () => {
    await agent.call('ensure', { ...net, nat: false });
    expect([await isHealthy(), await isHealthy({ ...net, nat: false })]).toEqual([false, true]);
    expect(world.does('alice', 'tcp', outsideAddress, 80)).toBe('no answer');
    expect(world.in('host', 'cat', '/proc/sys/net/ipv4/conf/uplink/forwarding').trim()).toBe('0');
    await agent.call('ensure', net);
    expect(world.does('alice', 'tcp', outsideAddress, 80)).toContain('198.51.100.1');
  });

  test('an agent that is killed disturbs no guest, and the next one finds everything as it was', async () => {
    const before = world.dnsmasqs();
    agent.process.kill('SIGKILL');
    expect(world.does('alice', 'resolve', net.gateway, 'alice')).toEqual([alice.address]);
    agent = world.agent(cloud);
    expect(await isHealthy()).toBe(true);
    await agent.call('ensure', net);
    expect(world.dnsmasqs()).toEqual(before);
    expect(await agent.call('listLeases', net.networkId)).toEqual([alice]);
  });
});

describe('leases come and go', () => {
  test('an address that is used again goes to its new owner at once, and the old name is forgotten', async () => {
    const bob = leaseOf(1, 2, { hostname: 'bob' });
    await agent.call('ensureLease', net.networkId, bob);
    world.plug('bob', net.bridge, bob);
    expect(world.does('bob', 'dhcp', bob.mac)).toMatchObject({ address: bob.address });
    await agent.call('removeLease', net.networkId, bob.mac);
    await agent.call('removeLease', net.networkId, bob.mac);
    expect(world.does('alice', 'resolve', net.gateway, `bob.${net.domain}`, bob.address)).toEqual(['ENOTFOUND', 'ENOTFOUND']);
    expect(world.does('bob', 'dhcp', bob.mac)).toBeNull();
    world.unplug('bob');

    const dora = leaseOf(1, 3, { hostname: 'dora', address: bob.address });
    await agent.call('ensureLease', net.networkId, dora);
    world.plug('dora', net.bridge, dora);
    expect(world.does('dora', 'dhcp', dora.mac)).toMatchObject({ address: bob.address, hostname: 'dora' });
    expect(world.does('alice', 'resolve', net.gateway, 'dora', dora.address)).toEqual([dora.address, `dora.${net.domain}`]);

    const moved = leaseOf(1, 3, { address: '10.41.0.77', hostname: 'dora2' });
    await agent.call('ensureLease', net.networkId, moved);
    expect(await agent.call('listLeases', net.networkId)).toEqual([alice, moved]);
    expect(world.does('dora', 'dhcp', dora.mac)).toMatchObject({ address: moved.address, hostname: 'dora2' });
    expect(world.does('alice', 'resolve', net.gateway, `dora.${net.domain}`, 'dora2')).toEqual(['ENOTFOUND', moved.address]);
    await agent.call('removeLease', net.networkId, dora.mac);
    world.unplug('dora');
  });

  test('an address or a tap that another instance still has is refused until it is free', async () => {
    await expect(agent.call('ensureLease', net.networkId, leaseOf(1, 4, { address: alice.address }))).rejects.toMatchObject({
      name: 'DriverError',
      retry: 'soon',
      message: expect.stringContaining(`${alice.instanceId} still has the address`),
    });
    await expect(agent.call('ensureLease', net.networkId, leaseOf(1, 4, { tap: alice.tap }))).rejects.toThrow('still has the device');
  });

  test('what a change that was cut off left behind goes at the next repair', async () => {
    const bob = leaseOf(1, 2, { hostname: 'bob' });
    await agent.call('ensureLease', net.networkId, bob);
    agent.process.kill('SIGKILL');
    world.in('host', 'rm', `${world.dir}/${cloud}/network/${net.networkId}/leases/${bob.mac}.json`);
    agent = world.agent(cloud);
    await agent.call('ensure', net);
    expect(world.does('alice', 'resolve', net.gateway, `bob.${net.domain}`)).toEqual(['ENOTFOUND']);
    expect(world.nft('list', 'ruleset')).not.toContain(bob.mac);
  });
});

describe('neighbours', () => {
  test('a device of the same name that is not ours is left alone and named', async () => {
    world.ip('host', 'link', 'add', 'st3', 'type', 'bridge');
    const before = world.ip('host', 'link', 'show', 'st3');
    await expect(agent.call('ensure', networkOf(3))).rejects.toMatchObject({
      name: 'DriverError',
      retry: 'never',
      message: expect.stringContaining('already has a device st3 that is not ours'),
    });
    expect(world.ip('host', 'link', 'show', 'st3')).toBe(before);
    expect(await agent.call('list')).toEqual([net.networkId]);
    world.ip('host', 'link', 'del', 'st3');
  });

  test('a network that would share a bridge or addresses with another is refused', async () => {
    await expect(agent.call('ensure', networkOf(3, { cidr: '10.41.8.0/24', gateway: '10.41.8.1' }))).rejects.toThrow(
      'net-1 has addresses of 10.41.0.0/20',
    );
    await expect(agent.call('ensure', networkOf(3, { bridge: net.bridge }))).rejects.toThrow(`the bridge ${net.bridge}`);
  });

  test('a free prefix hides no route, address or resolver of this machine', async () => {
    world.ip('host', 'route', 'add', '10.64.0.0/12', 'via', outsideAddress);
    expect(await agent.call('pickFreeCidr', ['10.50.0.0/20'])).toBe('10.50.0.0/20');
    expect(await agent.call('pickFreeCidr', ['10.41.0.0/20', '198.51.96.0/20', '10.70.0.0/20'])).toBe('10.80.0.0/20');
    world.ip('host', 'route', 'del', '10.64.0.0/12');
  });

  test('two clouds on one machine do not disturb each other, and removing one leaves the other whole', async () => {
    const tables = () => ['bridge', 'inet'].map((family) => world.nft('-s', 'list', 'table', family, `stratus_${cloud}`));
    const before = tables();
    const neighbour = world.agent(otherCloud);
    const theirs = networkOf(2);
    const zoe = leaseOf(2, 1, { hostname: 'zoe' });
    await neighbour.call('ensure', theirs);
    await neighbour.call('ensureLease', theirs.networkId, zoe);
    world.plug('zoe', theirs.bridge, zoe);
    world.does('zoe', 'dhcp', zoe.mac);
    world.configure('zoe', zoe.address, theirs.gateway);
    await world.starts('zoe', 'serve', '0.0.0.0', 22);

    expect(world.does('zoe', 'tcp', outsideAddress, 80)).toContain('198.51.100.1');
    expect(world.does('alice', 'tcp', outsideAddress, 80)).toContain('198.51.100.1');
    expect(world.does('alice', 'tcp', zoe.address, 22)).toBe('no answer');
    expect(world.does('alice', 'resolve', net.gateway, 'zoe')).not.toEqual([zoe.address]);
    expect([await agent.call('list'), await neighbour.call('list')]).toEqual([[net.networkId], [theirs.networkId]]);

    await neighbour.call('removeAll');
    expect(await isHealthy()).toBe(true);
    expect(tables()).toEqual(before);
    expect(world.does('alice', 'tcp', outsideAddress, 80)).toContain('198.51.100.1');
    world.unplug('zoe');
  });

  test('a removed network leaves no device, rule, process, file or setting behind', async () => {
    world.unplug('alice');
    await agent.call('ensure', networkOf(2));
    await agent.call('remove', net.networkId);
    expect(await isHealthy(networkOf(2))).toBe(true);
    await agent.call('remove', networkOf(2).networkId);
    await agent.call('remove', networkOf(2).networkId);
    expect(traces()).toEqual(untouched);
    await agent.call('ensure', net);
    await agent.call('removeAll');
    expect(traces()).toEqual(untouched);
    expect(readdirSync(`${world.dir}/${cloud}`)).toEqual([]);
  });

  test('removing everything works without the records too', async () => {
    await agent.call('ensure', net);
    agent.process.kill('SIGKILL');
    world.in('host', 'rm', '-r', `${world.dir}/${cloud}/network`);
    agent = world.agent(cloud);
    expect(await agent.call('list')).toEqual([net.networkId]);
    await agent.call('removeAll');
    // Who turned forwarding on was in the records; it could be somebody else's.
    expect({ ...traces(), forwarding: '0' }).toEqual(untouched);
  });
});

function traces(): { links: string; rules: string; processes: number[]; forwarding: string } {
  return {
    links: world.ip('host', '-o', 'link', 'show'),
    rules: world.nft('list', 'ruleset'),
    processes: world.dnsmasqs(),
    forwarding: world.in('host', 'cat', '/proc/sys/net/ipv4/conf/uplink/forwarding').trim(),
  };
}
