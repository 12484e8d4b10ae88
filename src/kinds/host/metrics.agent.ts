import { growth, rate, share, type Counted } from '../../agent/metrics/rates.ts';
import type { Sample } from '../../agent/metrics/recorder.ts';
import { RingLayout } from '../../agent/metrics/ring-layout.ts';
import { hostSeries, type HostSeries } from '../../core/metrics.ts';
import type { MachineUse, ReadMachineUse } from '../../ports/machine-use.ts';

export const hostRing = new RingLayout(hostSeries);
/** Name of the ring file of the machine itself. */
export const hostRingName = 'host';

export function hostSampler(read: ReadMachineUse): (nowMs: number) => Promise<Sample> {
  let before: Counted | null = null;
  return async (nowMs) => {
    const use = await read();
    const now = { atMs: nowMs, counters: { ...use } };
    const values = valuesOf(use, before, now);
    before = now;
    return new Map([[hostRingName, { layout: hostRing, values: hostSeries.map((name) => values[name]) }]]);
  };
}

function valuesOf(use: MachineUse, before: Counted | null, now: Counted): Record<HostSeries, number | null> {
  return {
    cpu: share(growth(before, now, 'cpuBusyMs'), growth(before, now, 'cpuMs')),
    memoryUsedBytes: use.memoryUsedBytes,
    diskUsedBytes: use.diskUsedBytes,
    netReceivedBytesPerSecond: rate(before, now, 'netReceivedBytes'),
    netSentBytesPerSecond: rate(before, now, 'netSentBytes'),
  };
}
