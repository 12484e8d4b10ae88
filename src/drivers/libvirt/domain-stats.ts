import { KiB } from '../../core/units.ts';
import type { DomainStats } from '../../ports/hypervisor.ts';
import type { TypedParams } from './rpc-types.ts';

/** Names and units: virConnectGetAllDomainStats in libvirt's reference; sizes of the balloon are in KiB. */
export function domainStats(instanceId: string, params: TypedParams): DomainStats {
  const number = (name: string): number | null => {
    const value = params.get(name);
    return typeof value === 'number' ? value : null;
  };
  const sum = (group: 'block' | 'net', field: string): number => {
    let total = 0;
    for (let i = 0; i < Math.min(number(`${group}.count`) ?? 0, 1_000); i++) total += number(`${group}.${i}.${field}`) ?? 0;
    return total;
  };
  const available = number('balloon.available');
  const free = number('balloon.usable') ?? number('balloon.unused');
  return {
    instanceId,
    cpuTimeNs: number('cpu.time') ?? 0,
    rssBytes: (number('balloon.rss') ?? 0) * KiB,
    guestUsedBytes: available === null || free === null ? null : Math.max(0, available - free) * KiB,
    diskReadBytes: sum('block', 'rd.bytes'),
    diskWrittenBytes: sum('block', 'wr.bytes'),
    diskReads: sum('block', 'rd.reqs'),
    diskWrites: sum('block', 'wr.reqs'),
    netReceivedBytes: sum('net', 'rx.bytes'),
    netSentBytes: sum('net', 'tx.bytes'),
  };
}
