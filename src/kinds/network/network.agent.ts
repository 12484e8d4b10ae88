import type { HostKind } from '../../agent/host-kind.ts';
import { act, settled } from '../../core/plan.ts';
import type { HostNetworkConfig, HostNetworks } from '../../ports/host-network.ts';
import type { Network } from './network.ts';

type Action = { readonly do: 'ensure' } | { readonly do: 'remove' };

export function hostNetworkConfig(network: Network): HostNetworkConfig {
  const { bridge, cidr, gateway, domain, mtuBytes, nat } = network.spec;
  return { networkId: network.id, name: network.name, bridge, cidr, gateway, domain, mtuBytes, nat };
}

/** What a host does about a network: bridge, packet rules, DHCP and DNS are there, or are made again. */
export function networkOnHost(networks: HostNetworks): HostKind<Network, { healthy: boolean; exists: boolean }, Action> {
  return {
    kind: 'network',
    concurrency: 1,
    async observe(network) {
      const healthy = await networks.isHealthy(hostNetworkConfig(network));
      return { healthy, exists: healthy || (await networks.list()).includes(network.id) };
    },
    plan(network, seen) {
      if (network.deletedAt !== null) {
        return seen.exists
          ? act(
              { code: 'removing', reason: 'it is being removed from its host', owner: 'host', deadline: null, next: 'it is gone' },
              { do: 'remove' },
            )
          : settled;
      }
      return seen.healthy
        ? settled
        : act(
            {
              code: 'network-setup',
              reason: 'bridge, packet rules, DHCP and DNS are being set up',
              owner: 'host',
              deadline: null,
              next: 'guests can use it',
            },
            { do: 'ensure' },
          );
    },
    act: (action, network) => (action.do === 'ensure' ? networks.ensure(hostNetworkConfig(network)) : networks.remove(network.id)),
    status: async () => null,
    found: (seen) => (seen.healthy ? 'healthy' : 'broken'),
  };
}
