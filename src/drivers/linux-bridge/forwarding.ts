import type { Registry } from './registry.ts';
import { programs, type Runner } from './run.ts';
import { isForwarding, isRouterForAll, setForwarding, uplinks } from './sysctls.ts';

/**
 * IPv4 forwarding on the devices where answers to our guests come in, device by device and not for the whole host.
 * Where we turned it on, the packet rules keep the host from becoming a router for its neighbours (`guarded`).
 */
export class Forwarding {
  readonly #run: Runner;
  readonly #cloudId: string;
  readonly #registry: Registry;

  constructor(run: Runner, cloudId: string, registry: Registry) {
    this.#run = run;
    this.#cloudId = cloudId;
    this.#registry = registry;
  }

  async isRight(): Promise<boolean> {
    if (!this.#isNeeded(null)) return this.#registry.guarded.length === 0;
    // Others rely on it now: our guard would be in their way.
    if (this.#registry.guarded.length > 0 && (await isRouterForAll())) return false;
    return (await Promise.all((await this.#outside()).map(isForwarding))).every((on) => on);
  }

  /** Call before the packet rules are loaded: it decides which devices they guard. */
  async ensure(): Promise<void> {
    if (!this.#isNeeded(null)) return this.giveUp(null);
    if (await isRouterForAll()) await this.#registry.putGuarded([]);
    for (const device of await this.#outside()) {
      if (await isForwarding(device)) continue;
      if (!(await isRouterForAll())) await this.#registry.putGuarded([...new Set([...this.#registry.guarded, device])].sort());
      await setForwarding(device, true);
    }
  }

  /** When no network but `except` needs it: off again where we turned it on, unless somebody else uses it by now. */
  async giveUp(except: string | null): Promise<void> {
    if (this.#isNeeded(except)) return;
    const othersUseIt = this.#registry.guarded.length > 0 && ((await isRouterForAll()) || (await this.#hasOtherCloud()));
    for (const device of this.#registry.guarded) if (!othersUseIt) await setForwarding(device, false);
    await this.#registry.putGuarded([]);
  }

  #isNeeded(except: string | null): boolean {
    return [...this.#registry.networks.values()].some(({ config }) => config.nat && config.networkId !== except);
  }

  async #outside(): Promise<string[]> {
    const own = new Set([...this.#registry.networks.values()].map(({ config }) => config.bridge));
    return (await uplinks()).filter((device) => !own.has(device));
  }

  async #hasOtherCloud(): Promise<boolean> {
    const tables = await this.#run('looking for other clouds on this host', [programs.nft, 'list', 'tables']);
    return [...tables.matchAll(/^table inet stratus_([0-9a-f]+)$/gm)].some((match) => match[1] !== this.#cloudId);
  }
}
