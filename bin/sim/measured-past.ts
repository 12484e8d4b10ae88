import { RingLayout, type Values } from '../../src/agent/metrics/ring-layout.ts';
import { reachMs, tiers } from '../../src/agent/metrics/tiers.ts';
import { hostSeries, instanceSeries } from '../../src/core/metrics.ts';
import { GiB, MiB } from '../../src/core/units.ts';
import type { SimHost } from '../../src/drivers/sim/sim-host.ts';
import { simLoad } from '../../src/drivers/sim/sim-load.ts';
import { hostRing, hostRingName } from '../../src/kinds/host/metrics.agent.ts';
import { instanceRing } from '../../src/kinds/instance/metrics.agent.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** Ring files of a host as they would be, had it measured since `pastMs` before now: something to look at on the first day. */
export function measuredPast(host: SimHost, clock: Clock, pastMs: number): (name: string) => Uint8Array | null {
  const beginMs = clock.now();
  return (name) => {
    if (pastMs === 0) return null;
    if (name === hostRingName) return ringOf(hostRing, beginMs, pastMs, (atMs) => hostAt(host, atMs));
    const memoryMib = host.domains.get(name)?.config.memoryMib ?? 512;
    return ringOf(instanceRing, beginMs, pastMs, (atMs) => instanceAt(name, memoryMib * MiB, atMs));
  };
}

function ringOf(layout: RingLayout, nowMs: number, pastMs: number, valuesAt: (atMs: number) => Values): Uint8Array {
  const bytes = new Uint8Array(layout.fileBytes);
  for (const tier of tiers) {
    const last = Math.floor(nowMs / tier.stepMs) - 1;
    const count = Math.floor(Math.min(pastMs, reachMs(tier)) / tier.stepMs);
    for (let step = last - count + 1; step <= last; step++) bytes.set(layout.encode(step, valuesAt(step * tier.stepMs)), layout.offsetOf(tier, step));
  }
  return bytes;
}

function instanceAt(id: string, memoryBytes: number, atMs: number): Values {
  const load = simLoad(id, atMs);
  const values: Record<(typeof instanceSeries)[number], number> = {
    cpu: load.cpu,
    memoryUsedBytes: memoryBytes * load.memory,
    memoryResidentBytes: memoryBytes * (load.memory + 0.1) + 40 * MiB,
    diskReadBytesPerSecond: load.diskRead,
    diskWrittenBytesPerSecond: load.diskWritten,
    diskReadsPerSecond: load.diskRead / 40e3,
    diskWritesPerSecond: load.diskWritten / 20e3,
    netReceivedBytesPerSecond: load.netReceived,
    netSentBytesPerSecond: load.netSent,
  };
  return instanceSeries.map((name) => values[name]);
}

/** As if it had had some ten guests. */
function hostAt({ name, machine: { vcpus, memoryMib } }: SimHost, atMs: number): Values {
  const loads = Array.from({ length: 10 }, (_, index) => simLoad(`${name}/${index}`, atMs));
  const sum = (of: (load: (typeof loads)[number]) => number) => loads.reduce((total, load) => total + of(load), 0);
  const values: Record<(typeof hostSeries)[number], number> = {
    cpu: Math.min(1, 0.02 + sum((load) => load.cpu * 2) / vcpus),
    memoryUsedBytes: Math.min(memoryMib, 1_800 + sum((load) => load.memory * 2_048)) * MiB,
    diskUsedBytes: 50 * GiB,
    netReceivedBytesPerSecond: sum((load) => load.netReceived),
    netSentBytesPerSecond: sum((load) => load.netSent),
  };
  return hostSeries.map((series) => values[series]);
}
