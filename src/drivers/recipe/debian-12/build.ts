import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../../core/units.ts';
import { compressImage } from '../disk-image.ts';
import { makeExt4 } from '../ext4-image.ts';
import type { Kitchen } from '../recipe.ts';
import { pick, unpack } from '../unpack.ts';
import { customise } from './customise.ts';
import { installed, loaders } from './packages.ts';
import { diskSizeWith, makeDisk } from './disk.ts';
import { makeRepository } from './local-repository.ts';
import { installRoot } from './root-folder.ts';

const rootBytes = 1152 * MiB;
export const diskSizeBytes = diskSizeWith(rootBytes);
const rootUuid = '8f0e2a51-5354-4c42-8d01-726f6f740001';

export async function buildDebian({ cache, fetched, dir, step, signal }: Kitchen): Promise<string> {
  const at = (name: string) => join(dir, name);
  step('unpacking the boot loaders');
  const loaderFiles = pick(fetched.files, loaders);
  await unpack(cache, loaderFiles, at('loaders'), signal);
  const epoch = Math.floor((await stat(join(at('loaders'), 'usr/lib/grub/i386-pc/boot.img'))).mtimeMs / 1000);

  step('listing packages');
  const files = fetched.files.filter((file) => !loaderFiles.includes(file));
  await makeRepository(at('repository'), cache, files, signal);
  step('installing packages', 0);
  const onPercent = (percent: number) => step('installing packages', percent);
  await installRoot({ root: at('root'), repository: at('repository'), packages: installed, packageCount: files.length, epoch, onPercent, signal });
  await customise(at('root'), { rootUuid, sources: fetched.sources, epoch });

  step('writing the root file system');
  await makeExt4(at('root.ext4'), at('root'), { label: 'debian-root', uuid: rootUuid, sizeBytes: rootBytes, epoch, signal });
  step('putting the disk together');
  const disk = await makeDisk({ dir, rootImage: at('root.ext4'), rootBytes, rootUuid, loaders: at('loaders'), epoch, signal });
  step('compressing the image');
  return compressImage(disk, at('debian-12.qcow2'), signal);
}
