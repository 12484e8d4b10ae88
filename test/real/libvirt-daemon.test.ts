import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { LibvirtReady, LibvirtStatus } from '../../src/drivers/libvirt/daemon.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

// Each call runs in a process of its own inside a network namespace, as the cloud's own programs do: what
// they start has to outlive them.
const netns = `ldt${process.pid}`;
const worker = fileURLToPath(new URL('libvirt-daemon-call.ts', import.meta.url));
const inNetns = ['nsenter', `--net=/run/netns/${netns}`] as const;

let home = '';
const homes: string[] = [];

function newHome(): string {
  const dir = mkdtempSync('/tmp/stratus-ld-');
  homes.push(dir);
  return dir;
}

function call<Answer>(verb: string, homeDir: string, ...args: string[]): Answer {
  const output = execFileSync(inNetns[0], [inNetns[1], process.execPath, worker, verb, homeDir, ...args], { encoding: 'utf8' });
  return JSON.parse(output) as Answer;
}
const ensure = (homeDir: string, accelerator = 'tcg') => call<LibvirtReady>('ensure', homeDir, accelerator);
const status = (homeDir: string) => call<LibvirtStatus>('status', homeDir);

function virsh(homeDir: string, ...args: string[]): string {
  return execFileSync('virsh', ['-q', '-c', `qemu:///system?socket=${homeDir}/libvirt/run/libvirt-sock`, ...args], { encoding: 'utf8' });
}

/** All living processes whose arguments name this home. */
function processesOf(homeDir: string): string[] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => [pid, argumentsOf(pid)] as const)
    .filter(([, args]) => args.includes(`${homeDir}/`))
    .map(([pid, args]) => `${pid} ${args}`);
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

const domainXml = (name: string) => `<domain type='qemu'><name>${name}</name><memory unit='MiB'>16</memory><vcpu>1</vcpu>
<os><type arch='x86_64' machine='pc'>hvm</type></os><features><tcg><tb-cache unit='MiB'>32</tb-cache></tcg></features>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator><audio id='1' type='none'/></devices></domain>`;

function startGuest(homeDir: string, name: string): void {
  const file = join(homeDir, `${name}.xml`);
  execFileSync('tee', [file], { input: domainXml(name) });
  virsh(homeDir, 'define', file);
  virsh(homeDir, 'start', name);
}

beforeAll(() => void execFileSync('ip', ['netns', 'add', netns]));
afterAll(() => void execFileSync('ip', ['netns', 'del', netns]));
beforeEach(() => {
  home = newHome();
});
afterEach(() => {
  for (const dir of homes.splice(0)) {
    call('stop', dir, 'kill');
    rmSync(dir, { recursive: true });
  }
});

test('libvirt starts without systemd, answers on a socket for root alone, and is found running the second time', () => {
  const first = ensure(home);
  expect(first.started).toEqual(['virtlogd', 'libvirtd']);
  expect(statSync(first.socketPath).mode & 0o777).toBe(0o600);
  expect(virsh(home, 'version')).toContain('QEMU');

  const before = status(home);
  expect(before.answers).toBe(true);
  expect(ensure(home).started).toEqual([]);
  expect(status(home)).toEqual(before);
});

test('libvirt keeps nothing in the machine-wide directories', () => {
  const seen = () => ['/etc/libvirt/qemu', '/var/lib/libvirt/qemu', '/run/libvirt'].map((dir) => (existsSync(dir) ? readdirSync(dir) : null));
  const before = seen();
  ensure(home);
  startGuest(home, 'private');
  expect(seen()).toEqual(before);
  expect(existsSync(`${home}/libvirt/etc/qemu/private.xml`)).toBe(true);
});

test('what QEMU can do is probed once and remembered across starts', () => {
  ensure(home);
  virsh(home, 'capabilities');
  const dir = `${home}/libvirt/cache/qemu/capabilities`;
  const written = () => readdirSync(dir).map((name) => [name, statSync(join(dir, name)).mtimeMs]);
  const cold = written();
  expect(cold.length).toBeGreaterThan(0);

  call('stop', home);
  ensure(home);
  virsh(home, 'capabilities');
  startGuest(home, 'warm');
  expect(written()).toEqual(cold);
});

test('where KVM does not run guests libvirt does not offer it', () => {
  ensure(home, 'tcg');
  expect(virsh(home, 'capabilities')).not.toContain("<domain type='kvm'/>");
});

test('a killed libvirtd is started again alone, and its guest runs on', () => {
  ensure(home);
  startGuest(home, 'survivor');
  const before = status(home);

  process.kill(before.libvirtdPid!, 'SIGKILL');
  expect(ensure(home).started).toEqual(['libvirtd']);

  const after = status(home);
  expect(after.virtlogdPid).toBe(before.virtlogdPid);
  expect(after.reaperPid).toBe(before.reaperPid);
  expect(after.guests).toEqual(before.guests);
  expect(virsh(home, 'domstate', 'survivor').trim()).toBe('running');
  virsh(home, 'destroy', 'survivor');
});

test('a libvirtd that hangs is ended and started again, and its guest runs on', () => {
  ensure(home);
  startGuest(home, 'survivor');
  const before = status(home);

  process.kill(before.libvirtdPid!, 'SIGSTOP');
  expect(() => call('ensure', home, 'tcg', '100')).toThrow('gave no answer');
  expect(ensure(home).started).toEqual(['libvirtd']);

  const after = status(home);
  expect(after.libvirtdPid).not.toBe(before.libvirtdPid);
  expect(after.guests).toEqual(before.guests);
  virsh(home, 'destroy', 'survivor');
});

test('a killed virtlogd is started again alone', () => {
  ensure(home);
  const before = status(home);
  process.kill(before.virtlogdPid!, 'SIGKILL');
  expect(ensure(home).started).toEqual(['virtlogd']);
  expect(status(home).libvirtdPid).toBe(before.libvirtdPid);
});

test('a killed reaper is replaced when it is needed next', () => {
  ensure(home);
  const before = status(home);
  process.kill(before.reaperPid!, 'SIGKILL');
  process.kill(before.libvirtdPid!, 'SIGKILL');
  expect(ensure(home).started).toEqual(['libvirtd']);
  expect(status(home).virtlogdPid).toBe(before.virtlogdPid);
  expect(status(home).reaperPid).not.toBe(before.reaperPid);
});

test('after all its processes were killed at once libvirt starts as new and knows its domains', () => {
  ensure(home);
  startGuest(home, 'lost');
  const before = status(home);
  for (const pid of [before.reaperPid!, before.libvirtdPid!, before.virtlogdPid!, before.guests[0]!.process.pid]) process.kill(pid, 'SIGKILL');

  expect(ensure(home).started).toEqual(['virtlogd', 'libvirtd']);
  expect(virsh(home, 'domstate', 'lost').trim()).toBe('shut off');
  virsh(home, 'start', 'lost');
});

test('two clouds with different homes run side by side, with a guest of the same name in each', () => {
  const other = newHome();
  ensure(home);
  ensure(other);
  startGuest(home, 'twin');
  startGuest(other, 'twin');
  const uuid = (dir: string) => readFileSync(`${dir}/libvirt/etc/host-uuid`, 'utf8');
  expect(uuid(home)).not.toBe(uuid(other));

  call('stop', home, 'kill');
  expect(processesOf(home)).toEqual([]);
  expect(virsh(other, 'domstate', 'twin').trim()).toBe('running');
});

test('callers who ask at the same moment share one libvirt', async () => {
  const ends = await Promise.all(
    [1, 2, 3, 4, 5, 6].map(
      () =>
        new Promise<string>((resolve) => {
          const caller = spawn(inNetns[0], [inNetns[1], process.execPath, worker, 'ensure', home, 'tcg'], { stdio: ['ignore', 'ignore', 'pipe'] });
          let said = '';
          caller.stderr.on('data', (text) => (said += String(text)));
          caller.on('close', (code) => resolve(code === 0 ? 'ready' : said));
        }),
    ),
  );
  expect(new Set(ends)).toEqual(new Set(['ready']));
  const names = () => processesOf(home).map((line) => line.split(' ')[1]);
  await expect.poll(() => names().toSorted()).toEqual(['/usr/sbin/libvirtd', '/usr/sbin/virtlogd', 'sh', 'tini']);
});

test('stopping refuses while guests run, and removes every process when none do', () => {
  ensure(home);
  startGuest(home, 'busy');
  expect(() => call('stop', home)).toThrow(/1 of its guests run: busy/);

  virsh(home, 'destroy', 'busy');
  call('stop', home);
  expect(processesOf(home)).toEqual([]);
});

test('guests that are left running are picked up by the next start', () => {
  ensure(home);
  startGuest(home, 'left');
  call('stop', home, 'leave');
  expect(status(home)).toMatchObject({ libvirtdPid: null, virtlogdPid: null, answers: false });

  ensure(home);
  expect(virsh(home, 'domstate', 'left').trim()).toBe('running');
});

test('a libvirt that runs in another network namespace is refused, not used', () => {
  ensure(home);
  const outside = () => execFileSync(process.execPath, [worker, 'ensure', home, 'tcg'], { encoding: 'utf8', stdio: 'pipe' });
  expect(outside).toThrow(/runs in another network namespace/);
});
