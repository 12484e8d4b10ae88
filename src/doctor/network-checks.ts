import { error, ok, warning } from './finding.ts';
import type { Check, Seen } from './finding.ts';
import type { DoctorWorld } from './world.ts';

const natRules = 'add table inet p; add chain inet p c { type nat hook postrouting priority 100; }; add rule inet p c ct state new masquerade';

/** Bridges, taps, NAT: each is really made, in a network namespace that ends with the command. */
export const networkChecks: readonly Check[] = [
  {
    id: 'bridge',
    title: 'Bridges',
    look: (world) => tryInNetns(world, 'Load the kernel module with modprobe bridge.', 'ip', 'link', 'add', 'name', 'probe0', 'type', 'bridge'),
  },
  {
    id: 'tap',
    title: 'Tap devices',
    look: (world) =>
      tryInNetns(
        world,
        'Load the kernel module with modprobe tun; in a container, give it /dev/net/tun.',
        'ip',
        'tuntap',
        'add',
        'name',
        'probe0',
        'mode',
        'tap',
      ),
  },
  {
    id: 'nftables',
    title: 'nftables',
    look: (world) => tryInNetns(world, 'Use a kernel with nftables and NAT (modprobe nft_masq), and install the package nftables.', 'nft', natRules),
  },
  {
    id: 'ip-forward',
    title: 'IP forwarding',
    look: (world) => {
      const path = '/proc/sys/net/ipv4/ip_forward';
      if (world.readText(path)?.trim() === '1') return ok('on');
      if (world.isWritable(path)) return ok('off: the cloud turns it on when it makes a network');
      return error('off, and this process may not turn it on', 'sysctl -w net.ipv4.ip_forward=1 as root, outside the container if this is one.');
    },
  },
  {
    id: 'bridge-filter',
    title: 'Bridge filtering',
    async look(world) {
      if (world.readText('/proc/sys/net/bridge/bridge-nf-call-iptables') !== null) return ok('br_netfilter is there');
      const { status } = await world.run('modprobe', '--dry-run', 'br_netfilter');
      if (status === 0) return ok('br_netfilter can be loaded');
      return warning(
        'br_netfilter is not there: traffic between guests of one network cannot be filtered with memory of connections',
        'Use a kernel that has it, such as linux-image-amd64.',
      );
    },
  },
  {
    id: 'ports',
    title: 'Ports',
    async look(world, { ports, ownPorts = [] }) {
      const verdicts = await Promise.all(
        ports.map(async (port) => (ownPorts.includes(port) ? ok(`${port}, on which this cloud listens`) : judgePort(world, port))),
      );
      return verdicts.find((seen) => seen.level === 'error') ?? ok(verdicts.map((seen) => seen.finding).join(', '));
    },
  },
];

async function tryInNetns(world: DoctorWorld, remedy: string, ...command: string[]): Promise<Seen> {
  const { status, output } = await world.run('unshare', '--net', ...command);
  if (status === 0) return ok('can be made');
  if (!world.isRoot()) return warning('not tried: that needs root', 'Use sudo.');
  return error(`cannot be made: ${output.trim().split('\n')[0] || `status ${status}`}`, remedy);
}

async function judgePort(world: DoctorWorld, port: number): Promise<Seen> {
  if (await world.canListen(port)) return ok(`${port} is free`);
  const { output } = await world.run('ss', '-Hltnp', `sport = :${port}`);
  const holder = /\("([^"]{1,40})",pid=(\d+)/.exec(output);
  const args = holder === null ? '' : (world.readText(`/proc/${holder[2]}/cmdline`) ?? '');
  if (args.includes('bin/stratus.ts')) return ok(`${port} is used by StratusLab itself (process ${holder![2]})`);
  if (port < 1024 && !world.isRoot() && output === '') return error(`${port} may be used by root alone`, 'Use sudo.');
  const who = holder === null ? 'another program' : `${holder[1]} (process ${holder[2]})`;
  return error(`${port} is used by ${who}`, 'End that program, or give the cloud another port with --port.');
}
