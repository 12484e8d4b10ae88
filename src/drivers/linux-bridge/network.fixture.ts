import type { HostNetworkConfig, Lease } from '../../ports/host-network.ts';

/** An ordinary network that reaches the outside, and one guest on it. */
export const network: HostNetworkConfig = {
  networkId: 'net-1',
  name: 'default',
  bridge: 'st1',
  cidr: '10.42.0.0/20',
  gateway: '10.42.0.1',
  domain: 'cloud.internal',
  mtuBytes: 1450,
  nat: true,
};
export const alice: Lease = {
  instanceId: 'i-1',
  mac: '52:54:00:00:00:0a',
  address: '10.42.0.5',
  hostname: 'alice',
  dnsNames: ['alice', 'alice.default'],
  tap: 'tap1',
};
