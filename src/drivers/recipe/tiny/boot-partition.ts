import { copyFile, mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../../core/units.ts';
import { pathWithSbin } from '../ext4-image.ts';
import { runTool } from '../run-tool.ts';

/**
 * Quiet, because the serial port is slow; a panic before pvpanic is loaded resets. The timer is not put to a test:
 * on a host that is busy an emulated one ticks too late for it, and the kernel would panic.
 */
const kernelArguments =
  'console=tty0 console=ttyS0,115200 quiet loglevel=4 panic=5 no_timer_check net.ifnames=0 cryptomgr.notests random.trust_cpu=on';

const syslinuxConfig = `SERIAL 0 115200
DEFAULT tiny
PROMPT 0
TIMEOUT 0
LABEL tiny
  KERNEL vmlinuz
  APPEND initrd=initrd.gz ${kernelArguments}
`;
const loaderConfig = 'default tiny\ntimeout 0\neditor no\n';
const loaderEntry = `title StratusLab tiny\nlinux /vmlinuz\ninitrd /initrd.gz\noptions ${kernelArguments}\n`;

export interface BootPartition {
  readonly image: string;
  readonly sizeBytes: number;
  /** Files before they are copied in. */
  readonly dir: string;
  /** Unpacked packages: kernel, loaders, and the tools that write a FAT file system. */
  readonly packages: string;
  readonly kernelVersion: string;
  readonly initrd: Uint8Array;
  readonly epoch: number;
  readonly signal: AbortSignal;
}

/** A FAT file system that boots the kernel: by SYSLINUX from a BIOS, by systemd-boot from UEFI. */
export async function makeBootPartition(boot: BootPartition): Promise<void> {
  await mkdir(join(boot.dir, 'EFI/BOOT'), { recursive: true });
  await mkdir(join(boot.dir, 'loader/entries'), { recursive: true });
  await copyFile(join(boot.packages, 'boot', `vmlinuz-${boot.kernelVersion}`), join(boot.dir, 'vmlinuz'));
  await copyFile(join(boot.packages, 'usr/lib/systemd/boot/efi/systemd-bootx64.efi'), join(boot.dir, 'EFI/BOOT/BOOTX64.EFI'));
  await writeFile(join(boot.dir, 'initrd.gz'), boot.initrd);
  await writeFile(join(boot.dir, 'syslinux.cfg'), syslinuxConfig);
  await writeFile(join(boot.dir, 'loader/loader.conf'), loaderConfig);
  await writeFile(join(boot.dir, 'loader/entries/tiny.conf'), loaderEntry);
  const files = ['vmlinuz', 'initrd.gz', 'syslinux.cfg', 'loader/loader.conf', 'loader/entries/tiny.conf', 'EFI/BOOT/BOOTX64.EFI'];
  for (const file of files) await utimes(join(boot.dir, file), boot.epoch, boot.epoch);

  // The tools come from the fetched packages; a configuration of the machine's own must not reach them.
  const env = {
    SOURCE_DATE_EPOCH: String(boot.epoch),
    PATH: pathWithSbin(join(boot.packages, 'usr/bin')),
    MTOOLSRC: '/dev/null',
    TZ: 'UTC',
  };
  const tool = (doing: string, ...argv: string[]) => runTool(argv, { doing, signal: boot.signal, env });
  const sectors = boot.sizeBytes / 512;
  await tool(
    'formatting the boot partition',
    'mformat',
    '-C',
    '-i',
    boot.image,
    '-T',
    String(sectors),
    '-h',
    '64',
    '-s',
    '32',
    '-c',
    '8',
    '-N',
    '53544c42',
    '-v',
    'TINYBOOT',
    '::',
  );
  await tool('formatting the boot partition', 'mmd', '-i', boot.image, '::EFI', '::EFI/BOOT', '::loader', '::loader/entries');
  for (const file of files) await tool('filling the boot partition', 'mcopy', '-m', '-i', boot.image, join(boot.dir, file), `::${file}`);
  await tool('writing the boot loader', 'syslinux', '--install', boot.image);
}

export const bootPartitionBytes = 24 * MiB;
