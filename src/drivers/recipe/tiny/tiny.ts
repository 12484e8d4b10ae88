import { createHash } from 'node:crypto';
import type { RecipeSteps } from '../recipe.ts';
import { buildTiny, diskSizeBytes } from './build.ts';

/** Taken with everything that they need. */
const programs = ['busybox-static', 'dropbear-bin', 'qemu-guest-agent', 'e2fsprogs'];
/** Keeps apt from choosing the Perl program that merges /usr. */
const choices = ['usr-is-merged'];
/** Taken alone: the boot loaders and the tool that writes them. */
const loaders = ['syslinux', 'syslinux-common', 'systemd-boot-efi', 'mtools'];
const kernel = 'linux-image-cloud-amd64';

export const tiny: RecipeSteps = {
  name: 'tiny',
  title: 'Tiny Linux',
  description: 'Debian’s cloud kernel with BusyBox, an SSH server and the guest agent; up in seconds. For tests, demonstrations and rescue.',
  architecture: 'x86_64',
  diskSizeBytes,
  minMemoryMib: 96,
  firmware: ['bios', 'uefi'],
  loginUser: 'root',
  hostPackages: ['dpkg', 'e2fsprogs', 'qemu-utils', 'util-linux'],
  hostTools: ['dpkg-deb', 'mke2fs', 'debugfs', 'qemu-img', 'setpriv'],
  needsRoot: false,
  fetchKey: createHash('sha256')
    .update(JSON.stringify([programs, choices, loaders, kernel]))
    .digest('hex'),

  async resolve(apt) {
    const closure = await apt.closure([...programs, ...choices]);
    const image = (await apt.dependencies(kernel)).filter((name) => name.startsWith('linux-image-'));
    const alone = await apt.alone([...loaders, ...image]);
    return { key: tiny.fetchKey, files: [...closure, ...alone], sources: [] };
  },

  build: buildTiny,
};
