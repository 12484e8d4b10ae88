import { beforeEach, expect, test } from 'vitest';
import { GiB, hours, minutes } from '../core/units.ts';
import { checks, runDoctor } from './doctor.ts';
import type { DoctorOptions } from './finding.ts';
import { renderFindings } from './render.ts';
import { judgeNode } from './software-checks.ts';
import type { DoctorWorld } from './world.ts';

const now = Date.UTC(2026, 10, 21, 12);
let files: Record<string, string>;
let programs: Record<string, { status: number; output: string }>;
let options: DoctorOptions;
let world: DoctorWorld;

/** A machine on which all is well; each test spoils one thing. */
beforeEach(() => {
  files = {
    '/proc/meminfo': 'MemTotal:       16000000 kB\nMemAvailable:   12000000 kB\n',
    '/proc/sys/user/max_user_namespaces': '96000\n',
    '/proc/sys/net/ipv4/ip_forward': '1\n',
    '/proc/sys/net/bridge/bridge-nf-call-iptables': '1\n',
    '/sys/class/rtc/rtc0/since_epoch': `${now / 1000}\n`,
    '/etc/os-release': 'ID=debian\nVERSION_ID="12"\n',
  };
  programs = {
    'dpkg-query': { status: 0, output: 'tini installed\n' },
    'qemu-system-x86_64': { status: 0, output: 'QEMU emulator version 7.2.22 (Debian)' },
    libvirtd: { status: 0, output: '/usr/sbin/libvirtd (libvirt) 9.0.0' },
    timedatectl: { status: 0, output: 'yes\n' },
    ip: { status: 0, output: '' },
    nft: { status: 0, output: '' },
    ss: { status: 0, output: '' },
  };
  options = {
    homeDir: '/var/lib/stratuslab',
    ports: [8443],
    probe: async () => ({ accelerator: 'kvm', reason: '/dev/kvm runs guest code', measuredMs: 120 }),
    libvirt: async () => ({ libvirtdPid: null, answers: false }),
    checkHomeDir: () => {},
  };
  world = {
    nodeVersion: 'v26.13.0',
    isRoot: () => true,
    now: () => now,
    readText: (path) => files[path] ?? null,
    isWritable: () => true,
    freeBytes: () => 100 * GiB,
    installedAtMs: () => now - 24 * hours,
    packageList: () => '{"runtime":[{"name":"tini"},{"name":"newer","releases":["13"]}],"image":[]}',
    canListen: async () => true,
    run: async (program, ...args) => programs[program === 'unshare' ? args[1]! : program] ?? { status: -1, output: '' },
  };
});

const findings = () => runDoctor(options, world);
const see = async (id: string) => (await findings()).find((finding) => finding.id === id)!;

test('on a good machine every finding is ok and none has a remedy', async () => {
  for (const finding of await findings()) expect(finding).toMatchObject({ level: 'ok', remedy: '' });
  expect(renderFindings(await findings())).toContain('All is well.');
});

const spoilt: readonly [what: string, id: string, level: 'warning' | 'error', says: RegExp, spoil: () => unknown][] = [
  ['a user who is not root', 'root', 'error', /not root/, () => (world = { ...world, isRoot: () => false })],
  ['little memory', 'memory', 'warning', /977 MiB of/, () => (files['/proc/meminfo'] = 'MemTotal: 2000000 kB\nMemAvailable: 1000000 kB\n')],
  ['hardly any memory', 'memory', 'error', /available/, () => (files['/proc/meminfo'] = 'MemTotal: 2000000 kB\nMemAvailable: 100000 kB\n')],
  ['a file that cannot be read', 'memory', 'error', /could not be checked: \/proc\/meminfo/, () => delete files['/proc/meminfo']],
  ['a disk that gets full', 'disk', 'warning', /5 GiB free/, () => (world = { ...world, freeBytes: () => 5 * GiB })],
  ['a full disk', 'disk', 'error', /1 GiB free/, () => (world = { ...world, freeBytes: () => GiB })],
  [
    'a home that cannot be used',
    'home',
    'error',
    /too long/,
    () =>
      (options = {
        ...options,
        checkHomeDir: () => {
          throw new Error('too long');
        },
      }),
  ],
  ['a clock of the past', 'clock', 'error', /before StratusLab was installed/, () => (world = { ...world, now: () => 0 })],
  [
    'a clock that differs from the hardware',
    'clock',
    'warning',
    /7 min 0 s away/,
    () => (files['/sys/class/rtc/rtc0/since_epoch'] = `${(now - 7 * minutes) / 1000}`),
  ],
  ['a clock nobody keeps', 'clock', 'warning', /no time service/, () => (programs['timedatectl'] = { status: 0, output: 'no\n' })],
  ['an old Node', 'node', 'error', /too old/, () => (world = { ...world, nodeVersion: 'v20.20.2' })],
  ['a missing package', 'packages', 'error', /1 of 1 are missing: tini/, () => (programs['dpkg-query'] = { status: 1, output: '' })],
  [
    'emulation',
    'virtualisation',
    'warning',
    /does not run guest code: guests are emulated/,
    () =>
      (options = { ...options, probe: async () => ({ accelerator: 'tcg', reason: '/dev/kvm opens but does not run guest code', measuredMs: 300 }) }),
  ],
  ['no QEMU', 'virtualisation', 'error', /nothing runs/, () => (options = { ...options, probe: () => Promise.reject(new Error('nothing runs')) })],
  ['no QEMU program', 'qemu', 'error', /not installed/, () => delete programs['qemu-system-x86_64']],
  [
    'an old libvirt',
    'libvirt-version',
    'error',
    /7\.0\.0 is too old/,
    () => (programs['libvirtd'] = { status: 0, output: 'libvirtd (libvirt) 7.0.0' }),
  ],
  [
    'a libvirt that hangs',
    'libvirt-running',
    'error',
    /process 12 does not answer/,
    () => (options = { ...options, libvirt: async () => ({ libvirtdPid: 12, answers: false }) }),
  ],
  ['no user namespaces', 'user-namespaces', 'warning', /not available/, () => (files['/proc/sys/user/max_user_namespaces'] = '0')],
  ['no bridges', 'bridge', 'error', /Unknown device type/, () => (programs['ip'] = { status: 2, output: 'Error: Unknown device type.\n' })],
  ['no tap devices', 'tap', 'error', /cannot be made/, () => (programs['ip'] = { status: 1, output: 'open: No such file or directory' })],
  [
    'no NAT',
    'nftables',
    'error',
    /cannot be made: Error: Could not process rule/,
    () => (programs['nft'] = { status: 1, output: 'Error: Could not process rule\n' }),
  ],
  [
    'forwarding that cannot be turned on',
    'ip-forward',
    'error',
    /may not turn it on/,
    () => ((files['/proc/sys/net/ipv4/ip_forward'] = '0'), (world = { ...world, isWritable: () => false })),
  ],
  ['no bridge filter', 'bridge-filter', 'warning', /br_netfilter is not there/, () => delete files['/proc/sys/net/bridge/bridge-nf-call-iptables']],
];

test.each(spoilt)('%s is found by the check %s as %s, with a remedy', async (_, id, level, says, spoil) => {
  spoil();
  const finding = await see(id);
  expect(finding.level).toBe(level);
  expect(finding.finding).toMatch(says);
  expect(finding.remedy).not.toBe('');
});

test('every check but those that only see what another program does can be spoilt', () => {
  const spoilable = new Set(spoilt.map(([, id]) => id));
  expect(checks.map(({ id }) => id).filter((id) => !spoilable.has(id))).toEqual(['ports']);
});

test('the port of the cloud that runs here is told as its own', async () => {
  options = { ...options, ownPorts: [8443] };
  world = { ...world, canListen: async () => false };
  expect(await see('ports')).toMatchObject({ level: 'ok', finding: '8443, on which this cloud listens' });
});

test('a port in use is told with who uses it, unless that is StratusLab', async () => {
  world = { ...world, canListen: async () => false };
  programs['ss'] = { status: 0, output: 'LISTEN 0 511 *:8443 *:* users:(("nginx",pid=42,fd=6))\n' };
  expect(await see('ports')).toMatchObject({ level: 'error', finding: '8443 is used by nginx (process 42)' });
  files['/proc/42/cmdline'] = 'node\0/s/bin/stratus.ts\0up\0';
  expect(await see('ports')).toMatchObject({ level: 'ok', finding: '8443 is used by StratusLab itself (process 42)' });
});

test('a hardware clock that keeps local time is no skew', async () => {
  files['/sys/class/rtc/rtc0/since_epoch'] = `${(now + 2 * hours) / 1000}`;
  expect((await see('clock')).level).toBe('ok');
});

test('forwarding that is off is fine where the cloud can turn it on', async () => {
  files['/proc/sys/net/ipv4/ip_forward'] = '0';
  expect(await see('ip-forward')).toMatchObject({ level: 'ok', finding: expect.stringContaining('turns it on') });
});

test.each([
  ['v22.23.4', 'error'],
  ['v24.20.9', 'error'],
  ['v24.21.0', 'warning'],
  ['v24.22.1', 'ok'],
  ['v25.9.0', 'warning'],
  ['v26.10.0', 'warning'],
  ['v26.12.1', 'ok'],
  ['v28.0.0', 'ok'],
  ['nonsense', 'error'],
] as const)('Node %s is judged %s, by the security releases of October 2026', (version, level) => {
  expect(judgeNode(version).level).toBe(level);
});

test('the rendered page has a line per finding and its remedy below it', () => {
  const page = renderFindings([
    { id: 'a', title: 'Memory', level: 'ok', finding: '8 GiB', remedy: '' },
    { id: 'b', title: 'Disk', level: 'error', finding: 'full', remedy: 'Make room.' },
  ]);
  expect(page).toBe('✓ Memory  8 GiB\n✗ Disk    full\n          → Make room.\n\n1 finding keeps the cloud from working here.\n');
});
