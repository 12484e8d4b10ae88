import { GiB, days, formatBytes, formatDuration, minutes } from '../core/units.ts';
import { error, ok, warning } from './finding.ts';
import type { Check } from './finding.ts';
import type { DoctorWorld } from './world.ts';

/** The machine itself: rights, room and time. */
export const machineChecks: readonly Check[] = [
  {
    id: 'root',
    title: 'Rights',
    look: (world) => (world.isRoot() ? ok('root') : error('not root: networks and guests cannot be made, and some checks see less', 'Use sudo.')),
  },
  {
    id: 'memory',
    title: 'Memory',
    look(world) {
      const available = memoryBytes(world, 'MemAvailable');
      const seen = `${formatBytes(available)} of ${formatBytes(memoryBytes(world, 'MemTotal'))} available`;
      if (available < GiB / 2) return error(seen, 'End other programs or add memory: the cloud itself needs 150 MiB, a small guest from 200 MiB on.');
      if (available < 2 * GiB) return warning(seen, 'Enough for a few small guests; more memory lets more run.');
      return ok(seen);
    },
  },
  {
    id: 'disk',
    title: 'Disk space',
    look(world, { homeDir }) {
      const free = world.freeBytes(homeDir);
      const seen = `${formatBytes(free)} free for ${homeDir}`;
      const remedy = 'Make room there, or set STRATUS_HOME to a directory on a larger file system.';
      if (free < 2 * GiB) return error(seen, remedy);
      return free < 10 * GiB ? warning(seen, remedy) : ok(seen);
    },
  },
  {
    id: 'home',
    title: 'Home directory',
    look(_world, { homeDir, checkHomeDir }) {
      try {
        checkHomeDir(homeDir);
        return ok(homeDir);
      } catch (cause) {
        return error((cause as Error).message, 'Set STRATUS_HOME to a short, plain path such as /var/lib/stratuslab.');
      }
    },
  },
  { id: 'clock', title: 'Clock', look: lookAtClock },
];

function memoryBytes(world: DoctorWorld, field: string): number {
  const found = new RegExp(`^${field}: +(\\d+) kB`, 'm').exec(world.readText('/proc/meminfo') ?? '');
  if (found === null) throw new Error('/proc/meminfo cannot be read');
  return Number(found[1]) * 1024;
}

/** Certificates, tokens and log lines of several hosts need a true time; guests take theirs from the host. */
async function lookAtClock(world: DoctorWorld) {
  const now = world.now();
  const remedy = 'Install and start a time service (apt-get install systemd-timesyncd, or chrony), or set the time with date.';
  const time = `${new Date(now).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (now < world.installedAtMs() - days) return error(`it says ${time}, before StratusLab was installed`, remedy);

  const hardwareSeconds = Number(world.readText('/sys/class/rtc/rtc0/since_epoch') ?? NaN);
  const skewMs = Math.abs(hardwareSeconds * 1000 - now);
  // A hardware clock that keeps local time is off by whole quarters of an hour; that is no error of ours.
  const offQuarterMs = Math.min(skewMs % (15 * minutes), 15 * minutes - (skewMs % (15 * minutes)));
  if (offQuarterMs > 2 * minutes) return warning(`it says ${time}, ${formatDuration(skewMs)} away from the hardware clock`, remedy);

  const synchronised = await isSynchronised(world);
  if (synchronised === false) return warning(`it says ${time}, and no time service keeps it right`, remedy);
  return ok(synchronised ? `${time}, kept right by a time service` : `${time}; no time service was seen`);
}

/** null: there is nobody to ask. */
async function isSynchronised(world: DoctorWorld): Promise<boolean | null> {
  const systemd = await world.run('timedatectl', 'show', '--property=NTPSynchronized', '--value');
  if (systemd.status === 0) return systemd.output.trim() === 'yes';
  const chrony = await world.run('chronyc', '-n', 'tracking');
  return chrony.status === 0 ? !chrony.output.includes('Not synchronised') : null;
}
