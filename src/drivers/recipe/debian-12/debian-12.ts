import { createHash } from 'node:crypto';
import { DriverError } from '../../../core/driver-error.ts';
import type { RecipeSteps } from '../recipe.ts';
import { buildDebian, diskSizeBytes } from './build.ts';
import { codename, installed, loaders } from './packages.ts';

export const debian12: RecipeSteps = {
  name: 'debian-12',
  title: 'Debian 12',
  description: 'Debian 12 (bookworm) with systemd, cloud-init, OpenSSH and the guest agent.',
  architecture: 'x86_64',
  diskSizeBytes,
  minMemoryMib: 256,
  firmware: ['bios', 'uefi'],
  loginUser: 'debian',
  hostPackages: ['dpkg', 'mmdebstrap', 'grub-common', 'fdisk', 'e2fsprogs', 'qemu-utils', 'util-linux'],
  hostTools: ['dpkg-deb', 'mmdebstrap', 'grub-mkimage', 'sfdisk', 'mke2fs', 'qemu-img', 'setpriv', 'unshare'],
  needsRoot: true,
  fetchKey: createHash('sha256')
    .update(JSON.stringify([codename, installed, loaders]))
    .digest('hex'),

  async resolve(apt) {
    const sources = await apt.debianSources();
    if (!sources.codenames.includes(codename)) {
      const offered = sources.codenames.join(', ') || 'no release of Debian';
      throw new DriverError(`the apt sources of this machine offer ${offered}, and debian-12 is made of ${codename}`, { retry: 'never' });
    }
    const closure = await apt.closure(['?essential', 'apt', ...installed]);
    return { key: debian12.fetchKey, files: [...closure, ...(await apt.alone(loaders))], sources: sources.lines };
  },

  build: buildDebian,
};
