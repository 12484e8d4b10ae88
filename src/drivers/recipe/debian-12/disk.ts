import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MiB } from '../../../core/units.ts';
import { copyIntoImage } from '../disk-image.ts';
import { pathWithSbin } from '../ext4-image.ts';
import { runTool } from '../run-tool.ts';
import { guestFiles } from './root-folder.ts';

const sectorBytes = 512;
const biosAtBytes = 1 * MiB;
const espAtBytes = 2 * MiB;
const espBytes = 16 * MiB;
const rootAtBytes = espAtBytes + espBytes;
/** The last MiB holds the second copy of the table. */
export const diskSizeWith = (rootBytes: number): number => rootAtBytes + rootBytes + 1 * MiB;
/** Partition types of the UEFI and GRUB specifications. */
const types = {
  bios: '21686148-6449-6E6F-744E-656564454649',
  esp: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  root: '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709',
};
const biosModules = ['biosdisk', 'part_gpt', 'ext2', 'normal', 'search', 'search_fs_uuid', 'linux', 'serial', 'terminal', 'configfile', 'echo'];
const efiModules = [
  'part_gpt',
  'ext2',
  'fat',
  'normal',
  'search',
  'search_fs_uuid',
  'linux',
  'serial',
  'terminal',
  'configfile',
  'echo',
  'all_video',
];

export interface DebianDisk {
  readonly dir: string;
  /** The finished root file system. */
  readonly rootImage: string;
  readonly rootBytes: number;
  readonly rootUuid: string;
  /** Unpacked boot loader packages and mtools. */
  readonly loaders: string;
  readonly epoch: number;
  readonly signal: AbortSignal;
}

/** A GPT disk that boots from BIOS (GRUB in a partition of its own) and from UEFI; the root comes last, to grow. */
export async function makeDisk(how: DebianDisk): Promise<string> {
  const disk = join(how.dir, 'disk.raw');
  const core = await makeBiosCore(how);
  const esp = await makeEsp(how);
  await writeFile(disk, '');
  await truncate(disk, diskSizeWith(how.rootBytes));
  const table = [
    'label: gpt',
    'label-id: 8F0E2A51-5354-4C42-8D01-64656269616E',
    partition(biosAtBytes, espAtBytes - biosAtBytes, types.bios, '8F0E2A51-5354-4C42-8D01-000000000001', 'bios'),
    partition(espAtBytes, espBytes, types.esp, '8F0E2A51-5354-4C42-8D01-000000000002', 'efi'),
    partition(rootAtBytes, how.rootBytes, types.root, '8F0E2A51-5354-4C42-8D01-000000000003', 'root'),
  ];
  await runTool(['sfdisk', '--quiet', disk], {
    doing: 'writing the partition table',
    signal: how.signal,
    input: `${table.join('\n')}\n`,
    env: { PATH: pathWithSbin() },
  });
  await writeBiosLoader(disk, await readFile(join(how.loaders, 'usr/lib/grub/i386-pc/boot.img')), core);
  await copyIntoImage(esp, disk, espAtBytes);
  await copyIntoImage(how.rootImage, disk, rootAtBytes);
  return disk;
}

function partition(atBytes: number, sizeBytes: number, type: string, uuid: string, name: string): string {
  return `start=${atBytes / sectorBytes}, size=${sizeBytes / sectorBytes}, type=${type}, uuid=${uuid}, name="${name}"`;
}

async function earlyConfig(how: DebianDisk): Promise<string> {
  const path = join(how.dir, 'grub-early.cfg');
  const text = await readFile(join(guestFiles, 'grub-early.cfg'), 'utf8');
  await writeFile(path, text.replaceAll('ROOT_UUID', how.rootUuid));
  return path;
}

async function makeBiosCore(how: DebianDisk): Promise<Buffer> {
  const path = join(how.dir, 'core.img');
  await mkimage(how, 'i386-pc', path, biosModules);
  return readFile(path);
}

async function mkimage(how: DebianDisk, format: string, path: string, modules: readonly string[]): Promise<void> {
  const from = join(how.loaders, 'usr/lib/grub', format);
  const config = await earlyConfig(how);
  await runTool(['grub-mkimage', '-d', from, '-O', format, '-o', path, '-p', '/boot/grub', '-c', config, ...modules], {
    doing: 'making the boot loader',
    signal: how.signal,
  });
}

async function makeEsp(how: DebianDisk): Promise<string> {
  const esp = join(how.dir, 'esp.fat');
  const loader = join(how.dir, 'BOOTX64.EFI');
  await mkimage(how, 'x86_64-efi', loader, efiModules);
  const env = { PATH: pathWithSbin(join(how.loaders, 'usr/bin')), SOURCE_DATE_EPOCH: String(how.epoch), MTOOLSRC: '/dev/null', TZ: 'UTC' };
  const tool = (...argv: string[]) => runTool(argv, { doing: 'making the EFI partition', signal: how.signal, env });
  await tool(
    'mformat',
    '-C',
    '-i',
    esp,
    '-T',
    String(espBytes / sectorBytes),
    '-h',
    '64',
    '-s',
    '32',
    '-c',
    '4',
    '-N',
    '53544c44',
    '-v',
    'ESP',
    '::',
  );
  await tool('mmd', '-i', esp, '::EFI', '::EFI/BOOT');
  await tool('mcopy', '-i', esp, loader, '::EFI/BOOT/BOOTX64.EFI');
  return esp;
}

/**
 * What grub-install does on a real disk: boot.img, told where core.img begins, becomes the boot sector;
 * core.img, told where its own rest lies, goes to the BIOS boot partition. Offsets are those of GRUB's
 * boot.S and diskboot.S.
 */
async function writeBiosLoader(disk: string, boot: Buffer, core: Buffer): Promise<void> {
  const firstSector = biosAtBytes / sectorBytes;
  boot.writeBigUInt64LE(BigInt(firstSector), 0x5c);
  core.writeBigUInt64LE(BigInt(firstSector + 1), 0x1f4);
  core.writeUInt16LE(Math.ceil(core.length / sectorBytes) - 1, 0x1fc);
  const file = await open(disk, 'r+');
  await file.write(boot, 0, 440, 0);
  await file.write(core, 0, core.length, biosAtBytes);
  await file.close();
}
