import { copyFile, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { guestFiles } from './root-folder.ts';

/** Units that cost time at every boot and are of no use in a guest of the cloud. */
const maskedUnits = [
  ...['systemd-networkd-wait-online.service', 'systemd-firstboot.service', 'systemd-pstore.service', 'systemd-repart.service'],
  ...['systemd-binfmt.service', 'proc-sys-fs-binfmt_misc.automount', 'sys-kernel-debug.mount', 'sys-kernel-tracing.mount'],
  ...['sys-kernel-config.mount', 'systemd-pcrphase.service', 'systemd-pcrphase-sysinit.service', 'systemd-update-utmp.service'],
  ...['e2scrub_reap.service', 'e2scrub_all.timer', 'apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer'],
  ...['cloud-init-hotplugd.socket', 'cryptsetup.target', 'integritysetup.target', 'veritysetup.target', 'remote-fs.target'],
];

export interface Customisation {
  readonly rootUuid: string;
  /** `deb` lines for `/etc/apt/sources.list`. */
  readonly sources: readonly string[];
  readonly epoch: number;
}

/** Turns an installed root folder into one that any instance can start from. */
export async function customise(root: string, how: Customisation): Promise<void> {
  const at = (...names: string[]) => join(root, ...names);
  await copyFile(join(guestFiles, 'cloud.cfg'), at('etc/cloud/cloud.cfg.d/99_stratuslab.cfg'));
  await rm(at('etc/cloud/cloud.cfg.d/90_dpkg.cfg'), { force: true });
  await copyFile(join(guestFiles, '80-stratus-swap.rules'), at('etc/udev/rules.d/80-stratus-swap.rules'));
  await copyFile(join(guestFiles, 'stratus-swap@.service'), at('etc/systemd/system/stratus-swap@.service'));

  await mkdir(at('etc/systemd/system/ssh.service.d'), { recursive: true });
  await copyFile(join(guestFiles, 'ssh-start.conf'), at('etc/systemd/system/ssh.service.d/start.conf'));

  await mkdir(at('boot/grub'), { recursive: true });
  const grub = await readFile(join(guestFiles, 'grub.cfg'), 'utf8');
  await writeFile(at('boot/grub/grub.cfg'), grub.replaceAll('ROOT_UUID', how.rootUuid));
  await writeFile(at('etc/fstab'), `UUID=${how.rootUuid} / ext4 rw,discard,errors=remount-ro 0 1\n`);
  await writeFile(at('etc/apt/sources.list'), how.sources.map((line) => `${line}\n`).join(''));
  await rm(at('etc/apt/sources.list.d/0000sources.list'), { force: true });

  for (const unit of maskedUnits) await mask(at('etc/systemd/system'), unit);
  await enable(root, 'multi-user.target', 'systemd-networkd.service');
  await enable(root, 'getty.target', 'serial-getty@ttyS0.service', 'serial-getty@.service');
  await removeIdentity(root);
  await markUpdated(root, how.epoch);
}

async function mask(dir: string, unit: string): Promise<void> {
  await rm(join(dir, unit), { force: true });
  await symlink('/dev/null', join(dir, unit));
}

async function enable(root: string, target: string, unit: string, file = unit): Promise<void> {
  const dir = join(root, 'etc/systemd/system', `${target}.wants`);
  await mkdir(dir, { recursive: true });
  await rm(join(dir, unit), { force: true });
  await symlink(`/lib/systemd/system/${file}`, join(dir, unit));
}

/** What must differ between instances is made at their first boot. */
async function removeIdentity(root: string): Promise<void> {
  for (const name of await readdir(join(root, 'etc/ssh'))) {
    if (name.startsWith('ssh_host_')) await rm(join(root, 'etc/ssh', name));
  }
  await rm(join(root, 'var/lib/dbus/machine-id'), { force: true });
  await rm(join(root, 'var/lib/systemd/random-seed'), { force: true });
  await rm(join(root, 'etc/resolv.conf'), { force: true });
  await symlink('../run/systemd/resolve/stub-resolv.conf', join(root, 'etc/resolv.conf'));
  // Empty and not missing: systemd then writes a new one without going through all of its first-boot work.
  await writeFile(join(root, 'etc/machine-id'), '');
  await writeFile(join(root, 'etc/hostname'), 'localhost\n');
  await writeFile(
    join(root, 'etc/hosts'),
    '127.0.0.1 localhost\n127.0.1.1 localhost\n::1 localhost ip6-localhost ip6-loopback\nff02::1 ip6-allnodes\nff02::2 ip6-allrouters\n',
  );
}

/** Tells systemd that /etc and /var were made for this /usr, so that it need not rebuild its caches at boot. */
async function markUpdated(root: string, epoch: number): Promise<void> {
  await utimes(join(root, 'usr'), epoch, epoch);
  for (const dir of ['etc', 'var']) {
    await writeFile(join(root, dir, '.updated'), `TIMESTAMP_NSEC=${epoch}000000000\n`);
    await utimes(join(root, dir, '.updated'), epoch, epoch);
  }
}
