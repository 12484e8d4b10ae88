import { growth, rate, share, type Counted } from '../../agent/metrics/rates.ts';
import { RingLayout, type Values } from '../../agent/metrics/ring-layout.ts';
import type { Ledger } from '../../agent/ledger.ts';
import type { Sample } from '../../agent/metrics/recorder.ts';
import { instanceSeries, type InstanceSeries } from '../../core/metrics.ts';
import type { DomainStats, Hypervisor } from '../../ports/hypervisor.ts';
import type { Instance } from './instance.ts';

export const instanceRing = new RingLayout(instanceSeries);

/** Measures all instances of a host by one call of its hypervisor. */
export function instanceSampler(hypervisor: Hypervisor, ledger: Ledger): (nowMs: number) => Promise<Sample> {
  let before = new Map<string, Counted>();
  return async (nowMs) => {
    const seen = new Map<string, Counted>();
    const sample = new Map<string, { layout: RingLayout; values: Values }>();
    for (const stats of await hypervisor.stats()) {
      const { instanceId } = stats;
      const instance = ledger.get('instance', instanceId)?.record as Instance | undefined;
      if (instance === undefined) continue;
      const now = counted(stats, nowMs);
      seen.set(instanceId, now);
      const values = valuesOf(stats, before.get(instanceId) ?? null, now, instance.spec.vcpus);
      sample.set(instanceId, { layout: instanceRing, values: instanceSeries.map((name) => values[name]) });
    }
    before = seen;
    return sample;
  };
}

function counted({ instanceId: _id, rssBytes: _rss, guestUsedBytes: _used, ...counters }: DomainStats, atMs: number): Counted {
  return { atMs, counters };
}

function valuesOf(stats: DomainStats, before: Counted | null, now: Counted, vcpus: number): Record<InstanceSeries, number | null> {
  const cpuNs = growth(before, now, 'cpuTimeNs');
  return {
    cpu: before === null || cpuNs === null ? null : share(cpuNs / 1e6, (now.atMs - before.atMs) * vcpus),
    memoryUsedBytes: stats.guestUsedBytes,
    memoryResidentBytes: stats.rssBytes,
    diskReadBytesPerSecond: rate(before, now, 'diskReadBytes'),
    diskWrittenBytesPerSecond: rate(before, now, 'diskWrittenBytes'),
    diskReadsPerSecond: rate(before, now, 'diskReads'),
    diskWritesPerSecond: rate(before, now, 'diskWrites'),
    netReceivedBytesPerSecond: rate(before, now, 'netReceivedBytes'),
    netSentBytesPerSecond: rate(before, now, 'netSentBytes'),
  };
}
