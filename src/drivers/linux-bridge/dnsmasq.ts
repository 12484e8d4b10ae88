import { readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { DriverError } from '../../core/driver-error.ts';
import type { HostNetworkConfig, Lease } from '../../ports/host-network.ts';
import { confPath, currentLeaseLines, dnsmasqConf, type DnsmasqPaths } from './dnsmasq-conf.ts';
import { endProcess, identify, isAlive, readPidFile } from '../process-identity.ts';
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
  const pid = readPidFile(wanted.paths.pidFile);
  return pid !== null && (await confOf(pid)) === confPath(wanted.paths, conf);
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
  // Its arguments go a little before its sockets do: only its end tells that its addresses are free.
  const living = (await dnsmasqsOf(dir)).flatMap((pid) => identify(pid) ?? []);
  await Promise.all(living.map((process) => endProcess(process, stopMsMax)));
  const left = living.find(isAlive);
  if (left !== undefined) throw new DriverError(`stopping dnsmasq (process ${left.pid}): it does not end`);
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

async function dnsmasqsOf(dir: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const confs = await Promise.all(pids.map(async (pid) => [pid, await confOf(pid)] as const));
  return confs.filter(([, conf]) => conf?.startsWith(`${dir}/`)).map(([pid]) => pid);
}

// A bridge made anew, or in another network namespace, needs new sockets: so it needs another configuration.
async function placeOf(wanted: DnsmasqWanted): Promise<string> {
  return `device ${wanted.ifindex} in ${await readlink('/proc/self/ns/net')}`;
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
