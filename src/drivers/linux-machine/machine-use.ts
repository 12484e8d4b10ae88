import { existsSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { DriverError } from '../../core/driver-error.ts';
import type { MachineUse } from '../../ports/machine-use.ts';
import { readCpu, readMemoryUsed, readNetDevices } from './proc.ts';

/** What this machine uses; `dir` lies on the file system whose room counts. */
export function machineUseOf(dir: string): () => Promise<MachineUse> {
  return async () => {
    try {
      const [cpu, memory, net, disk] = await Promise.all([
        readFile('/proc/stat', 'utf8'),
        readFile('/proc/meminfo', 'utf8'),
        readFile('/proc/self/net/dev', 'utf8'),
        statfs(dir),
      ]);
      return {
        ...readCpu(cpu),
        memoryUsedBytes: readMemoryUsed(memory),
        diskUsedBytes: (disk.blocks - disk.bfree) * disk.bsize,
        ...ownTraffic(readNetDevices(net)),
      };
    } catch (error) {
      throw new DriverError(`measuring this machine: ${(error as Error).message}`, { retry: 'soon', cause: error });
    }
  };
}

/** Over devices of hardware; on a machine that has none (a container), over all that is not there for guests. */
function ownTraffic(devices: ReadonlyMap<string, { received: number; sent: number }>): Pick<MachineUse, 'netReceivedBytes' | 'netSentBytes'> {
  const is = (name: string, what: string) => existsSync(`/sys/class/net/${name}/${what}`);
  const names = [...devices.keys()].filter((name) => name !== 'lo');
  const hardware = names.filter((name) => is(name, 'device'));
  const counted = hardware.length > 0 ? hardware : names.filter((name) => !is(name, 'bridge') && !is(name, 'tun_flags') && !is(name, 'brport'));
  const sum = (of: 'received' | 'sent') => counted.reduce((total, name) => total + (devices.get(name)?.[of] ?? 0), 0);
  return { netReceivedBytes: sum('received'), netSentBytes: sum('sent') };
}
