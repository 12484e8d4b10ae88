import { GiB, MiB, seconds } from '../../core/units.ts';
import type { MachineUse } from '../../ports/machine-use.ts';
import type { SimHost } from './sim-host.ts';
import { simLoad } from './sim-load.ts';

/** A simulated machine: what its guests do, and a little of its own. */
export function simMachineUse(host: SimHost): () => Promise<MachineUse> {
  const counted = { cpuMs: 0, cpuBusyMs: 0, netReceivedBytes: 0, netSentBytes: 0 };
  let beforeMs = host.world.clock.now();
  return async () => {
    const nowMs = host.world.clock.now();
    const passedMs = Math.max(0, nowMs - beforeMs);
    beforeMs = nowMs;
    let [busyCpus, memoryMib, received, sent] = [0.02 * host.machine.vcpus, 1_800, 4e3, 12e3];
    for (const [id, domain] of host.domains) {
      if (!domain.isOn) continue;
      const load = simLoad(id, nowMs);
      busyCpus += load.cpu * domain.config.vcpus;
      memoryMib += domain.config.memoryMib * load.memory;
      received += load.netReceived;
      sent += load.netSent;
    }
    counted.cpuMs += host.machine.vcpus * passedMs;
    counted.cpuBusyMs += Math.min(host.machine.vcpus, busyCpus) * passedMs;
    counted.netReceivedBytes += Math.round((received * passedMs) / seconds);
    counted.netSentBytes += Math.round((sent * passedMs) / seconds);
    return {
      ...counted,
      memoryUsedBytes: Math.round(Math.min(host.machine.memoryMib, memoryMib) * MiB),
      diskUsedBytes: 20 * GiB + host.usedBytes() + host.domains.size * 3 * GiB,
    };
  };
}
