import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DriverError } from '../../core/driver-error.ts';
import type { Accelerator } from '../../ports/hypervisor.ts';
import { libvirtAnswers } from './daemon-ping.ts';
import { ensureLibvirtConfig } from './libvirt-config.ts';
import { libvirtPaths } from './libvirt-paths.ts';
import type { LibvirtPaths } from './libvirt-paths.ts';
import { findDaemon, findGuests, findReaper, refuseOtherNetwork } from './libvirt-processes.ts';
import type { DaemonName, RunningGuest } from './libvirt-processes.ts';
import { endProcess } from '../process-identity.ts';
import { daemonStartFailure, ensureReaper, requestDaemon, stopReaper } from './reaper.ts';
import { whileAlone } from './start-lock.ts';

/** virtlogd first: libvirtd hands guests' output to it. */
const daemonNames: readonly DaemonName[] = ['virtlogd', 'libvirtd'];
const answerTimeoutMsUsual = 60_000;

export interface LibvirtOptions {
  /** The cloud's home; its libvirt lives in `libvirt/` under it. See homeDirBytesMax. */
  readonly homeDir: string;
  /**
   * What the probe found; `tcg` hides /dev/kvm from libvirt. A change takes effect when nothing runs:
   * with guests running it waits for a later call. Default `kvm`, which hides nothing.
   */
  readonly accelerator?: Accelerator;
  /** A libvirtd that runs and gives no answer for so long is ended; 60 s. */
  readonly answerTimeoutMs?: number;
}

export interface LibvirtReady {
  /** libvirtd's unix socket, mode 0600. */
  readonly socketPath: string;
  /** What this call had to start; empty: all was found running. */
  readonly started: readonly DaemonName[];
}

/**
 * This cloud's own libvirt, running in the caller's network namespace and a private mount namespace,
 * apart from the caller's session. Starts only what is missing, and ends a libvirtd that hangs so that the next
 * call starts it anew; running guests are never disturbed.
 * Root only. Throws DriverError.
 */
export async function ensureLibvirt(options: LibvirtOptions): Promise<LibvirtReady> {
  const paths = libvirtPaths(options.homeDir);
  const accelerator = options.accelerator ?? 'kvm';
  await stopForAccelerator(options, paths, accelerator);
  const missing = missingDaemons(paths);
  if (missing.length > 0) {
    refuseUnlessRoot();
    // Two at once would write one configuration, and one forget what the other has begun.
    await whileAlone(paths.startLock, () => startDaemons(paths, accelerator));
  }
  await untilAnswers(paths, missing, options.answerTimeoutMs ?? answerTimeoutMsUsual);
  return { socketPath: paths.socket, started: missing };
}

export interface LibvirtStatus {
  readonly socketPath: string;
  /** Process ids; null: not running. */
  readonly libvirtdPid: number | null;
  readonly virtlogdPid: number | null;
  readonly reaperPid: number | null;
  /** libvirtd answered a question. */
  readonly answers: boolean;
  readonly guests: readonly RunningGuest[];
}

export async function libvirtStatus(homeDir: string): Promise<LibvirtStatus> {
  const paths = libvirtPaths(homeDir);
  const libvirtd = findDaemon(paths, 'libvirtd');
  return {
    socketPath: paths.socket,
    libvirtdPid: libvirtd?.pid ?? null,
    virtlogdPid: findDaemon(paths, 'virtlogd')?.pid ?? null,
    reaperPid: findReaper(paths)?.pid ?? null,
    answers: libvirtd !== null && (await libvirtAnswers(paths.socket, 5000)),
    guests: findGuests(paths),
  };
}

export interface StopOptions {
  /** `refuse` (default) throws while guests run; `leave` lets them run on; `kill` cuts their power. */
  readonly guests?: 'refuse' | 'leave' | 'kill';
}

/**
 * Ends this home's libvirtd, virtlogd and reaper, and no other process. Guests that are left keep their
 * reaper, and the next {@link ensureLibvirt} picks them up again.
 */
export async function stopLibvirt(homeDir: string, options: StopOptions = {}): Promise<void> {
  const paths = libvirtPaths(homeDir);
  const guests = findGuests(paths);
  const wish = options.guests ?? 'refuse';
  if (guests.length > 0 && wish === 'refuse') {
    const names = guests
      .map((guest) => guest.domainName)
      .slice(0, 5)
      .join(', ');
    throw new DriverError(`libvirt in ${paths.dir} was asked to stop while ${guests.length} of its guests run: ${names}`, { retry: 'never' });
  }
  await endDaemon(paths, 'libvirtd');
  if (wish === 'kill') for (const guest of findGuests(paths)) await endProcess(guest.process, 0);
  await endDaemon(paths, 'virtlogd');
  if (findGuests(paths).length === 0) await stopReaper(paths);
}

function missingDaemons(paths: LibvirtPaths): DaemonName[] {
  return daemonNames.filter((name) => {
    const found = findDaemon(paths, name);
    if (found !== null) refuseOtherNetwork(found, name);
    return found === null;
  });
}

async function startDaemons(paths: LibvirtPaths, accelerator: Accelerator): Promise<void> {
  const reaper = findReaper(paths);
  if (reaper !== null) refuseOtherNetwork(reaper, 'libvirt');
  forgetEarlierBoot(paths);
  ensureLibvirtConfig(paths, accelerator);
  await ensureReaper(paths, accelerator);
  for (const name of missingDaemons(paths)) requestDaemon(paths, name);
}

async function untilAnswers(paths: LibvirtPaths, started: readonly DaemonName[], timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const missing = missingDaemons(paths);
    if (missing.length === 0 && (await libvirtAnswers(paths.socket, 5000))) return;
    for (const name of missing) {
      const failure = daemonStartFailure(paths, name);
      if (failure !== null) throw new DriverError(`${name} did not start in ${paths.dir}: ${failure}`);
    }
    if (performance.now() > deadline) {
      const hung = started.length === 0;
      // Guests run on without it, and the next call starts it anew. One that has only just begun may take its time.
      if (hung) await endDaemon(paths, 'libvirtd');
      const what = hung ? 'ran but gave no answer' : 'was started but gave no answer';
      throw new DriverError(
        `libvirt in ${paths.dir} ${what} within ${timeoutMs / 1000} s${hung ? ', and was ended' : ''}; its log is in ${paths.log}`,
        { retry: 'soon' },
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The view of /dev/kvm belongs to the mount namespace: a changed one needs a fresh start of everything. */
async function stopForAccelerator(options: LibvirtOptions, paths: LibvirtPaths, accelerator: Accelerator): Promise<void> {
  const startedWith = readTextOrNull(join(paths.run, 'accelerator'))?.trim() ?? accelerator;
  if (startedWith === accelerator || findGuests(paths).length > 0) return;
  await stopLibvirt(options.homeDir);
}

async function endDaemon(paths: LibvirtPaths, name: DaemonName): Promise<void> {
  const found = findDaemon(paths, name);
  if (found !== null) await endProcess(found, 5000);
}

/** On disk `run` outlives a reboot, but what it says is about processes of the boot that wrote it. */
function forgetEarlierBoot(paths: LibvirtPaths): void {
  const stamp = join(paths.dir, 'boot-id');
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
  if (readTextOrNull(stamp) === bootId) return;
  rmSync(paths.run, { recursive: true, force: true });
  mkdirSync(paths.dir, { recursive: true, mode: 0o700 });
  writeFileSync(stamp, bootId);
}

function readTextOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function refuseUnlessRoot(): void {
  if (process.getuid?.() !== 0) throw new DriverError('starting libvirt needs root: use sudo', { retry: 'never' });
}
