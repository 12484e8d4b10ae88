import { DriverError } from '../../core/driver-error.ts';
import { sameValue } from '../../core/same-value.ts';
import type { HostNetworkConfig, HostNetworks, Lease } from '../../ports/host-network.ts';
import type { SimCalls } from './sim-calls.ts';
import type { SimHost } from './sim-host.ts';

/** Networks of a simulated host, as one life of its agent reaches them. */
export class SimNetworks implements HostNetworks {
  readonly #host: SimHost;
  readonly #calls: SimCalls;

  constructor(host: SimHost, calls: SimCalls) {
    this.#host = host;
    this.#calls = calls;
  }

  list(): Promise<string[]> {
    return this.#calls.look('list the networks', () => [...this.#host.networks.keys()]);
  }

  isHealthy(config: HostNetworkConfig): Promise<boolean> {
    return this.#calls.look(`look at network ${config.name}`, () => {
      const network = this.#host.networks.get(config.networkId);
      return network !== undefined && network.isUp && sameValue(network.config, config);
    });
  }

  ensure(config: HostNetworkConfig): Promise<void> {
    return this.#calls.change(`set up network ${config.name}`, () => {
      const network = this.#host.networks.get(config.networkId);
      if (network === undefined) {
        this.#host.networks.set(config.networkId, { config, leases: new Map(), isUp: true });
      } else {
        if (network.isUp && sameValue(network.config, config)) return;
        network.config = config;
        network.isUp = true;
      }
      this.#host.world.changes++;
    });
  }

  remove(networkId: string): Promise<void> {
    return this.#calls.change(`remove network ${networkId}`, () => {
      if (this.#host.networks.delete(networkId)) this.#host.world.changes++;
    });
  }

  ensureLease(networkId: string, lease: Lease): Promise<void> {
    return this.#calls.change(`lease ${lease.address} to ${lease.instanceId}`, () => {
      const network = this.#host.networks.get(networkId);
      if (network === undefined) throw new DriverError(`network ${networkId} is not set up on this host yet`, { retry: 'soon' });
      for (const other of network.leases.values()) {
        if (other.mac !== lease.mac && other.address === lease.address)
          throw new DriverError(`lease of ${lease.instanceId}: ${other.instanceId} still has ${lease.address}`, { retry: 'soon' });
      }
      if (sameValue(network.leases.get(lease.mac), lease)) return;
      network.leases.set(lease.mac, lease);
      this.#host.world.changes++;
    });
  }

  listLeases(networkId: string): Promise<Lease[]> {
    return this.#calls.look(`list the leases of ${networkId}`, () => [...(this.#host.networks.get(networkId)?.leases.values() ?? [])]);
  }

  removeLease(networkId: string, mac: string): Promise<void> {
    return this.#calls.change(`take back a lease of ${networkId}`, () => {
      if (this.#host.networks.get(networkId)?.leases.delete(mac)) this.#host.world.changes++;
    });
  }

  answersTcp(address: string, _port: number, _timeoutMs: number): Promise<boolean> {
    return this.#calls.look(`call ${address}`, () => this.#host.guestAt(address)?.answersSsh === true);
  }
}
