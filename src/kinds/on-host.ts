import { Agent } from '../agent/agent.ts';
import { latest } from '../agent/latest.ts';
import type { HostKind } from '../agent/host-kind.ts';
import { Ledger } from '../agent/ledger.ts';
import { StartSlots } from '../agent/start-slots.ts';
import type { Store } from '../control/store/store.ts';
import { minutes, seconds } from '../core/units.ts';
import type { Clock } from '../ports/clock.ts';
import type { ControlLink } from '../ports/control-link.ts';
import type { HostDisks } from '../ports/host-disks.ts';
import type { HostNetworks } from '../ports/host-network.ts';
import type { Accelerator, Hypervisor } from '../ports/hypervisor.ts';
import { hostReportEveryMs, type HostFacts } from './host/host.ts';
import { ImageCopies } from './instance/image-copies.agent.ts';
import { openInstanceChannel } from './instance/channel.agent.ts';
import { instanceOnHost } from './instance/instance.agent.ts';
import type { SeedBuilder } from './instance/instance.domain.ts';
import { Reachability } from './instance/reachability.agent.ts';
import { answerMetrics, hostRecorder, type MetricsOptions } from './metrics.ts';
import { networkOnHost } from './network/network.agent.ts';

export interface HostOptions {
  readonly clock: Clock;
  /** The ledger's store, on the host's own disk. */
  readonly store: Store;
  readonly link: ControlLink;
  readonly hypervisor: Hypervisor;
  readonly disks: HostDisks;
  readonly networks: HostNetworks;
  readonly accelerator: Accelerator;
  /** Guests that boot at once. */
  readonly startSlots: number;
  readonly buildSeed: SeedBuilder;
  /** null: nothing is measured. */
  readonly metrics: MetricsOptions | null;
  facts(): Promise<HostFacts>;
  onError?(what: string, error: unknown): void;
}

/** A guest that does not come up gives its place in the start queue away after this long. */
const startSlotMs: Record<Accelerator, number> = { kvm: 30 * seconds, tcg: 2 * minutes };

/** The kinds that live on hosts, wired to a host's drivers. */
export async function hostAgent(options: HostOptions): Promise<{ agent: Agent; stop(): void }> {
  const { clock, hypervisor, disks, networks, accelerator } = options;
  const ledger = new Ledger(options.store, clock);
  await ledger.load();
  const wake = (id: string) => agent.wake('instance', id);
  const reachability = new Reachability(clock, (...where) => networks.answersTcp(...where), wake);
  const slots = new StartSlots(options.startSlots, startSlotMs[accelerator]);
  const onError = (what: string, error: unknown) => options.onError?.(what, error);
  const recorder = options.metrics === null ? null : hostRecorder({ clock, hypervisor, ledger, onError, ...options.metrics });
  const forgotten = (id: string) => recorder?.forget(id);
  const copies = new ImageCopies(clock, disks, wake);
  const kinds = [
    networkOnHost(networks),
    instanceOnHost({
      clock,
      ledger,
      hypervisor,
      disks,
      networks,
      accelerator,
      slots,
      copies,
      reachability,
      buildSeed: options.buildSeed,
      wake,
      forgotten,
    }),
  ] as unknown as HostKind[];
  const agent: Agent = new Agent({
    clock,
    ledger,
    link: options.link,
    kinds,
    reportEveryMs: hostReportEveryMs,
    openChannel: (channel) =>
      channel.stream === 'metrics'
        ? answerMetrics(recorder, ledger, options.link, channel)
        : openInstanceChannel({ hypervisor, disks, link: options.link }, channel),
    facts: latest(clock, async () => ({ facts: await options.facts(), diskFreeBytes: (await disks.usage()).freeBytes })),
    onError,
  });
  const unwatch = hypervisor.onChange(wake);
  await agent.start();
  recorder?.start();
  return {
    agent,
    stop() {
      unwatch();
      recorder?.stop();
      reachability.stop();
      copies.stop();
      agent.stop();
    },
  };
}
