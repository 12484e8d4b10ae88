import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ensureLibvirtConfig, libvirtdConf, qemuConf } from './libvirt-config.ts';
import { libvirtPaths } from './libvirt-paths.ts';

const account = { user: 'libvirt-qemu', group: 'libvirt-qemu' };

test('libvirt listens nowhere but on a unix socket for root alone', () => {
  const conf = libvirtdConf('0b0c0d0e-0000-4000-8000-000000000001');
  expect(conf).toContain('listen_tcp = 0');
  expect(conf).toContain('listen_tls = 0');
  expect(conf).toContain('unix_sock_rw_perms = "0600"');
});

test('QEMU runs confined: an unprivileged user, a seccomp sandbox and a mount namespace of its own', () => {
  const conf = qemuConf('kvm', account);
  expect(conf).toContain('user = "libvirt-qemu"');
  expect(conf).toContain('seccomp_sandbox = 1');
  expect(conf).toContain('namespaces = [ "mount" ]');
});

test('a guest gets at /dev/kvm only where KVM is used', () => {
  expect(qemuConf('kvm', account)).toContain('"/dev/kvm"');
  expect(qemuConf('tcg', account)).not.toContain('/dev/kvm');
});

test('a host keeps its UUID when the configuration is written again', () => {
  const home = mkdtempSync(join(tmpdir(), 'stratus-conf-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const paths = libvirtPaths(home);
  const uuid = () => readFileSync(join(paths.etc, 'host-uuid'), 'utf8');
  ensureLibvirtConfig(paths, 'kvm');
  const first = uuid();
  ensureLibvirtConfig(paths, 'tcg');
  expect(uuid()).toBe(first);
  expect(readFileSync(join(paths.etc, 'libvirtd.conf'), 'utf8')).toContain(`host_uuid = "${first.trim()}"`);
  expect(statSync(paths.dir).mode & 0o777).toBe(0o700);
});
