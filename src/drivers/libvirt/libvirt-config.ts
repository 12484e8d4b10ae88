import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Accelerator } from '../../ports/hypervisor.ts';
import type { LibvirtPaths } from './libvirt-paths.ts';

/** Writes the directories and configuration of one cloud's libvirt; finds them written the second time. */
export function ensureLibvirtConfig(paths: LibvirtPaths, accelerator: Accelerator): void {
  // Only root passes `dir`, so nothing under it needs to hide from other users; QEMU, which runs as an
  // ordinary user, gets at lib/ and run/ through the mount namespace.
  mkdirSync(paths.dir, { recursive: true, mode: 0o700 });
  chmodSync(paths.dir, 0o700);
  for (const dir of [paths.etc, paths.lib, paths.run, paths.log, paths.cache, join(paths.log, 'qemu')]) {
    mkdirSync(dir, { recursive: true, mode: 0o755 });
  }
  ensureText(join(paths.etc, 'libvirtd.conf'), libvirtdConf(ensureHostUuid(join(paths.etc, 'host-uuid'))));
  ensureText(join(paths.etc, 'virtlogd.conf'), virtlogdConf);
  ensureText(join(paths.etc, 'qemu.conf'), qemuConf(accelerator, qemuAccount()));
}

function ensureText(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Cloned machines and containers share one DMI UUID, which libvirt would refuse to migrate between. */
function ensureHostUuid(path: string): string {
  const kept = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(kept)) return kept;
  const fresh = randomUUID();
  ensureText(path, `${fresh}\n`);
  return fresh;
}

interface QemuAccount {
  readonly user: string;
  readonly group: string;
}

/** The unprivileged account that Debian's package makes for guests; root only where there is none. */
function qemuAccount(): QemuAccount {
  const has = (file: string) => existsSync(file) && /^libvirt-qemu:/m.test(readFileSync(file, 'utf8'));
  return {
    user: has('/etc/passwd') ? 'libvirt-qemu' : 'root',
    group: has('/etc/group') ? 'libvirt-qemu' : has('/etc/passwd') ? 'kvm' : 'root',
  };
}

export function libvirtdConf(hostUuid: string): string {
  return `# Written by StratusLab at every start: changes are lost.
listen_tls = 0
listen_tcp = 0
# Who may connect is decided by the socket's mode: root alone.
unix_sock_group = "root"
unix_sock_rw_perms = "0600"
unix_sock_ro_perms = "0600"
unix_sock_admin_perms = "0600"
auth_unix_rw = "none"
auth_unix_ro = "none"
host_uuid = "${hostUuid}"
max_clients = 100
max_anonymous_clients = 20
max_workers = 20
max_client_requests = 20
log_outputs = "3:file:/var/log/libvirt/libvirtd.log"
`;
}

/** Bounds what a talkative guest's console may take on disk: four files of 2 MiB each. */
export const virtlogdConf = `# Written by StratusLab at every start: changes are lost.
max_clients = 1024
max_size = 2097152
max_backups = 3
log_outputs = "3:file:/var/log/libvirt/virtlogd.log"
`;

export function qemuConf(accelerator: Accelerator, account: QemuAccount): string {
  const devices = ['null', 'full', 'zero', 'random', 'urandom', 'ptmx', 'userfaultfd'];
  if (accelerator === 'kvm') devices.push('kvm');
  return `# Written by StratusLab at every start: changes are lost.
user = "${account.user}"
group = "${account.group}"
dynamic_ownership = 1
remember_owner = 1
seccomp_sandbox = 1
namespaces = [ "mount" ]
cgroup_device_acl = [ ${devices.map((name) => `"/dev/${name}"`).join(', ')} ]
# Guests' output goes through virtlogd, so that it is bounded and survives libvirtd.
stdio_handler = "logd"
dump_guest_core = 0
`;
}
