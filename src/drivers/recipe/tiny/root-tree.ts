import { chmod, copyFile, cp, mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DriverError } from '../../../core/driver-error.ts';
import { elfNeeded } from '../elf-needed.ts';
import { loadOrder, modulesDep, readModules } from '../kernel-modules.ts';
import { runTool } from '../run-tool.ts';
import { filesBelow } from '../unpack.ts';

export const guestFiles = join(import.meta.dirname, 'guest');

const libraryDir = 'usr/lib/x86_64-linux-gnu';
const programs = [
  ...['usr/sbin/dropbear', 'usr/bin/dropbearkey', 'usr/bin/dbclient'],
  ...['usr/sbin/qemu-ga', 'sbin/resize2fs', 'sbin/mke2fs', 'sbin/e2fsck'],
];
const otherNames: Readonly<Record<string, string>> = { 'mkfs.ext4': 'mke2fs', 'fsck.ext4': 'e2fsck', ssh: 'dbclient' };
/** Debian's own would be better, or it makes no sense without a package database. */
const appletsLeftOut = new Set(['busybox', 'dpkg', 'dpkg-deb', 'rpm', 'rpm2cpio', 'mke2fs', 'linuxrc', 'run-init']);

/** Modules by the moment at which the guest loads them: guest/rc and guest/late.sh name the groups. */
const moduleGroups: Readonly<Record<string, readonly string[]>> = {
  // With pvpanic a panic ends the run, as seen from outside; without it the guest only boots anew in place.
  rng: ['virtio_rng', 'pvpanic_mmio'],
  net: ['virtio_net'],
  seed: ['isofs'],
  cdrom: ['sr_mod', 'virtio_scsi', 'ata_piix', 'vfat', 'nls_cp437', 'nls_ascii'],
  late: ['virtio_console', 'virtio_balloon', 'button', 'evdev'],
};
/** For `modprobe`, not loaded by themselves. */
const modulesOnDemand = ['sd_mod', 'virtio_scsi', 'vfat', 'nls_utf8', 'fuse', 'virtiofs', 'overlay', 'tun'];

const guestFilePlaces: Readonly<Record<string, string>> = {
  inittab: 'etc/inittab',
  rc: 'etc/rc',
  'rc.shutdown': 'etc/rc.shutdown',
  issue: 'etc/issue',
  profile: 'etc/profile',
  shutdown: 'usr/bin/shutdown',
  'power-button': 'etc/acpi/PWRF/00000080',
};
const programFiles = new Set(['rc', 'rc.shutdown', 'shutdown', 'power-button', 'udhcpc.sh', 'late.sh']);
const libFiles = [
  ...['say.sh', 'seed.sh', 'net.sh', 'user-data.sh', 'late.sh', 'udhcpc.sh'],
  ...['yaml.awk', 'mime.awk', 'runcmd.awk', 'issue.password'],
];

const plainFiles: Readonly<Record<string, string>> = {
  'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n',
  'etc/group': 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\n',
  'etc/shells': '/bin/sh\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  'etc/hostname': 'tiny\n',
  'etc/hosts': '127.0.0.1 localhost\n::1 localhost ip6-localhost\n',
  'etc/os-release': 'NAME="StratusLab tiny"\nPRETTY_NAME="StratusLab tiny"\nID=stratuslab-tiny\nID_LIKE=debian\n',
};

/** Lays out the guest's root folder in `root` from unpacked packages in `packages`; gives the kernel's version. */
export async function layOutRoot(packages: string, root: string, kernelVersion: string, signal: AbortSignal): Promise<void> {
  for (const dir of [
    ...['usr/bin', libraryDir, 'usr/lib64', 'usr/lib/tiny', 'etc/dropbear', 'etc/acpi/PWRF', 'dev', 'proc', 'sys', 'run', 'mnt'],
    ...['home', 'root', 'tmp', 'var/log', 'var/lib/cloud', 'var/tmp'],
  ]) {
    await mkdir(join(root, dir), { recursive: true });
  }
  for (const dir of ['tmp', 'var/tmp']) await chmod(join(root, dir), 0o1777);
  await chmod(join(root, 'root'), 0o700);
  const links = { bin: 'usr/bin', sbin: 'usr/bin', lib: 'usr/lib', lib64: 'usr/lib64', 'usr/sbin': 'bin', 'var/run': '../run' };
  for (const [name, target] of Object.entries(links)) await symlink(target, join(root, name));
  await symlink('/proc/self/mounts', join(root, 'etc/mtab'));

  await addPrograms(packages, root);
  await addBusybox(packages, root, signal);
  await addModules(packages, root, kernelVersion);
  for (const [name, place] of Object.entries(guestFilePlaces)) await addGuestFile(name, join(root, place));
  for (const name of libFiles) await addGuestFile(name, join(root, 'usr/lib/tiny', name));
  for (const [name, text] of Object.entries(plainFiles)) await writeFile(join(root, name), text);
  await writeFile(join(root, 'etc/shadow'), 'root:*:19000:0:99999:7:::\n', { mode: 0o600 });
}

async function addGuestFile(name: string, to: string): Promise<void> {
  await copyFile(join(guestFiles, name), to);
  await chmod(to, programFiles.has(name) ? 0o755 : 0o644);
}

/** The programs and every library that they, and those libraries, ask for. */
async function addPrograms(packages: string, root: string): Promise<void> {
  const done = new Set<string>();
  const queue = programs.map((path) => ({ from: path, to: join('usr/bin', path.split('/').at(-1) as string) }));
  for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
    if (done.has(one.to)) continue;
    done.add(one.to);
    const from = await realpath(join(packages, one.from));
    await copyFile(from, join(root, one.to));
    await chmod(join(root, one.to), 0o755);
    const { libraries, interpreter } = elfNeeded(await readFile(from));
    for (const name of libraries) queue.push({ from: await findLibrary(packages, name), to: join(libraryDir, name) });
    if (interpreter !== null) queue.push({ from: interpreter.slice(1), to: join('usr', interpreter.slice(1)) });
  }
  for (const [name, target] of Object.entries(otherNames)) await symlink(target, join(root, 'usr/bin', name));
}

async function findLibrary(packages: string, name: string): Promise<string> {
  for (const dir of ['lib/x86_64-linux-gnu', libraryDir, 'lib64']) {
    const path = join(dir, name);
    if ((await realpath(join(packages, path)).catch(() => null)) !== null) return path;
  }
  throw new DriverError(`no fetched package holds the library ${name}`, { retry: 'never' });
}

async function addBusybox(packages: string, root: string, signal: AbortSignal): Promise<void> {
  const busybox = join(packages, 'bin/busybox');
  await cp(busybox, join(root, 'usr/bin/busybox'));
  const applets = await runTool([busybox, '--list'], { doing: 'asking busybox what it can do', signal });
  for (const applet of applets.trim().split('\n')) {
    if (appletsLeftOut.has(applet)) continue;
    await symlink('busybox', join(root, 'usr/bin', applet));
  }
}

async function addModules(packages: string, root: string, kernelVersion: string): Promise<void> {
  const from = join(packages, 'lib/modules', kernelVersion);
  const to = join('usr/lib/modules', kernelVersion);
  const paths = await filesBelow(from);
  const wanted = [...Object.values(moduleGroups).flat(), ...modulesOnDemand];
  const modules = await readModules(from, paths, wanted);
  for (const module of modules.values()) {
    await cp(join(from, module.path), join(root, to, module.path));
  }
  await writeFile(join(root, to, 'modules.dep'), modulesDep(modules, [...modules.keys()].sort()));
  for (const [group, names] of Object.entries(moduleGroups)) {
    const lines = loadOrder(modules, names).map((module) => `/${join(to, module.path)}\n`);
    await writeFile(join(root, `usr/lib/tiny/modules.${group}`), lines.join(''));
  }
}
