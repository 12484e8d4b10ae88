import { rm, rmdir } from 'node:fs/promises';
import { DriverError } from '../../core/driver-error.ts';
import type { HostNetworkConfig, HostNetworks, Lease } from '../../ports/host-network.ts';
import { acceptCloudId, acceptLease, acceptMac, acceptNetwork, acceptNetworkId, acceptStateDir } from './accepted.ts';
import { answersTcp } from './answers-tcp.ts';
import { ensureBridge, isBridgeRight, markedBridges, readDevice, removeBridge } from './bridge.ts';
import { dhcpHostLine, dnsHostLine, dnsmasqPaths } from './dnsmasq-conf.ts';
import { ensureDnsmasq, isDnsmasqRight, remembersOtherwise, restartDnsmasq, stopDnsmasq } from './dnsmasq.ts';
import { writeWhole } from './files.ts';
import { Forwarding } from './forwarding.ts';
import { overlaps } from './ipv4.ts';
import { Registry, names, type NetworkRecord } from './registry.ts';
import { PacketRules } from './rules.ts';
import { runProgram, type Runner } from './run.ts';
import { areBridgeSettingsRight, ensureBridgeSettings } from './sysctls.ts';

export interface LinuxBridgeOptions {
  /** Folder of this driver alone, e.g. `<home>/agent/network`; absolute, without blanks. Made when missing. */
  readonly stateDir: string;
  /** 1 to 16 hexadecimal digits; marks devices and tables, so that clouds on one machine never touch each other's. */
  readonly cloudId: string;
  readonly runner?: Runner;
}

/**
 * One bridge, one set of packet rules and one dnsmasq per network, in the network namespace that this process is in.
 * Nothing of it depends on this process: guests keep their network when it dies. Changes are made one at a time.
 */
export class LinuxBridgeNetworks implements HostNetworks {
  readonly #cloudId: string;
  readonly #run: Runner;
  readonly #registry: Registry;
  readonly #rules: PacketRules;
  readonly #forwarding: Forwarding;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: LinuxBridgeOptions) {
    this.#cloudId = acceptCloudId(options.cloudId);
    this.#run = options.runner ?? runProgram;
    this.#registry = new Registry(acceptStateDir(options.stateDir));
    this.#rules = new PacketRules(this.#run, this.#cloudId, this.#registry);
    this.#forwarding = new Forwarding(this.#run, this.#cloudId, this.#registry);
  }

  async list(): Promise<string[]> {
    await this.#registry.load();
    const marked = await markedBridges(this.#run, this.#cloudId);
    return [...new Set([...this.#registry.networks.keys(), ...marked.keys()])].sort();
  }

  async isHealthy(config: HostNetworkConfig): Promise<boolean> {
    acceptNetwork(config);
    await this.#registry.load();
    const record = this.#registry.networks.get(config.networkId);
    if (record === undefined) return false;
    const [device, rules, settings, forwarding] = await Promise.all([
      readDevice(this.#run, config.bridge),
      this.#rules.areInPlace(config),
      areBridgeSettingsRight(config.bridge, config.nat),
      this.#forwarding.isRight(),
    ]);
    if (device === null || !rules || !settings || !forwarding || !isBridgeRight(device, this.#cloudId, config)) return false;
    return isDnsmasqRight(this.#dnsmasq({ ...record, config }, device.ifindex));
  }

  ensure(config: HostNetworkConfig): Promise<void> {
    return this.#inTurn(async () => {
      this.#assertAlone(config);
      const before = this.#registry.networks.get(config.networkId)?.config;
      const there = await readDevice(this.#run, config.bridge);
      if (before !== undefined && before.bridge !== config.bridge) await removeBridge(this.#run, this.#cloudId, config.networkId, before.bridge);
      // The rules come before the first guest and the record before the bridge: what we made, we know of.
      if (there === null) await this.#registry.putNetwork(config);
      const device = await ensureBridge(this.#run, this.#cloudId, config);
      const record = await this.#registry.putNetwork(config);
      await ensureBridgeSettings(config.bridge, config.nat);
      await this.#forwarding.ensure();
      if (!(await this.#rules.areInPlace(config))) await this.#rules.replaceAll();
      await this.#removeForgottenLeases(record);
      await ensureDnsmasq(this.#run, this.#dnsmasq(record, device.ifindex));
    });
  }

  remove(networkId: string): Promise<void> {
    acceptNetworkId(networkId);
    return this.#inTurn(async () => {
      const bridge = this.#registry.networks.get(networkId)?.config.bridge ?? (await markedBridges(this.#run, this.#cloudId)).get(networkId);
      await stopDnsmasq(this.#registry.networkDir(networkId));
      if (bridge !== undefined) await removeBridge(this.#run, this.#cloudId, networkId, bridge);
      await this.#forwarding.giveUp(networkId);
      await this.#rules.replaceAll(networkId);
      await this.#registry.dropNetwork(networkId);
    });
  }

  /** Nothing of this cloud's networks is left on this host: devices, tables, processes, files. */
  async removeAll(): Promise<void> {
    for (const networkId of await this.list()) await this.remove(networkId);
    await this.#inTurn(async () => {
      const { dir } = this.#registry;
      await stopDnsmasq(dir);
      await this.#forwarding.giveUp(null);
      await this.#rules.replaceAll();
      for (const name of await names(dir)) await rm(`${dir}/${name}`, { recursive: true, force: true });
      await rmdir(dir).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    });
  }

  ensureLease(networkId: string, wanted: Lease): Promise<void> {
    acceptNetworkId(networkId);
    return this.#inTurn(async () => {
      const record = this.#recordOf(networkId);
      const lease = acceptLease(record.config, wanted);
      const { config, leases } = record;
      for (const other of leases.values()) {
        if (other.mac === lease.mac || (other.address !== lease.address && other.tap !== lease.tap)) continue;
        throw new DriverError(
          `lease of ${lease.instanceId} on network ${networkId}: ${other.instanceId} still has ${other.address === lease.address ? `the address ${other.address}` : `the device ${other.tap}`}`,
          { retry: 'soon' },
        );
      }

      const paths = dnsmasqPaths(this.#registry.networkDir(networkId));
      await writeWhole(`${paths.dhcpHosts}/${lease.mac}`, dhcpHostLine(lease), paths.dir);
      await writeWhole(`${paths.dnsHosts}/${lease.mac}`, dnsHostLine(config, lease), paths.dir);
      await this.#rules.changeLease(record, leases.get(lease.mac) ?? null, lease);
      await this.#registry.putLease(networkId, lease);
      await this.#forgetOldAnswers(record);
    });
  }

  async listLeases(networkId: string): Promise<Lease[]> {
    await this.#registry.load();
    return [...(this.#registry.networks.get(acceptNetworkId(networkId))?.leases.values() ?? [])];
  }

  removeLease(networkId: string, wantedMac: string): Promise<void> {
    acceptNetworkId(networkId);
    const mac = acceptMac(wantedMac);
    return this.#inTurn(async () => {
      const record = this.#registry.networks.get(networkId);
      const lease = record?.leases.get(mac);
      if (record === undefined || lease === undefined) return;
      await this.#rules.changeLease(record, lease, null);
      await this.#removeHostFiles(networkId, mac);
      await this.#forgetOldAnswers({ ...record, leases: new Map([...record.leases].filter(([other]) => other !== mac)) });
      await this.#registry.dropLease(networkId, mac);
    });
  }

  answersTcp(address: string, port: number, timeoutMs: number): Promise<boolean> {
    return answersTcp(address, port, timeoutMs);
  }

  /** dnsmasq drops removed files by itself, but not a lease that it has given out. */
  async #forgetOldAnswers(record: NetworkRecord): Promise<void> {
    const { bridge, networkId } = record.config;
    if (!(await remembersOtherwise(dnsmasqPaths(this.#registry.networkDir(networkId)), [...record.leases.values()]))) return;
    const device = await readDevice(this.#run, bridge);
    // Without its bridge it is not right anyway: it is started anew, and forgets, once the bridge is back.
    if (device !== null) await restartDnsmasq(this.#run, this.#dnsmasq(record, device.ifindex));
  }

  // Left by a change that was cut off: its files come first and its record last.
  async #removeForgottenLeases(record: NetworkRecord): Promise<void> {
    const { networkId } = record.config;
    const { dhcpHosts } = dnsmasqPaths(this.#registry.networkDir(networkId));
    const forgotten = (await names(dhcpHosts)).filter((mac) => !record.leases.has(mac));
    if (forgotten.length === 0) return;
    await this.#rules.replaceAll();
    for (const mac of forgotten) await this.#removeHostFiles(networkId, mac);
    await this.#forgetOldAnswers(record);
  }

  async #removeHostFiles(networkId: string, mac: string): Promise<void> {
    const { dhcpHosts, dnsHosts } = dnsmasqPaths(this.#registry.networkDir(networkId));
    for (const dir of [dnsHosts, dhcpHosts]) await rm(`${dir}/${mac}`, { force: true });
  }

  #dnsmasq(record: NetworkRecord, ifindex: number): Parameters<typeof restartDnsmasq>[1] {
    const { config } = record;
    return { config, paths: dnsmasqPaths(this.#registry.networkDir(config.networkId)), leases: [...record.leases.values()], ifindex };
  }

  #assertAlone(config: HostNetworkConfig): void {
    const { prefix } = acceptNetwork(config);
    for (const { config: other } of this.#registry.networks.values()) {
      if (other.networkId === config.networkId) continue;
      const shared =
        other.bridge === config.bridge
          ? `the bridge ${other.bridge}`
          : overlaps(prefix, acceptNetwork(other).prefix)
            ? `addresses of ${other.cidr}`
            : null;
      if (shared !== null)
        throw new DriverError(`setting up network ${config.networkId}: network ${other.networkId} has ${shared} already`, { retry: 'never' });
    }
  }

  #recordOf(networkId: string): NetworkRecord {
    const record = this.#registry.networks.get(networkId);
    if (record === undefined) throw new DriverError(`network ${networkId} is not set up on this host yet`, { retry: 'soon' });
    return record;
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(() => this.#registry.load()).then(change);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}
