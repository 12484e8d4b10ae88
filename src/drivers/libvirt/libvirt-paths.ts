import { Buffer } from 'node:buffer';
import { isAbsolute, join, resolve } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';

/** Where one cloud's own libvirt keeps everything; outside its mount namespace these are plain directories. */
export interface LibvirtPaths {
  readonly dir: string;
  readonly etc: string;
  readonly lib: string;
  readonly run: string;
  readonly log: string;
  readonly cache: string;
  /** libvirtd's unix socket, for root alone. */
  readonly socket: string;
  readonly fifo: string;
  readonly lock: string;
  /** Beside `run`, which the first start after a boot removes. */
  readonly startLock: string;
}

/**
 * Longest home directory, bytes. A unix socket's path may have 107; the longest under a home is an
 * instance's socket: `/` + a directory + `/` + its id (28) + `.` + what it is.
 */
export const homeDirBytesMax = 60;

/** The paths under a home. Throws DriverError (`never`) for a home that libvirt or QEMU could not use. */
export function libvirtPaths(homeDir: string): LibvirtPaths {
  checkHomeDir(homeDir);
  const dir = join(homeDir, 'libvirt');
  const run = join(dir, 'run');
  return {
    dir,
    run,
    etc: join(dir, 'etc'),
    lib: join(dir, 'lib'),
    log: join(dir, 'log'),
    cache: join(dir, 'cache'),
    socket: join(run, 'libvirt-sock'),
    fifo: join(run, 'reaper.fifo'),
    lock: join(run, 'reaper.lock'),
    startLock: join(dir, 'start.lock'),
  };
}

function checkHomeDir(homeDir: string): void {
  if (!isAbsolute(homeDir) || resolve(homeDir) !== homeDir) {
    throw new DriverError(`the home directory must be a plain absolute path, not ${JSON.stringify(homeDir)}`, { retry: 'never' });
  }
  // These paths go into configuration files and QEMU options, where other characters have a meaning.
  if (!/^[A-Za-z0-9/._+@-]+$/.test(homeDir)) {
    throw new DriverError(`the home directory ${JSON.stringify(homeDir)} may have only letters, digits and / . _ + @ -`, { retry: 'never' });
  }
  const bytes = Buffer.byteLength(homeDir);
  if (bytes > homeDirBytesMax) {
    throw new DriverError(
      `the home directory ${homeDir} has ${bytes} bytes, at most ${homeDirBytesMax} leave room for unix socket paths: choose a shorter one`,
      { retry: 'never' },
    );
  }
}
