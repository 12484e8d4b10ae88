import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { libvirtStatus, stopLibvirt } from '../src/drivers/libvirt/daemon.ts';
import { LibvirtHypervisor } from '../src/drivers/libvirt/libvirt-hypervisor.ts';
import { LinuxBridgeNetworks } from '../src/drivers/linux-bridge/linux-bridge-networks.ts';
import { endForeground, stopLocalDaemon } from '../src/local/daemon.ts';
import { defaultHomeDir, readCloud, type CloudFacts, type Home } from '../src/local/home.ts';
import { LocalError } from '../src/local/local-error.ts';
import { Progress } from '../src/local/progress.ts';
import { homeAt, localCommand, wholeNumber } from './local-command.ts';

const help = `Usage: stratus down [--home DIR] [--timeout SECONDS]

Stops a whole cloud on this machine: asks every guest to power off and cuts the power of those that have not
after SECONDS (default 30), then ends everything else. The next \`npm start\` brings all back that should run.
`;

export function runDown(args: readonly string[]): Promise<number> {
  return localCommand('down', () => down(args));
}

async function down(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      home: { type: 'string', default: process.env['STRATUS_HOME'] ?? defaultHomeDir },
      timeout: { type: 'string', default: '30' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const home = homeAt(values.home);
  const timeoutMs = wholeNumber('--timeout', values.timeout, 0, 3_600) * 1_000;
  const cloud = readCloud(home);
  if (cloud === null) throw new LocalError(`There is no cloud in ${home.dir}`, 'Give the right directory with --home or STRATUS_HOME.');
  await stopCloud(home, cloud, timeoutMs, new Progress());
  return 0;
}

/** Everything of the cloud that runs ends: the agent first, so that it does not bring back what we stop. */
export async function stopCloud(home: Home, cloud: CloudFacts, timeoutMs: number, progress: Progress): Promise<void> {
  await endForeground(home);
  const ended = (was: boolean) => (was ? 'ended' : 'did not run');
  await progress.step('host agent', () => stopLocalDaemon(home, 'agent'), ended);
  await progress.step('control plane', () => stopLocalDaemon(home, 'server'), ended);
  await progress.step(
    'guests',
    (tell) => stopGuests(home, cloud, timeoutMs, tell),
    (text) => text,
  );
  await progress.step(
    'libvirt',
    () => stopLibvirt(home.dir, { guests: 'kill' }),
    () => 'ended',
  );
  await progress.step(
    'networks',
    () => new LinuxBridgeNetworks({ stateDir: home.networkDir, cloudId: cloud.cloudId }).removeAll(),
    () => 'removed',
  );
}

async function stopGuests(home: Home, cloud: CloudFacts, timeoutMs: number, tell: (what: string) => void): Promise<string> {
  const before = await libvirtStatus(home.dir);
  if (before.guests.length === 0) return 'none ran';
  const cut = before.answers ? await powerOff(cloud, before.socketPath, timeoutMs, tell) : before.guests.length;
  return `${before.guests.length - cut} powered off${cut === 0 ? '' : `, ${cut} had their power cut`}`;
}

/** Asks, waits, and cuts the power of the rest through libvirt, which clears away what it made for them. Returns how many. */
async function powerOff(cloud: CloudFacts, socketPath: string, timeoutMs: number, tell: (what: string) => void): Promise<number> {
  const hypervisor = new LibvirtHypervisor({ socketPath, accelerator: 'tcg', acceleratorReason: '', owner: cloud.cloudId });
  const running = async () => (await hypervisor.list()).filter((domain) => domain.state !== 'stopped');
  const deadlineMs = performance.now() + timeoutMs;
  let left = await running();
  for (let round = 0; left.length > 0 && performance.now() < deadlineMs; round++) {
    tell(`${left.length} are powering off`);
    // A guest that still boots hears nothing yet: ask again every 5 s.
    if (round % 10 === 0) await Promise.all(left.map((domain) => hypervisor.requestShutdown(domain.instanceId).catch(() => undefined)));
    await pause(500);
    left = await running();
  }
  // Whatever stays on all the same ends with libvirt.
  await Promise.all(left.map((domain) => hypervisor.destroy(domain.instanceId).catch(() => undefined)));
  await hypervisor.close();
  return left.length;
}
