import { error, ok, warning } from './finding.ts';
import type { Check } from './finding.ts';

/** Can guests run here, and how fast. */
export const guestChecks: readonly Check[] = [
  {
    id: 'virtualisation',
    title: 'Virtualisation',
    async look(_world, { probe }) {
      try {
        const { accelerator, reason, measuredMs } = await probe();
        if (accelerator === 'kvm') return ok(`${reason} (KVM, ${measuredMs} ms for the probe)`);
        return warning(
          `${reason}: guests are emulated, which is much slower`,
          'Where this is a virtual machine, turn on nested virtualisation in its host; on a real one, virtualisation (VT-x, AMD-V) in the firmware. Guests work without it.',
        );
      } catch (cause) {
        return error((cause as Error).message, 'Install QEMU with npm run setup.');
      }
    },
  },
  {
    id: 'qemu',
    title: 'QEMU',
    look: (world) => versionOf(world.run('qemu-system-x86_64', '--version'), /version (\d+)\.(\d+)\.(\d+)/, 7, 'QEMU'),
  },
  {
    id: 'libvirt-version',
    title: 'libvirt',
    look: (world) => versionOf(world.run('libvirtd', '--version'), /(\d+)\.(\d+)\.(\d+)/, 9, 'libvirt'),
  },
  {
    id: 'libvirt-running',
    title: "The cloud's libvirt",
    async look(_world, { homeDir, libvirt }) {
      const { libvirtdPid, answers } = await libvirt(homeDir);
      if (libvirtdPid === null) return ok('not running: npm start starts it');
      if (answers) return ok(`answers (process ${libvirtdPid})`);
      return error(
        `process ${libvirtdPid} does not answer`,
        `See ${homeDir}/libvirt/log/libvirtd.log; ending that process is safe: guests run on, and the cloud starts it again.`,
      );
    },
  },
  {
    id: 'user-namespaces',
    title: 'User namespaces',
    look(world) {
      const max = Number(world.readText('/proc/sys/user/max_user_namespaces') ?? 0);
      const allowed = world.readText('/proc/sys/kernel/unprivileged_userns_clone')?.trim() !== '0';
      if (max > 0 && allowed) return ok('available');
      return warning(
        'not available: images cannot be built without root rights',
        'sysctl -w user.max_user_namespaces=10000 kernel.unprivileged_userns_clone=1',
      );
    },
  },
];

async function versionOf(running: Promise<{ status: number; output: string }>, pattern: RegExp, majorMin: number, name: string) {
  const { output } = await running;
  const found = pattern.exec(output);
  if (found === null) return error('not installed', 'npm run setup');
  const version = found.slice(1).join('.');
  if (Number(found[1]) < majorMin) return error(`version ${version} is too old`, `Use Debian 12 or newer, which has ${name} ${majorMin} or newer.`);
  return ok(`version ${version}`);
}
