// The cloud runs a libvirt of its own: the machine's, which the packages bring, need not run at all.
const policyPath = '/usr/sbin/policy-rc.d';
const mark = '# StratusLab set-up: no services are started while it installs packages.';

/** The packages' services that Debian would start, now and at every boot. */
const units = [
  ...['libvirtd.service', 'libvirtd.socket', 'libvirtd-ro.socket', 'libvirtd-admin.socket', 'libvirt-guests.service'],
  ...['virtlogd.service', 'virtlogd.socket', 'virtlogd-admin.socket', 'virtlockd.service', 'virtlockd.socket', 'virtlockd-admin.socket'],
];

/** Installs with Debian's own means to keep services from starting; those that were there before are left as they are. */
export async function withoutServiceStarts(world, install) {
  if (!world.exists('/run/systemd/system')) return install();
  const before = await enabledUnits(world);
  const planted = plantPolicy(world);
  let result;
  try {
    result = await install();
  } finally {
    if (planted) world.remove(policyPath);
  }
  const added = (await enabledUnits(world)).filter((unit) => !before.includes(unit));
  if (added.length > 0) await world.run('systemctl', ['disable', ...added]);
  return result;
}

/** The file has no effect once this process is gone, should it be left behind by a power cut. */
function plantPolicy(world) {
  const present = world.readText(policyPath);
  if (present !== null && !present.includes(mark)) return false;
  world.remove(policyPath);
  world.writeProgram(policyPath, `#!/bin/sh\n${mark}\n[ -e /proc/${process.pid} ] && exit 101\nexit 0\n`);
  return true;
}

async function enabledUnits(world) {
  const { output } = await world.run('systemctl', ['list-unit-files', '--no-legend', '--state=enabled', ...units]);
  return output
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[0])
    .filter((unit) => units.includes(unit));
}
