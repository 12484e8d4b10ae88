import { readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DriverError } from '../../core/driver-error.ts';
import type { HostNetworkConfig, Lease } from '../../ports/host-network.ts';
import { confPath, currentLeaseLines, dnsmasqConf, type DnsmasqPaths } from './dnsmasq-conf.ts';
import { programs, type Runner } from './run.ts';
import { ensureDir, readIfThere, writeWhole } from './files.ts';

const stopMsMax = 3_000;
const logBytesMax = 1024 * 1024;

/** The one dnsmasq of a network. It is a daemon of its own: it outlives the agent that started it. */
export interface DnsmasqWanted {
  readonly config: HostNetworkConfig;
  readonly paths: DnsmasqPaths;
  readonly leases: readonly Lease[];
  /** Of the bridge as it is now. */
  readonly ifindex: number;
}

/** Runs with exactly the wanted configuration. Two or three small reads. */
export async function isDnsmasqRight(wanted: DnsmasqWanted): Promise<boolean> {
  const conf = dnsmasqConf(wanted.config, wanted.paths, await dnsmasqUser(), await placeOf(wanted));
  const pid = Number((await readIfThere(wanted.paths.pidFile))?.trim());
  return Number.isInteger(pid) && pid > 1 && (await confOf(pid)) === confPath(wanted.paths, conf);
}

export async function ensureDnsmasq(run: Runner, wanted: DnsmasqWanted): Promise<void> {
  if (!(await isDnsmasqRight(wanted))) await restartDnsmasq(run, wanted);
}

/**
 * Starts it anew with what it remembers cut down to our leases. Nothing less makes dnsmasq forget a lease that it has
 * given: it would refuse the address to its next owner and answer for the old name. Takes some 20 ms.
 */
export async function restartDnsmasq(run: Runner, wanted: DnsmasqWanted): Promise<void> {
  const { config, paths } = wanted;
  const user = await dnsmasqUser();
  await stopDnsmasq(paths.dir);

  for (const dir of [paths.dir, paths.dhcpHosts, paths.dnsHosts]) await ensureDir(dir);
  await assertOpenTo(user, paths.dir);
  const conf = dnsmasqConf(config, paths, user, await placeOf(wanted));
  for (const name of await readdir(paths.dir)) if (/^dnsmasq-.*\.conf$/.test(name)) await rm(`${paths.dir}/${name}`);
  await writeWhole(confPath(paths, conf), conf);
  await writeWhole(paths.leaseFile, currentLeaseLines((await readIfThere(paths.leaseFile)) ?? '', wanted.leases));
  if (((await stat(paths.log).catch(() => null))?.size ?? 0) > logBytesMax) await rm(paths.log);

  // It puts itself into the background once its sockets are open; until then its exit code and stderr are the answer.
  await run(`starting DHCP and DNS of network ${config.networkId}`, [programs.dnsmasq, `--conf-file=${confPath(paths, conf)}`]);
}

/** No dnsmasq with a configuration of this folder (or of a folder in it) runs on this host. */
export async function stopDnsmasq(dir: string): Promise<void> {
  const living = await Promise.all((await dnsmasqsOf(dir)).map(async (pid) => [pid, await lifeOf(pid)] as const));
  for (const [pid] of living) signal(pid, 'SIGTERM');
  const deadline = performance.now() + stopMsMax;
  for (const [pid, life] of living) {
    if (life === null) continue;
    while ((await lifeOf(pid)) === life) {
      if (performance.now() > deadline) signal(pid, 'SIGKILL');
      if (performance.now() > deadline + stopMsMax) throw new DriverError(`stopping dnsmasq (process ${pid}): it does not end`);
      await sleep(2);
    }
  }
}

/** It has an answer for this address or MAC that no longer holds. */
export async function remembersOtherwise(paths: DnsmasqPaths, leases: readonly Lease[]): Promise<boolean> {
  const text = (await readIfThere(paths.leaseFile)) ?? '';
  return currentLeaseLines(text, leases).length !== text.trimEnd().length + (text.trim() === '' ? 0 : 1);
}

// Its arguments name its configuration, which is ours alone: surer than a recorded process id and start time, and
// true also for one that was started just before we were cut off. A dead one that nobody has reaped has no arguments.
async function confOf(pid: number): Promise<string | null> {
  const [program, argument] = ((await readIfThere(`/proc/${pid}/cmdline`)) ?? '').split('\0');
  return program === programs.dnsmasq && argument?.startsWith('--conf-file=') ? argument.slice('--conf-file='.length) : null;
}

/**
 * When the process was started, in ticks since the machine was; null once it has ended, also when nobody has reaped it.
 * Its arguments go a little before its sockets do: this tells when its addresses are free.
 */
async function lifeOf(pid: number): Promise<string | null> {
  const stat = (await readIfThere(`/proc/${pid}/stat`)) ?? '';
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' || fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
}

async function dnsmasqsOf(dir: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const confs = await Promise.all(pids.map(async (pid) => [pid, await confOf(pid)] as const));
  return confs.filter(([, conf]) => conf?.startsWith(`${dir}/`)).map(([pid]) => pid);
}

// A bridge made anew, or in another network namespace, needs new sockets: so it needs another configuration.
async function placeOf(wanted: DnsmasqWanted): Promise<string> {
  return `device ${wanted.ifindex} in ${await readlink('/proc/self/ns/net')}`;
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

let userFound: Promise<string> | null = null;

/** Debian's package makes a user of its own; elsewhere `nobody` will do. */
function dnsmasqUser(): Promise<string> {
  userFound ??= readFile('/etc/passwd', 'utf8').then((text) => (/^dnsmasq:/m.test(text) ? 'dnsmasq' : 'nobody'));
  return userFound;
}

// It reads lease files after it has given up root.
async function assertOpenTo(user: string, dir: string): Promise<void> {
  for (let at = dir; at !== '/' && at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    if (((await stat(at)).mode & 0o001) === 0)
      throw new DriverError(`starting DHCP and DNS: the folder ${at} is closed to the user ${user}; allow passage with chmod o+x`, {
        retry: 'never',
      });
  }
}
