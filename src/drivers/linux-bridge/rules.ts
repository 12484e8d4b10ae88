import { isDeepStrictEqual } from 'node:util';
import type { HostNetworkConfig, Lease } from '../../ports/host-network.ts';
import type { NetworkRecord, Registry } from './registry.ts';
import { leaseChange, removedRuleset, rulesFingerprint, tableName, wholeRuleset } from './ruleset.ts';
import { ProgramRefused, programs, type Runner } from './run.ts';

/** A cloud's packet rules in the kernel: kept as the registry says. */
export class PacketRules {
  readonly #run: Runner;
  readonly #cloudId: string;
  readonly #registry: Registry;

  constructor(run: Runner, cloudId: string, registry: Registry) {
    this.#run = run;
    this.#cloudId = cloudId;
    this.#registry = registry;
  }

  /** Both tables are there and were loaded for exactly this configuration; one short process. */
  async areInPlace(config: HostNetworkConfig): Promise<boolean> {
    const table = tableName(this.#cloudId);
    try {
      const text = await this.#load(
        `looking at the packet rules of network ${config.networkId}`,
        `get element inet ${table} bridges { "${config.bridge}" }\nlist counter bridge ${table} spoofed_mac\n`,
      );
      return text.includes(`"${rulesFingerprint(config, this.#registry.guarded)}"`);
    } catch (error) {
      if (error instanceof ProgramRefused && error.stderr.includes('No such file or directory')) return false;
      throw error;
    }
  }

  /** All tables anew from the registry, in one transaction; without the network `except`. No network left: no table left. */
  async replaceAll(except?: string): Promise<void> {
    const networks = [...this.#registry.networks.values()]
      .filter(({ config }) => config.networkId !== except)
      .map(({ config, leases }) => ({ config, leases: [...leases.values()] }));
    await this.#load(
      'loading the packet rules',
      networks.length === 0 ? removedRuleset(this.#cloudId) : wholeRuleset(this.#cloudId, networks, this.#registry.guarded),
    );
  }

  /** One small transaction; where the tables are gone, they are all made again first. */
  async changeLease(record: NetworkRecord, before: Lease | null, wanted: Lease | null): Promise<void> {
    const { networkId, bridge } = record.config;
    const gone = isDeepStrictEqual(before, wanted) ? null : before;
    const change = () =>
      this.#load(
        `changing the packet rules of ${(wanted ?? before)?.instanceId} on network ${networkId}`,
        leaseChange(this.#cloudId, bridge, gone, wanted),
      );
    try {
      await change();
    } catch (error) {
      if (!(error instanceof ProgramRefused) || !error.stderr.includes('No such file or directory')) throw error;
      await this.replaceAll();
      await change();
    }
  }

  #load(doing: string, script: string): Promise<string> {
    return this.#run(doing, [programs.nft, '-f', '-'], script);
  }
}
