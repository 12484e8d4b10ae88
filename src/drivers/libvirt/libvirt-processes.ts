import { readdirSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';
import type { LibvirtPaths } from './libvirt-paths.ts';
import { argumentsOf, identify, readPidFile, seesDirAt } from '../process-identity.ts';
import type { ProcessIdentity } from '../process-identity.ts';

export type DaemonName = 'virtlogd' | 'libvirtd';

/** A guest's QEMU, found by the pid file that libvirt keeps while it runs. */
export interface RunningGuest {
  readonly domainName: string;
  readonly process: ProcessIdentity;
}

/** This cloud's own daemon: the pid file's process, if it really is one that was started for this home. */
export function findDaemon(paths: LibvirtPaths, name: DaemonName): ProcessIdentity | null {
  const pidFile = join(paths.run, `${name}.pid`);
  return findByPidFile(pidFile, (args) => basename(args[0] ?? '') === name && args.includes(pidFile));
}

export function findReaper(paths: LibvirtPaths): ProcessIdentity | null {
  const isReaper = (args: readonly string[]) => basename(args[1] ?? '') === 'reaper.sh' && args[2] === paths.dir;
  return findByPidFile(join(paths.run, 'reaper.pid'), isReaper);
}

export function findGuests(paths: LibvirtPaths): RunningGuest[] {
  const guests: RunningGuest[] = [];
  for (const file of pidFilesIn(join(paths.run, 'qemu'))) {
    const found = findByPidFile(file, (args) => basename(args[0] ?? '').startsWith('qemu-'));
    // Another cloud's QEMU may have got this pid: only ours sees our directory as libvirt's.
    if (found === null || !seesDirAt(found.pid, '/var/lib/libvirt', paths.lib)) continue;
    guests.push({ domainName: basename(file, '.pid'), process: found });
  }
  return guests;
}

/** Guests would be connected to bridges that this process cannot see: nothing good can follow. */
export function refuseOtherNetwork(process: ProcessIdentity, what: string): void {
  if (readlinkSync(`/proc/${process.pid}/ns/net`) === readlinkSync('/proc/self/ns/net')) return;
  throw new DriverError(
    `this cloud's ${what} (process ${process.pid}) runs in another network namespace: work from that one, or stop it there first`,
    { retry: 'never' },
  );
}

function findByPidFile(path: string, isOurs: (args: readonly string[]) => boolean): ProcessIdentity | null {
  const pid = readPidFile(path);
  if (pid === null) return null;
  const found = identify(pid);
  return found !== null && isOurs(argumentsOf(pid)) ? found : null;
}

function pidFilesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.pid') && name !== 'driver.pid')
      .map((name) => join(dir, name));
  } catch {
    return [];
  }
}
