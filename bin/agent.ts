import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { minutes } from '../src/core/units.ts';
import { SqliteStore } from '../src/control/store/sqlite-store.ts';
import { lookUpQemuUser } from '../src/drivers/file/host-disks-layout.ts';
import { FileHostDisks } from '../src/drivers/file/host-disks.ts';
import { imageCacheBytesMax } from '../src/drivers/file/limits.ts';
import { FileRingFiles } from '../src/drivers/file/ring-files.ts';
import type { HostIdentity } from '../src/drivers/http-link/host-identity.ts';
import { HttpLink } from '../src/drivers/http-link/http-link.ts';
import { ensureLibvirt } from '../src/drivers/libvirt/daemon.ts';
import { LibvirtHypervisor } from '../src/drivers/libvirt/libvirt-hypervisor.ts';
import { cachedProbe } from '../src/drivers/libvirt/probe-cache.ts';
import { machineUseOf } from '../src/drivers/linux-machine/machine-use.ts';
import { LinuxBridgeNetworks } from '../src/drivers/linux-bridge/linux-bridge-networks.ts';
import { nodeClock } from '../src/drivers/node-clock.ts';
import type { HostFacts } from '../src/kinds/host/host.ts';
import { instanceSeed } from '../src/kinds/instance/contextualization/contextualization.agent.ts';
import { hostAgent } from '../src/kinds/on-host.ts';
import { defaultHomeDir, homePaths, readCloud, readPrivate } from '../src/local/home.ts';
import { localCommand } from './local-command.ts';
import { joinedCloud, linkOf } from './joined.ts';
import { version } from '../src/version.ts';

const help = `Usage: stratus agent [OPTION...]

Makes this machine a host: of the cloud in its home, which starts it by itself, or of one elsewhere.

  --home DIR         where everything is kept (default ${defaultHomeDir}, or STRATUS_HOME)
  --join URL         become a host of the cloud there (https://…), at the first start
  --token TOKEN      from that cloud's administrator: stratus host join-token
  --fingerprint FP   of its certificate, as it shows it; without, an authority has to vouch for it
  --name NAME        what this host is called there (default: the name of the machine)
`;

/** `stratus agent`: one host's loop, with the drivers of a real Linux machine. */
export async function runAgent(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      home: { type: 'string', default: process.env['STRATUS_HOME'] ?? defaultHomeDir },
      join: { type: 'string' },
      token: { type: 'string' },
      fingerprint: { type: 'string' },
      name: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const home = homePaths(values.home);
  let joined: HostIdentity | null = null;
  const exitCode = await localCommand('agent', async () => {
    joined = await joinedCloud(home, values);
    return 0;
  });
  if (exitCode !== 0) process.exit(exitCode);
  const cloud = readCloud(home);
  if (cloud === null) throw new Error(`there is no cloud in ${home.dir}; start one with: npm start`);
  const log = pino({ name: 'agent' });

  const probe = await cachedProbe(home.dir);
  const libvirt = await ensureLibvirt({ homeDir: home.dir, accelerator: probe.accelerator });
  log.info({ accelerator: probe.accelerator, reason: probe.reason, started: libvirt.started }, 'libvirt is up');
  const hypervisor = new LibvirtHypervisor({
    socketPath: libvirt.socketPath,
    accelerator: probe.accelerator,
    acceleratorReason: probe.reason,
    owner: cloud.cloudId,
  });
  // A libvirtd that died or hangs is started again; guests do not notice. One look at a time: a hanging one takes long.
  let isLooking = false;
  const keepLibvirt = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    ensureLibvirt({ homeDir: home.dir, accelerator: probe.accelerator })
      .catch((error: unknown) => log.error({ err: error }, 'libvirt cannot be started'))
      .finally(() => (isLooking = false));
  }, 5_000);

  const link =
    joined === null ? new HttpLink({ base: `unix:${home.serverSocket}`, token: readPrivate(home.agentToken) ?? '' }) : linkOf(home, joined, log);
  const disks = new FileHostDisks({
    dir: home.agentDir,
    fetchImage: (image, offset, signal) => link.imageContent(image.sha256, offset, signal),
    // The control plane's store is on this machine: share its files instead of copying them.
    ...(joined === null ? { localImagePath: (sha256: string) => `${home.controlDir}/images/${sha256}.qcow2` } : {}),
    qemuUser: lookUpQemuUser(),
  });
  await disks.sweep();
  const evictImages = setInterval(() => {
    disks.evictLeastRecentlyUsed(imageCacheBytesMax).catch((error: unknown) => log.warn({ err: error }, 'image cache'));
  }, 10 * minutes);
  const networks = new LinuxBridgeNetworks({ stateDir: home.networkDir, cloudId: cloud.cloudId });

  const facts = hostFacts(hypervisor, disks);
  const host = await hostAgent({
    clock: nodeClock,
    store: new SqliteStore(home.ledger),
    link,
    hypervisor,
    disks,
    networks,
    accelerator: probe.accelerator,
    // Under emulation a boot takes a whole processor; with KVM it mostly waits for the disk.
    startSlots: probe.accelerator === 'tcg' ? cpus().length : cpus().length * 4,
    buildSeed: instanceSeed,
    metrics: { files: new FileRingFiles(home.metricsDir), readMachineUse: machineUseOf(home.dir) },
    facts,
    onError: (what, error) => log.warn({ err: error }, what),
  });
  log.info('agent is up');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      clearInterval(keepLibvirt);
      clearInterval(evictImages);
      host.stop();
      process.exit(0);
    });
  }
}

function hostFacts(hypervisor: LibvirtHypervisor, disks: FileHostDisks): () => Promise<HostFacts> {
  let known: HostFacts | null = null;
  return async () => {
    if (known !== null) return known;
    const [info, disk] = await Promise.all([hypervisor.info(), disks.usage()]);
    known = {
      accelerator: info.accelerator,
      acceleratorReason: info.acceleratorReason,
      cpuModel: cpus()[0]?.model ?? 'unknown',
      vcpus: cpus().length,
      memoryMib: Math.floor(totalmem() / 1_048_576),
      diskTotalBytes: disk.totalBytes,
      hypervisorVersion: info.hypervisorVersion,
      emulatorVersion: info.emulatorVersion,
      firmwares: [...info.firmwares],
      agentVersion: version,
      bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    };
    return known;
  };
}
