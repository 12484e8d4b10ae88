import type { ByteSource } from './byte-source.ts';
import { refusal, type Refusal } from './refusal.ts';

export type Compression = 'gzip' | 'zstd' | 'xz' | 'bzip2';

interface Magic {
  readonly at: number;
  readonly bytes: Buffer;
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

const compressions: readonly (readonly [Compression, Magic])[] = [
  ['gzip', { at: 0, bytes: hex('1f 8b 08') }],
  ['zstd', { at: 0, bytes: hex('28 b5 2f fd') }],
  ['xz', { at: 0, bytes: hex('fd 37 7a 58 5a 00') }],
  ['bzip2', { at: 0, bytes: ascii('BZh') }],
];

/** Disk formats that QEMU would read; each is a parser of its own that untrusted files are kept away from. */
const diskFormats: readonly (readonly [string, Magic])[] = [
  ['a VMware disk (VMDK)', { at: 0, bytes: ascii('KDMV') }],
  ['a VMware disk (VMDK)', { at: 0, bytes: ascii('COWD') }],
  ['a VMware disk descriptor (VMDK)', { at: 0, bytes: ascii('# Disk DescriptorFile') }],
  ['a VirtualBox disk (VDI)', { at: 0x40, bytes: hex('7f 10 da be') }],
  ['a Hyper-V disk (VHDX)', { at: 0, bytes: ascii('vhdxfile') }],
  ['a Virtual PC disk (VHD)', { at: 0, bytes: ascii('conectix') }],
  ['a QED disk', { at: 0, bytes: ascii('QED\0') }],
  ['a Parallels disk', { at: 0, bytes: ascii('WithoutFreeSpace') }],
  ['a Parallels disk', { at: 0, bytes: ascii('WithouFreSpacExt') }],
  ['a Bochs disk', { at: 0, bytes: ascii('Bochs Virtual HD Image') }],
  ['a cloop disk', { at: 0, bytes: ascii('#!/bin/sh\n#V2.0 Format\n') }],
];

const archives: readonly (readonly [string, Magic])[] = [
  ['a tar or OVA archive', { at: 257, bytes: ascii('ustar') }],
  ['a zip archive', { at: 0, bytes: hex('50 4b 03 04') }],
  ['a 7-zip archive', { at: 0, bytes: hex('37 7a bc af 27 1c') }],
  ['a RAR archive', { at: 0, bytes: ascii('Rar!\x1a\x07') }],
  ['a Debian package', { at: 0, bytes: ascii('!<arch>\n') }],
];

const luks = hex('4c 55 4b 53 ba be');

/** Offset of the magic of ISO 9660's first volume descriptor. Source: ECMA-119, 8.1. */
const isoMagic: Magic = { at: 0x8001, bytes: ascii('CD001') };

/** Bytes at the start that hold every magic looked for here. */
export const headBytes = 64 * 1024;

const has = (head: Buffer, { at, bytes }: Magic): boolean => head.subarray(at, at + bytes.length).equals(bytes);

export function compressionOf(head: Buffer): Compression | null {
  return compressions.find(([, magic]) => has(head, magic))?.[0] ?? null;
}

/** Recognises what is certainly neither qcow2 nor a raw disk. `head` is the first {@link headBytes}. */
export async function refuseForeign(head: Buffer, source: ByteSource): Promise<Refusal | null> {
  const disk = diskFormats.find(([, magic]) => has(head, magic));
  if (disk) return refusal('image-foreign-format', `The file is ${disk[0]}.`);
  const archive = archives.find(([, magic]) => has(head, magic));
  if (archive) return refusal('image-is-archive', `The file is ${archive[0]}.`);
  if (has(head, { at: 0, bytes: luks })) return refusal('image-encrypted', 'The file is an encrypted disk (LUKS).');
  if (/^\s*(<!doctype html|<html|<\?xml)/i.test(head.toString('latin1', 0, 512))) {
    return refusal('image-is-web-page', 'The file is a web page or XML text.');
  }
  if (has(head, isoMagic)) return refusal('image-is-installer', 'The file is an ISO image of a CD or DVD.');
  return refuseByTail(await source.read(Math.max(0, source.sizeBytes - 512), 512));
}

/** Formats whose mark is at the end: a raw disk followed by a footer. */
function refuseByTail(tail: Buffer): Refusal | null {
  // Old Virtual PC wrote a footer of 511 bytes.
  if (has(tail, { at: 0, bytes: ascii('conectix') }) || has(tail, { at: 1, bytes: ascii('conectix') })) {
    return refusal('image-foreign-format', 'The file is a Virtual PC disk (VHD).');
  }
  if (has(tail, { at: 0, bytes: ascii('koly') })) return refusal('image-foreign-format', 'The file is an Apple disk (DMG).');
  return null;
}
